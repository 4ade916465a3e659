using FedActors.Actors;

namespace FedActors.Scripts.Measuring.Transport;

/// <summary>Small questions to one actor of the other node, many at once.</summary>
internal sealed class RemoteCalls(bool tls, TimeProvider time, bool lowLatency = false) : RemoteWorkload(tls, time, lowLatency)
{
    /// <summary>Questions that wait for their answers at once.</summary>
    public const int InFlight = 100;

    private ActorRef? _echo;

    /// <summary>Asks a number of questions, a share of them by each of those who ask at once.</summary>
    public Task AskAsync(int questions) => Task.WhenAll(Enumerable.Range(0, InFlight).Select(async _ =>
    {
        for (int i = 0; i < questions / InFlight; i++)
        {
            await _echo!.AskAsync<Ball>(new Ball(i), Deadline).ConfigureAwait(false);
        }
    }));

    protected override void Spawn(NodePair nodes) => _echo = nodes.SpawnThere(static () => new Echo(), "echo");

    /// <returns>Answers per second.</returns>
    protected override async Task<double[]> WorkAsync(NodePair nodes, TimeSpan duration, CancellationToken cancellationToken)
    {
        await Task.Yield();
        long started = Time.GetTimestamp();
        int answered = 0;
        await Task.WhenAll(Enumerable.Range(0, InFlight).Select(async _ =>
        {
            while (Time.GetElapsedTime(started) < duration && !cancellationToken.IsCancellationRequested)
            {
                await _echo!.AskAsync<Ball>(new Ball(1), Deadline, CancellationToken.None).ConfigureAwait(false);
                Interlocked.Increment(ref answered);
            }
        })).ConfigureAwait(false);
        return [answered / Time.GetElapsedTime(started).TotalSeconds];
    }
}
