using FedActors.Actors;

namespace FedActors.Scripts.Measuring.Transport;

/// <summary>Small questions, about one a millisecond, on the connection on which large messages stream as fast as they can.</summary>
internal sealed class AskingBesideModels(bool tls, int bytes, TimeProvider time) : RemoteWorkload(tls, time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(1);

    private readonly Latencies _latencies = new(time);
    private readonly float[] _values = ModelContent.Singles(bytes);
    private ActorRef? _sink;
    private ActorRef? _echo;

    protected override void Spawn(NodePair nodes)
    {
        _sink = nodes.SpawnThere(static () => new ModelSink(), "sink");
        _echo = nodes.SpawnThere(static () => new Echo(), "echo");
    }

    /// <returns>The median and the 99th percentile of the answers in microseconds, and bytes per second of the stream.</returns>
    protected override async Task<double[]> WorkAsync(NodePair nodes, TimeSpan duration, CancellationToken cancellationToken)
    {
        long started = Time.GetTimestamp();
        bool over = false;
        int sent = 0;
        Task stream = Task.WhenAll(Enumerable.Range(0, ModelStream.InFlight).Select(async _ =>
        {
            await Task.Yield();
            while (!Volatile.Read(ref over))
            {
                await _sink!.AskAsync<Ball>(new Model(_values, null), Deadline).ConfigureAwait(false);
                Interlocked.Increment(ref sent);
            }
        }));
        try
        {
            while (Time.GetElapsedTime(started) < duration)
            {
                long asked = Time.GetTimestamp();
                await _echo!.AskAsync<Ball>(new Ball(1), Deadline, cancellationToken).ConfigureAwait(false);
                _latencies.Add(asked);
                await Task.Delay(Pause, Time, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            Volatile.Write(ref over, true);
            await stream.ConfigureAwait(false);
        }

        (double median, double most) = _latencies.Take();
        return [median, most, (double)sent * bytes / Time.GetElapsedTime(started).TotalSeconds];
    }
}
