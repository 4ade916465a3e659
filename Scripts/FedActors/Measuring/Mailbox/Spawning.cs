using FedActors.Actors;

namespace FedActors.Scripts.Measuring.Mailbox;

/// <summary>Many actors at once: how fast they come up, and what each costs while it has nothing to do.</summary>
internal sealed class Spawning(ActorSystemOptions options) : Workload
{
    private const int Many = 100_000;

    /// <summary>As many as fit where there is no time for <see cref="Many"/>.</summary>
    private const int Few = 5_000;

    private static readonly TimeSpan TimeForMany = TimeSpan.FromMilliseconds(100);

    public static int ActorsIn(TimeSpan time) => time < TimeForMany ? Few : Many;

    /// <returns>Spawns per second, from the first call until the last actor has started; bytes for each, its name included.</returns>
    public override async Task<double[]> RunAsync(TimeSpan time, CancellationToken cancellationToken)
    {
        int actors = ActorsIn(time);
        await using var system = new ActorSystem(options);
        var started = new Arrivals(actors);
        Props props = Props.Create(() => new Idle(started));
        long before = GC.GetTotalMemory(forceFullCollection: true);

        long start = options.Time.GetTimestamp();
        for (int i = 0; i < actors; i++)
        {
            system.Spawn(props, $"idle-{i}");
        }

        await started.All.ConfigureAwait(false);
        double seconds = options.Time.GetElapsedTime(start).TotalSeconds;
        long bytes = GC.GetTotalMemory(forceFullCollection: true) - before;
        return [actors / seconds, (double)bytes / actors];
    }

    private sealed class Idle(Arrivals started) : Actor
    {
        protected override ValueTask OnStartedAsync(ActorContext context)
        {
            started.Count();
            return ValueTask.CompletedTask;
        }

        protected override ValueTask OnReceiveAsync(ActorContext context, object message) => ValueTask.CompletedTask;
    }
}
