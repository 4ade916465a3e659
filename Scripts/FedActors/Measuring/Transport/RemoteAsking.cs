using FedActors.Actors;

namespace FedActors.Scripts.Measuring.Transport;

/// <summary>Small questions to an actor of the other node, each asked when the one before is answered.</summary>
internal sealed class RemoteAsking(bool tls, TimeProvider time, bool lowLatency = false) : RemoteWorkload(tls, time, lowLatency)
{
    private readonly Latencies _latencies = new(time);
    private ActorRef? _echo;

    /// <summary>Asks a number of questions.</summary>
    public async Task AskAsync(int questions)
    {
        for (int i = 0; i < questions; i++)
        {
            await _echo!.AskAsync<Ball>(new Ball(i), Deadline).ConfigureAwait(false);
        }
    }

    protected override void Spawn(NodePair nodes) => _echo = nodes.SpawnThere(static () => new Echo(), "echo");

    /// <returns>The median and the 99th percentile in microseconds.</returns>
    protected override async Task<double[]> WorkAsync(NodePair nodes, TimeSpan duration, CancellationToken cancellationToken)
    {
        await Task.Yield();
        long started = Time.GetTimestamp();
        while (Time.GetElapsedTime(started) < duration)
        {
            long asked = Time.GetTimestamp();
            await _echo!.AskAsync<Ball>(new Ball(1), Deadline, cancellationToken).ConfigureAwait(false);
            _latencies.Add(asked);
        }

        (double median, double most) = _latencies.Take();
        return [median, most];
    }
}
