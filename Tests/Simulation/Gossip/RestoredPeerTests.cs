using FedActors.Actors.Remoting;
using FedActors.Actors.Serialization;
using FedActors.Actors.Transport;
using FedActors.Actors;
using FedActors.FL.Configuration;
using FedActors.FL.Gossip;
using FedActors.FL.Protocol;
using FedActors.FL.Roles;
using FedActors.Simulation.Kernel;
using FedActors.Simulation.Network;
using FedActors.Simulation.Worlds;
using FedActors.Storage.Gossip;

namespace FedActors.Tests.Simulation.Gossip;

/// <summary>Three peers in virtual time, of which one loses its disk and gets an old copy of it back.</summary>
public sealed class RestoredPeerTests : IPeerObserver
{
    private static readonly string[] Peers = ["A", "B", "C"];

    private readonly EventQueue _queue = new();
    private readonly SimulatedNetwork _network;
    private readonly SimulatedSites _sites = new();
    private readonly MessageRegistry _registry = GossipProtocol.Register(new MessageRegistryBuilder()).Build();
    private readonly Dictionary<string, SimulatedHost> _hosts;
    private readonly Dictionary<string, MemoryGossipStore> _disks;
    private readonly Dictionary<string, SimulatedProcess> _processes = [];
    private readonly Dictionary<string, PeerStatus> _status = [];
    private readonly List<string> _troubles = [];

    public RestoredPeerTests()
    {
        _network = new SimulatedNetwork(_queue, 1, new PathConditions());
        _hosts = Peers.ToDictionary(peer => peer, peer => new SimulatedHost(_queue, peer));
        _disks = Peers.ToDictionary(peer => peer, peer => new MemoryGossipStore(peer));
    }

    /// <summary>
    /// Others hold what the peer published after it had lost its disk. It went above that when the copy was put back, but did not publish
    /// the model of the copy again: it averaged with one of its models, and they with another, and they never agreed.
    /// </summary>
    [Fact]
    public void Peer_DiskLostAndAnOldCopyPutBack_AgreesWithTheOthersAgain()
    {
        _queue.Hold();
        foreach (string peer in Peers)
        {
            Start(peer);
        }

        RunUntilAllAgree();
        MemoryGossipStore copy = _disks["A"].Copy(isElsewhere: false);
        Replace("A", new MemoryGossipStore("another"));
        RunUntilAllAgree();

        Replace("A", copy);
        RunUntilAllAgree();

        _troubles.Should().NotContain(trouble => trouble.StartsWith("Two contents", StringComparison.Ordinal), "no version is given out twice");
        _status["A"].Incarnation.Should().BeGreaterThan(2, "it went above what others had seen");
    }

    void IPeerObserver.OnRound(PeerRound round)
    {
        // What matters here is how it ends.
    }

    void IPeerObserver.OnStatus(PeerStatus status) => _status[status.Peer] = status;

    void IPeerObserver.OnMember(string peer, MemberChange change)
    {
        // As above.
    }

    void IPeerObserver.OnTrouble(string peer, string text) => _troubles.Add(text);

    private void Replace(string peer, MemoryGossipStore disk)
    {
        _processes[peer].Kill();
        _status.Remove(peer);
        _disks[peer] = disk;
        Start(peer);
    }

    private void Start(string peer)
    {
        SimulatedProcess process = new(_hosts[peer]);
        _processes[peer] = process;
        process.Do(() =>
        {
            ActorSystem system = new(new ActorSystemOptions
            {
                Node = peer,
                Time = process.Clock,
                Scheduler = process.Scheduler,
                Meters = process.Meters,
                Remoting = new RemotingOptions { Transport = _network.TransportOf(process.Host, process), Registry = _registry },
            });
            system.Remote.ListenAsync(new TransportAddress(peer, 1)).IsCompletedSuccessfully.Should().BeTrue();
            system.Spawn(GossipRoles.Peer(SetupOf(peer, process)), GossipRoles.PeerName);
        });
    }

    private PeerSetup SetupOf(string peer, SimulatedProcess process) => new()
    {
        PeerId = peer,
        Site = peer,
        Specification = SimulatedSites.Model,
        Data = _sites.DataOf(peer),
        Moments = _sites.MomentsOf(peer),
        Store = _disks[peer],
        Address = new TransportAddress(peer, 1),
        Seeds = [.. Peers.Where(other => other != peer).Select(other => new TransportAddress(other, 1))],
        Training = new SimulatedThreads(process, () => TimeSpan.FromMilliseconds(10)),
        Observer = this,
        Options = new PeerOptions
        {
            Training = new TrainingOptions { Rounds = 6, LocalEpochs = 1, BatchSize = 8 },
            Gossip = new GossipOptions { Peers = Peers.Length, MinPeers = 2 },
        },
    };

    private void RunUntilAllAgree()
    {
        TimeSpan limit = _queue.Now + TimeSpan.FromMinutes(5);
        SynchronizationContext? before = SynchronizationContext.Current;
        while (!AllAgree())
        {
            _queue.Now.Should().BeLessThan(limit, "the peers agree in the end");
            _queue.Step().Should().BeTrue();
        }

        SynchronizationContext.SetSynchronizationContext(before);
    }

    private bool AllAgree() =>
        Peers.All(peer => _status.TryGetValue(peer, out PeerStatus? status) && status.IsAgreed && status.ParameterHash == _status.GetValueOrDefault(Peers[0])?.ParameterHash);
}
