using System.Collections.Concurrent;
using FedActors.Actors;
using FedActors.Actors.Remoting;
using FedActors.Scripts.Measuring.Transport;

namespace FedActors.Scripts.Measuring.Hostile;

/// <summary>A node that listens, and an honest one that goes on asking it over the connection that it has.</summary>
internal sealed class HonestPeer : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(1);

    private readonly NodePair _nodes;
    private readonly ActorRef _echo;
    private readonly Latencies _latencies;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<RefusalCause, long> _refusals = new();
    private int _disconnections;

    private HonestPeer(NodePair nodes, TimeProvider time)
    {
        _nodes = nodes;
        _time = time;
        _latencies = new Latencies(time);
        _echo = nodes.SpawnThere(static () => new Echo(), "echo");
        nodes.Server.Events.Subscribe<PeerRefused>(refused => _refusals.AddOrUpdate(refused.Cause, 1, static (_, count) => count + 1));
        nodes.Client.Events.Subscribe<NodeDisconnected>(_ => Interlocked.Increment(ref _disconnections));
    }

    /// <summary>Where the node listens.</summary>
    public int Port => _nodes.Address.Port;

    /// <summary>How often the honest node lost its connection.</summary>
    public int Disconnections => Volatile.Read(ref _disconnections);

    public static async Task<HonestPeer> StartAsync(bool tls, TimeProvider time, CancellationToken cancellationToken) =>
        new(await NodePair.ConnectAsync(tls, time, cancellationToken).ConfigureAwait(false), time);

    /// <summary>Asks about once a millisecond for a time.</summary>
    /// <remarks>
    /// On a thread that sleeps by itself. All timers of a process ring together, at the same millisecond: an honest node that was woken
    /// by one would ask each time at the very moment at which the node that it asks lets strangers in.
    /// </remarks>
    /// <returns>What was felt meanwhile.</returns>
    public Task<HonestTurn> AskAsync(TimeSpan duration, CancellationToken cancellationToken) =>
        Task.Factory.StartNew(() => Ask(duration, cancellationToken), cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>Refusals since the last look, by cause.</summary>
    public IReadOnlyDictionary<RefusalCause, long> TakeRefusals()
    {
        var taken = new Dictionary<RefusalCause, long>(_refusals);
        _refusals.Clear();
        return taken;
    }

    public ValueTask DisposeAsync() => _nodes.DisposeAsync();

    private HonestTurn Ask(TimeSpan duration, CancellationToken cancellationToken)
    {
        long started = _time.GetTimestamp();
        do
        {
            long asked = _time.GetTimestamp();
            _echo.AskAsync<Ball>(new Ball(1), Deadline, cancellationToken).GetAwaiter().GetResult();
            _latencies.Add(asked);
            cancellationToken.WaitHandle.WaitOne(Pause);
        }
        while (_time.GetElapsedTime(started) < duration);
        return new HonestTurn(_latencies.TakeAll());
    }
}
