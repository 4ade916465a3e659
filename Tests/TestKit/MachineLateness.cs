namespace FedActors.Tests.TestKit;

/// <summary>By how much the machine is late since this was made, because others use it: what a timer and the pool behind it owe.</summary>
internal sealed class MachineLateness : IDisposable
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(50);

    private readonly long _began = TimeProvider.System.GetTimestamp();
    private readonly ITimer _timer;
    private int _ticks;

    public MachineLateness() => _timer = TimeProvider.System.CreateTimer(_ => Interlocked.Increment(ref _ticks), null, Step, Step);

    /// <summary>Nearly nothing on a machine at leisure; most of the time that has passed on one that others take.</summary>
    public TimeSpan Total => TimeProvider.System.GetElapsedTime(_began) - (Volatile.Read(ref _ticks) * Step);

    public void Dispose() => _timer.Dispose();
}
