using System.Collections.Concurrent;

namespace FedActors.Scripts.Measuring.Mailbox;

/// <summary><see cref="Spawning"/> of the least that has a name, can be found by it, and runs once: an entry in a table and a pool item with a channel.</summary>
internal sealed class RawSpawning(TimeProvider time) : Workload
{
    public override async Task<double[]> RunAsync(TimeSpan duration, CancellationToken cancellationToken)
    {
        int actors = Spawning.ActorsIn(duration);
        var table = new ConcurrentDictionary<string, RawActor>();
        var started = new Arrivals(actors);
        long before = GC.GetTotalMemory(forceFullCollection: true);

        long start = time.GetTimestamp();
        for (int i = 0; i < actors; i++)
        {
            var actor = new Idle(started);
            table.TryAdd($"idle-{i}", actor);
            actor.Tell(started, null);
        }

        await started.All.ConfigureAwait(false);
        double seconds = time.GetElapsedTime(start).TotalSeconds;
        long bytes = GC.GetTotalMemory(forceFullCollection: true) - before;
        GC.KeepAlive(table);
        return [actors / seconds, (double)bytes / actors];
    }

    private sealed class Idle(Arrivals started) : RawActor
    {
        protected override void Receive(object content, RawActor? sender) => started.Count();
    }
}
