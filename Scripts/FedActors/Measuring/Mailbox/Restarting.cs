using FedActors.Actors;
using FedActors.Actors.Supervision;

namespace FedActors.Scripts.Measuring.Mailbox;

/// <summary>An actor that fails again and again and is restarted at once.</summary>
internal sealed class Restarting : Workload
{
    private const int Batch = 100;

    private readonly ActorSystem _system;
    private readonly ActorRef _actor;
    private bool _hasStarted;
    private Arrivals _restarts = new(int.MaxValue);

    public Restarting(ActorSystemOptions options)
    {
        _system = new ActorSystem(options with { Supervisor = SupervisorStrategy.OneForOne with { MinBackoff = TimeSpan.Zero, MaxRestarts = int.MaxValue, Window = TimeSpan.FromTicks(1) } });
        _actor = _system.Spawn(Props.Create(() => new Failing(this)), "failing");
    }

    /// <summary>Fails a number of times, each time as soon as the new instance is there.</summary>
    public Task RestartAsync(int times)
    {
        _restarts = new Arrivals(times);
        for (int i = 0; i < times; i++)
        {
            _actor.Tell(_restarts);
        }

        return _restarts.All;
    }

    /// <returns>Microseconds from a failure to the next instance.</returns>
    public override async Task<double[]> RunAsync(TimeSpan time, CancellationToken cancellationToken) =>
        [1e6 / await RateOf.BatchesAsync(() => RestartAsync(Batch), Batch, time, _system.Time, cancellationToken).ConfigureAwait(false)];

    public override ValueTask DisposeAsync() => _system.DisposeAsync();

    private sealed class Failing(Restarting owner) : Actor
    {
        protected override ValueTask OnStartedAsync(ActorContext context)
        {
            if (owner._hasStarted)
            {
                owner._restarts.Count();
            }

            owner._hasStarted = true;
            return ValueTask.CompletedTask;
        }

        protected override ValueTask OnReceiveAsync(ActorContext context, object message) => throw new InvalidOperationException("As it should.");
    }
}
