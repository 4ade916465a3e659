using FedActors.Actors;
using FedActors.Actors.Remoting;
using FedActors.Actors.Serialization;
using FedActors.Actors.Transport;
using FedActors.FL.Configuration;
using FedActors.FL.Data;
using FedActors.FL.Gossip;
using FedActors.FL.Protocol;
using FedActors.FL.Roles;
using FedActors.Simulation.Kernel;
using FedActors.Simulation.Network;
using FedActors.Storage.Gossip;

namespace FedActors.Tests.Simulation.Gossip;

/// <summary>One peer for each site of a data set, as they are shipped, on the simulated network and in virtual time.</summary>
internal sealed class SimulatedPeers : IPeerObserver
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    private readonly EventQueue _queue = new();
    private readonly Dictionary<string, PeerStatus> _status = [];

    private SimulatedPeers()
    {
    }

    /// <summary>Lets the peers learn until all agree.</summary>
    /// <returns>The hash of the parameters that they agree on.</returns>
    public static string Agree(IFederatedData data, PeerOptions options) => new SimulatedPeers().Run(data, options);

    void IPeerObserver.OnRound(PeerRound round)
    {
        // What matters here is how it ends.
    }

    void IPeerObserver.OnStatus(PeerStatus status) => _status[status.Peer] = status;

    void IPeerObserver.OnMember(string peer, MemberChange change)
    {
        // As above.
    }

    void IPeerObserver.OnTrouble(string peer, string text)
    {
        // As above.
    }

    private string Run(IFederatedData data, PeerOptions options)
    {
        _queue.Hold();
        string[] peers = [.. data.Manifest.Sites.Select(site => site.Name)];
        SimulatedNetwork network = new(_queue, seed: 1, new PathConditions());
        MessageRegistry registry = GossipProtocol.Register(new MessageRegistryBuilder()).Build();
        foreach (string peer in peers)
        {
            SimulatedProcess process = new(new SimulatedHost(_queue, peer));
            process.Do(() => Start(peer, peers, process, network, registry, data, options));
        }

        SynchronizationContext? before = SynchronizationContext.Current;
        while (!peers.All(peer => _status.TryGetValue(peer, out PeerStatus? status) && status.IsAgreed))
        {
            _queue.Now.Should().BeLessThan(Limit, "the peers agree in the end");
            _queue.Step().Should().BeTrue();
        }

        SynchronizationContext.SetSynchronizationContext(before);
        return _status.Values.Select(status => status.ParameterHash!).Distinct().Should().ContainSingle().Subject;
    }

    private void Start(
        string peer, string[] peers, SimulatedProcess process, SimulatedNetwork network, MessageRegistry registry, IFederatedData data, PeerOptions options)
    {
        ActorSystem system = new(new ActorSystemOptions
        {
            Node = peer,
            Time = process.Clock,
            Scheduler = process.Scheduler,
            Meters = process.Meters,
            Remoting = new RemotingOptions { Transport = network.TransportOf(process.Host, process), Registry = registry },
        });
        system.Remote.ListenAsync(new TransportAddress(peer, 1)).IsCompletedSuccessfully.Should().BeTrue();
        DataSet site = data.LoadSite(peer);
        system.Spawn(
            GossipRoles.Peer(new PeerSetup
            {
                PeerId = peer,
                Site = peer,
                Specification = data.Manifest.Specify(options.Training.Model),
                Data = site,
                Moments = FeatureMoments.Of(site),
                Store = new MemoryGossipStore(peer),
                Address = new TransportAddress(peer, 1),
                Seeds = [.. peers.Where(other => other != peer).Select(other => new TransportAddress(other, 1))],
                Training = new SimulatedThreads(process, static () => TimeSpan.FromMilliseconds(10)),
                Observer = this,
                Options = options,
            }),
            GossipRoles.PeerName);
    }
}
