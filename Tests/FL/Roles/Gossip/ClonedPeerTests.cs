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

    private async Task<(TransportAddress Address, PeerCompletion Completion)> StartAsync(string peer, IReadOnlyList<TransportAddress> seeds, IGossipStore store)
    {
        ActorSystem system = new(new ActorSystemOptions
        {
            Node = peer,
            Incarnation = ++_lives,
            Remoting = new RemotingOptions
            {
                Transport = _network, Registry = GossipProtocol.Register(new MessageRegistryBuilder()).Build(), HeartbeatInterval = TimeSpan.FromMilliseconds(200),
            },
        });
        _systems.Add(system);
        TransportAddress address = await system.Remote.ListenAsync(new TransportAddress("memory", 0));
        PeerCompletion completion = new();
        DataSet data = _data.LoadSite(peer);
        system.Spawn(
            GossipRoles.Peer(new PeerSetup
            {
                PeerId = peer, Site = peer, Specification = TinyData.Model, Data = data, Moments = FeatureMoments.Of(data), Store = store, Address = address, Seeds = seeds,
                Options = new PeerOptions { Training = new TrainingOptions { Rounds = 3, LocalEpochs = 1 }, Gossip = new GossipOptions { Peers = 3 } },
                Observer = _observer, Completion = completion,
            }),
            GossipRoles.PeerName);
        return (address, completion);
    }
}
