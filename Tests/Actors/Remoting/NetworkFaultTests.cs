using System.Collections.Concurrent;
using FedActors.Actors;
using FedActors.Actors.Remoting;
using FedActors.Actors.Transport;
using FedActors.Actors.Transport.Tcp;
using FedActors.Tests.TestKit;
using FedActors.Tests.TestKit.OutsidePrograms;
using FedActors.Tests.TestKit.Processes;
using FedActors.Tests.TestKit.Remoting;
using Xunit.Abstractions;

namespace FedActors.Tests.Actors.Remoting;

/// <summary>Faults that say nothing: a process that stands still, a cable that is cut. The other node is a process of its own.</summary>
[Collection(nameof(AloneOnTheMachine))]
public sealed class NetworkFaultTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Patient = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Impatient = TimeSpan.FromMilliseconds(500);
    private readonly ConcurrentQueue<int> _counted = new();

    [Fact]
    public async Task Peer_FrozenWithinTheGrace_GoesOnWhereItWas()
    {
        await using ActorSystem server = CreateServer(Patient, out Task<ActorRef> echo);
        using var peer = new PeerProcess(await server.Remote.ListenAsync(TestNodes.AnyPort), Patient);
        ActorRef asked = await echo.Limit();
        Task<NodeDisconnected> lost = server.NextAsync<NodeDisconnected>();

        using var recovery = new RecoveryWatch(output, "a peer stood still (SIGSTOP), within the grace");
        peer.Freeze();
        (await lost.Limit()).Reason.Should().Contain("nothing arrived");
        recovery.Noticed(PeerProgram.NoticedWithin);
        Task<Numbered> answer = asked.AskAsync<Numbered>(new Numbered(7), Eventually.Limit);
        Task<NodeConnected> back = server.NextAsync<NodeConnected>();
        recovery.Mended();
        peer.Thaw();

        (await back.Limit()).Resumed.Should().BeTrue();
        recovery.Back(PeerProgram.BackWithin);
        (await answer).Number.Should().Be(7);
        await CountsOnWithoutAGapAsync();
    }

    [Fact]
    public async Task Peer_FrozenBeyondTheGrace_IsGivenUpAndComesBackWithoutDoublesOrDisorder()
    {
        await using ActorSystem server = CreateServer(Impatient, out Task<ActorRef> echo);
        using var peer = new PeerProcess(await server.Remote.ListenAsync(TestNodes.AnyPort), Impatient);
        ActorRef asked = await echo.Limit();
        Task<NodeLost> lost = server.NextAsync<NodeLost>();

        using var recovery = new RecoveryWatch(output, "a peer stood still (SIGSTOP), beyond the grace");
        peer.Freeze();
        (await lost.Limit()).Reason.Should().Be(TerminationReason.Unreachable);
        recovery.Noticed(PeerProgram.NoticedWithin + Impatient);
        asked.TryTell(new Numbered(1)).Should().BeFalse("nobody is there");
        int before = _counted.Count;
        Task<NodeConnected> back = server.NextAsync<NodeConnected>();
        recovery.Mended();
        peer.Thaw();

        (await back.Limit()).Resumed.Should().BeFalse();
        recovery.Back(PeerProgram.BackWithin);
        await Eventually.True(() => _counted.Count > before + 100);
        _counted.Should().BeInAscendingOrder().And.OnlyHaveUniqueItems();
    }

    [OutsideProgramFact(OutsideProgram.NetworkNamespaces)]
    public async Task Network_CutForAWhile_LosesDoublesAndReordersNothing()
    {
        using var network = new NetworkNamespace();
        await using ActorSystem server = CreateServer(Patient, out Task<ActorRef> echo);
        TransportAddress address = await server.Remote.ListenAsync(new TransportAddress(network.HostAddress, 0));
        using var peer = new PeerProcess(address, Patient, network.Enter);
        ActorRef asked = await echo.Limit();

        for (int cut = 0; cut < 2; cut++)
        {
            Task<NodeDisconnected> lost = server.NextAsync<NodeDisconnected>();
            using var recovery = new RecoveryWatch(output, "traffic was dropped in a network namespace");
            network.Cut();
            await lost.Limit();
            recovery.Noticed(PeerProgram.NoticedWithin);
            Task<Numbered> answer = asked.AskAsync<Numbered>(new Numbered(cut), Eventually.Limit);
            Task<NodeConnected> back = server.NextAsync<NodeConnected>();
            recovery.Mended();
            network.Mend();

            (await back.Limit()).Resumed.Should().BeTrue();
            recovery.Back(PeerProgram.BackWithin);
            (await answer).Number.Should().Be(cut);
        }

        await CountsOnWithoutAGapAsync();
    }

    private async Task CountsOnWithoutAGapAsync()
    {
        int before = _counted.Count;
        await Eventually.True(() => _counted.Count > before + 100);
        _counted.Should().Equal(Enumerable.Range(0, _counted.Count));
    }

    /// <summary>A node whose sink keeps what the peer counts.</summary>
    private ActorSystem CreateServer(TimeSpan grace, out Task<ActorRef> echo)
    {
        ActorSystem server = TestNodes.Create(new TcpTransport(), "server", options => PeerProgram.Watchful(options, grace));
        var known = new TaskCompletionSource<ActorRef>(TaskCreationOptions.RunContinuationsAsynchronously);
        server.SpawnSink(PeerProgram.Sink, message => _counted.Enqueue(((Numbered)message).Number));
        server.Events.Subscribe<NodeConnected>(connected => known.TrySetResult(server.Remote.Resolve(new ActorPath(connected.Node, "echo", 0))));
        echo = known.Task;
        return server;
    }
}
