using FedActors.Actors;

namespace FedActors.Scripts.Measuring.Transport;

/// <summary>Large messages to the other node, each acknowledged by a small one, a few under way at once.</summary>
internal sealed class ModelStream(bool tls, int bytes, bool givesBack, TimeProvider time) : RemoteWorkload(tls, time)
{
    /// <summary>Messages that are not acknowledged yet.</summary>
    public const int InFlight = 4;

    private readonly float[] _values = ModelContent.Singles(bytes);
    private ActorRef? _sink;

    /// <summary>Sends a number of messages.</summary>
    public Task SendAsync(int messages)
    {
        int left = messages;
        return Task.WhenAll(Enumerable.Range(0, InFlight).Select(async _ =>
        {
            while (Interlocked.Decrement(ref left) >= 0)
            {
                await SendOneAsync().ConfigureAwait(false);
            }
        }));
    }

    protected override void Spawn(NodePair nodes) => _sink = nodes.SpawnThere(static () => new ModelSink(), "sink");

    /// <returns>Bytes per second.</returns>
    protected override async Task<double[]> WorkAsync(NodePair nodes, TimeSpan duration, CancellationToken cancellationToken)
    {
        await Task.Yield();
        long started = Time.GetTimestamp();
        int sent = 0;
        await Task.WhenAll(Enumerable.Range(0, InFlight).Select(async _ =>
        {
            while (Time.GetElapsedTime(started) < duration && !cancellationToken.IsCancellationRequested)
            {
                await SendOneAsync().ConfigureAwait(false);
                Interlocked.Increment(ref sent);
            }
        })).ConfigureAwait(false);
        return [(double)sent * bytes / Time.GetElapsedTime(started).TotalSeconds];
    }

    private Task SendOneAsync() =>
        _sink!.AskAsync<Ball>(givesBack ? new Model(_values, null) : new KeptModel(_values), Deadline);
}
