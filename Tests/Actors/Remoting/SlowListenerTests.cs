using System.IO.Pipelines;
using FedActors.Actors;
using FedActors.Actors.Remoting;
using FedActors.Actors.Transport;
using FedActors.Actors.Transport.Memory;
using FedActors.Actors.Transport.Tcp;
using FedActors.Tests.TestKit;
using FedActors.Tests.TestKit.Remoting;

namespace FedActors.Tests.Actors.Remoting;

/// <summary>A listener on one thread and in virtual time, whose backlog is full of connections that come to nothing.</summary>
public sealed class SlowListenerTests
{
    private static readonly RemotingLimits Limits = RemotingLimits.Default;
    private static readonly int Backlog = new TcpTransportOptions().Backlog;

    private readonly ManualTimeProvider _clock = new();
    private readonly PumpedContext _thread = new();

    /// <summary>A timer of 6 ms takes 8 where the system has a tick of 4, and 15.6 where that is its tick.</summary>
    [Theory]
    [InlineData(6)]
    [InlineData(8)]
    [InlineData(15.6)]
    public async Task Newcomer_FromElsewhereBehindAFullBacklog_IsLetInWithinAHandshakesTime(double tick)
    {
        TimeSpan waited = await WaitAsync("elsewhere", Backlog, TimeSpan.FromMilliseconds(tick));

        waited.Should().BeCloseTo(Limits.AcceptPause * Backlog, 4 * Limits.AcceptPause).And.BeLessThan(Limits.HandshakeTimeout);
    }

    [Fact]
    public async Task Newcomer_FromWhereAFloodCame_HasItsTurnInTheLine()
    {
        int before = (Limits.MaxPacedConnections / 4) - 1;
        TimeSpan turn = TimeSpan.FromSeconds(1) / Limits.FutileConnectionsPerSecond;

        TimeSpan waited = await WaitAsync("attacker", before, Limits.AcceptPause);

        waited.Should().BeCloseTo((before + 1) * turn, turn);
    }

    /// <returns>How long a newcomer waits that comes when the listener has become slow and others wait to be accepted.</returns>
    private async Task<TimeSpan> WaitAsync(string origin, int backlog, TimeSpan tick)
    {
        await using ActorSystem system = TestNodes.Create(new MemoryTransport(), "node", system: options => options with { Time = _clock });
        DateTimeOffset? letIn = null;
        var newcomer = new BriefConnection(origin, () => letIn = _clock.SteadyNow);
        var attacker = new BriefConnection("attacker", () => { });
        int flood = Limits.MaxFutileConnections + backlog;
        NodeListener? listener = null;
        await _thread.Begin(() =>
        {
            listener = new NodeListener(system.Remote, new CrowdedListener([.. Enumerable.Repeat(attacker, flood), newcomer]));
            listener.Start();
            return Task.CompletedTask;
        });

        _thread.Run();
        DateTimeOffset slow = _clock.SteadyNow;
        while (letIn is null && _clock.SteadyNow - slow < TimeSpan.FromMinutes(1))
        {
            _clock.Advance(tick);
            _thread.Run();
        }

        Task closing = _thread.Begin(listener!.CloseAsync);
        await Eventually.True(() =>
        {
            _thread.Run();
            return closing.IsCompleted;
        });
        return letIn!.Value - slow;
    }

    /// <summary>Ends as soon as it is to be opened.</summary>
    private sealed class BriefConnection(string origin, Action opened) : ITransportConnection
    {
        public PipeReader Input => throw new InvalidOperationException("It was never open.");

        public PipeWriter Output => throw new InvalidOperationException("It was never open.");

        public string RemoteAddress => origin;

        public string Origin => origin;

        public PeerIdentity? Peer => null;

        public ValueTask OpenAsync(CancellationToken cancellationToken = default)
        {
            opened();
            throw new TransportException(TransportFault.Broken, "It has gone.");
        }

        public ValueTask FinishAsync() => ValueTask.CompletedTask;

        public void Abort()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    /// <summary>Has connections there, and then none any more.</summary>
    private sealed class CrowdedListener(IReadOnlyList<ITransportConnection> connections) : ITransportListener
    {
        private readonly Queue<ITransportConnection> _waiting = new(connections);
        private readonly TaskCompletionSource<ITransportConnection?> _disposed = new();

        public TransportAddress Address { get; } = new("crowded", 1);

        public async ValueTask<ITransportConnection?> AcceptAsync(CancellationToken cancellationToken = default) =>
            _waiting.TryDequeue(out ITransportConnection? next) ? next : await _disposed.Task.WaitAsync(cancellationToken);

        public ValueTask DisposeAsync()
        {
            _disposed.TrySetResult(null);
            return ValueTask.CompletedTask;
        }
    }
}
