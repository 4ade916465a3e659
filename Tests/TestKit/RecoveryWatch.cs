using Xunit.Abstractions;

namespace FedActors.Tests.TestKit;

/// <summary>Says how soon a fault was noticed and made good, beside the stated bounds, and holds it to them.</summary>
/// <param name="output">Where it is said.</param>
/// <param name="fault">What went wrong; it begins now.</param>
internal sealed class RecoveryWatch(ITestOutputHelper output, string fault) : IDisposable
{
    // What a machine that others use may add to any wait, beside what its timers owe: the bounds are for one that is at leisure.
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(5);

    private readonly MachineLateness _lateness = new();
    private long _since = TimeProvider.System.GetTimestamp();

    /// <summary>The fault was noticed.</summary>
    public void Noticed(TimeSpan bound) => Check(output, fault, "noticed", TimeProvider.System.GetElapsedTime(_since), bound, _lateness);

    /// <summary>What went wrong is put right now.</summary>
    public void Mended() => _since = TimeProvider.System.GetTimestamp();

    /// <summary>All is as before.</summary>
    public void Back(TimeSpan bound) => Check(output, fault, "back", TimeProvider.System.GetElapsedTime(_since), bound, _lateness);

    public void Dispose() => _lateness.Dispose();

    /// <summary>Says what something took, and holds it to its bound.</summary>
    public static void Check(ITestOutputHelper output, string fault, string what, TimeSpan took, TimeSpan bound, MachineLateness lateness)
    {
        TimeSpan late = lateness.Total;
        output.WriteLine($"{fault}: {what} after {took.TotalMilliseconds:n0} ms; stated: {bound.TotalMilliseconds:n0} ms; the machine was late by {late.TotalMilliseconds:n0} ms");
        took.Should().BeLessThan(bound + Slack + late, "{0}: {1} within the stated bound, and what a busy machine adds", fault, what);
    }
}
