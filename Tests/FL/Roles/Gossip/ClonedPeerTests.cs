using FedActors.Actors;
using FedActors.Actors.Remoting;
using FedActors.Actors.Serialization;
using FedActors.Actors.Transport;
using FedActors.Actors.Transport.Memory;
using FedActors.FL.Configuration;
using FedActors.FL.Data;
using FedActors.FL.Protocol;
using FedActors.FL.Roles;
using FedActors.Storage.Gossip;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.FL.Roles.Gossip;

/// <summary>Two live processes with one identity, in real time: whether a name is taken is found out by listening to who has it.</summary>
public sealed class ClonedPeerTests : IAsyncDisposable
{
    private readonly MemoryTransport _network = new();
    private readonly TinyData _data = new(3);
    private readonly RecordingPeerObserver _observer = new();
    private readonly List<ActorSystem> _systems = [];
    private long _lives;

    public async ValueTask DisposeAsync()
    {
        foreach (ActorSystem system in _systems)
        {
            await system.DisposeAsync();
        }
    }

    [Fact]
    public async Task Cloned_DiskThatRunsASecondTime_TheSecondProcessIsRefusedAndSaysWhy()
    {
        MemoryGossipStore original = new(new string('c', 32));
        (TransportAddress a, _) = await StartAsync("A", [], new MemoryGossipStore(new string('a', 32)));
        await StartAsync("B", [a], new MemoryGossipStore(new string('b', 32)));
        await StartAsync("C", [a], original);
        await Eventually.True(() => _observer.Statuses.Where(status => status.IsAgreed).Select(status => status.Peer).Distinct().Count() == 3, "all keep up");

        (_, PeerCompletion clone) = await StartAsync("C", [a], PeerRecoveryTests.CopyOf(original, "C"));
        PeerResult result = await clone.Task.Limit();

        result.Outcome.Should().Be(PeerOutcome.Superseded);
        result.Reason.Should().Contain("Another process bears the name C");
        _observer.Troubles.Should().Contain(trouble => trouble.Text == result.Reason);
    }

    /// <summary>Nobody but each other: they dialled again for ever, since the copy knew of others, of whom a second should have said so.</summary>
    [Fact]
    public async Task Cloned_TwoThatOnlyMeetEachOther_TheLaterEndsAndSaysWhy()
    {
        MemoryGossipStore original = new(new string('c', 32));
        (TransportAddress a, _) = await StartAsync("A", [], new MemoryGossipStore(new string('a', 32)));
        await StartAsync("B", [a], new MemoryGossipStore(new string('b', 32)));
        (TransportAddress c, PeerCompletion first) = await StartAsync("C", [a], original);
        await Eventually.True(() => _observer.Statuses.Where(status => status.IsAgreed).Select(status => status.Peer).Distinct().Count() == 3, "all keep up");
        await _systems[0].DisposeAsync();
        await _systems[1].DisposeAsync();

        (_, PeerCompletion clone) = await StartAsync("C", [c], PeerRecoveryTests.CopyOf(original, "C"));
        PeerResult result = await clone.Task.Limit();

        result.Outcome.Should().Be(PeerOutcome.Superseded);
        result.Reason.Should().Contain("Another process bears the name C").And.Contain($"{c}");
        first.Task.IsCompleted.Should().BeFalse("it began first");
    }

    [Fact]
    public async Task Cloned_OnlyTheFormerDials_TheFormerEndsAndSaysWhy()
    {
        (TransportAddress later, PeerCompletion stays) = await StartAsync("C", [], new MemoryGossipStore(new string('c', 32)), life: 20);

        (_, PeerCompletion former) = await StartAsync("C", [later], new MemoryGossipStore(new string('d', 32)), life: 10);
        PeerResult result = await former.Task.Limit();

        result.Outcome.Should().Be(PeerOutcome.Superseded);
        result.Reason.Should().Contain("Another process bears the name C").And.Contain($"{later}");
        stays.Task.IsCompleted.Should().BeFalse();
    }

    [Fact]
    public async Task Peer_ThatHasDialledItself_GoesOn()
    {
        TransportAddress own = new("memory", 9);
        (_, PeerCompletion completion) = await StartAsync("C", [own], new MemoryGossipStore(new string('c', 32)), listen: own, told: new TransportAddress("elsewhere", 9));

        TaskCompletionSource failures = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using IDisposable subscription = _systems[0].Events.Subscribe<ConnectFailed>(failed =>
        {
            if (failed.Attempt >= 10 && failed.Reason.Contains("dialled itself", StringComparison.Ordinal))
            {
                failures.TrySetResult();
            }
        });
        await failures.Task.Limit();

        completion.Task.IsCompleted.Should().BeFalse();
    }

    private async Task<(TransportAddress Address, PeerCompletion Completion)> StartAsync(
        string peer, IReadOnlyList<TransportAddress> seeds, IGossipStore store, long? life = null, TransportAddress? listen = null, TransportAddress? told = null)
    {
        ActorSystem system = new(new ActorSystemOptions
        {
            Node = peer,
            Incarnation = life ?? ++_lives,
            Remoting = new RemotingOptions
            {
                Transport = _network, Registry = GossipProtocol.Register(new MessageRegistryBuilder()).Build(), HeartbeatInterval = TimeSpan.FromMilliseconds(200), MaxReconnectDelay = TimeSpan.FromMilliseconds(100),
            },
        });
        _systems.Add(system);
        TransportAddress address = await system.Remote.ListenAsync(listen ?? new TransportAddress("memory", 0));
        PeerCompletion completion = new();
        DataSet data = _data.LoadSite(peer);
        system.Spawn(
            GossipRoles.Peer(new PeerSetup
            {
                PeerId = peer, Site = peer, Specification = TinyData.Model, Data = data, Moments = FeatureMoments.Of(data), Store = store, Address = told ?? address, Seeds = seeds,
                Options = new PeerOptions { Training = new TrainingOptions { Rounds = 3, LocalEpochs = 1 }, Gossip = new GossipOptions { Peers = 3 } },
                Observer = _observer, Completion = completion,
            }),
            GossipRoles.PeerName);
        return (address, completion);
    }
}
