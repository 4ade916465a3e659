using FedActors.Actors;
using FedActors.Actors.Remoting;
using FedActors.Actors.Supervision;
using FedActors.Actors.Transport;
using FedActors.FL.Data;
using FedActors.FL.Gossip;
using FedActors.FL.Roles;
using FedActors.Simulation.Kernel;

namespace FedActors.Simulation.Scenarios;

/// <content>Makes the peers as they are shipped, and hears what they tell.</content>
public sealed partial class PeerScenarioRun
{
    /// <summary>Peers that all others call at their start.</summary>
    private const int Known = 3;

    /// <summary>All nodes are in one process: what each of thousands of connections keeps for the next message would be most of its memory.</summary>
    private static readonly RemotingLimits Sparing = new() { MaxSpareBytes = 0 };

    /// <summary>All of them are in one process and on one thread, and hold the same models of each other.</summary>
    private readonly SharedBodies _shared = new();

    private void Start(VirtualPeer peer)
    {
        SimulatedProcess process = new(peer.Host);
        PeerCompletion completion = new();
        (peer.Process, peer.Completion, peer.Status) = (process, completion, null);
        process.Do(() =>
        {
            ActorSystem system = new(new ActorSystemOptions
            {
                Node = peer.Name,
                Time = process.Clock,
                Scheduler = process.Scheduler,
                Seed = _setup.Options.Seed,
                Meters = process.Meters,
                Remoting = new RemotingOptions { Transport = _paths.Network.TransportOf(peer.Host, process), Registry = _registry, Limits = Sparing },
            });
            system.Events.Subscribe<ActorFailed>(failed => _failure ??= failed.Directive == Directive.Escalate ? failed.Failure : null);
            if (!system.Remote.ListenAsync(AddressOf(peer.Name)).IsCompletedSuccessfully)
            {
                throw new InvalidOperationException("The simulated network listens at once.");
            }

            peer.System = system;
            peer.Actor = system.Spawn(GossipRoles.Peer(SetupOf(peer, process, completion)), GossipRoles.PeerName);
            peer.Ending = FollowAsync(peer, process, completion);
        });
    }

    private PeerSetup SetupOf(VirtualPeer peer, SimulatedProcess process, PeerCompletion completion)
    {
        SimulatedThreads threads = new(process, task => task is Task<PublishedModel> ? Train(peer, process) : TimeSpan.Zero);
        return new PeerSetup
        {
            PeerId = peer.Name,
            Site = peer.Name,
            Specification = _specification,
            Data = peer.Data,
            Moments = FeatureMoments.Of(peer.Data),
            Store = peer.Store,
            Address = AddressOf(peer.Name),
            Seeds = [.. _names.Take(Known).Where(name => name != peer.Name).Select(AddressOf)],
            Topology = _setup.Topology,
            Trainer = _malice is { } malice ? subject => malice.TrainerOf(peer, subject) : null,
            Training = threads,
            Bodies = threads,
            Evaluation = _setup.Clients.Evaluation,
            Observer = new Watcher(this, peer, process),
            Completion = completion,
            Options = _setup.Options,
            Shared = _shared,
        };
    }

    private static TransportAddress AddressOf(string peer) => new(peer, 1);

    /// <summary>Hears what a peer tells those who follow it.</summary>
    private sealed class Watcher(PeerScenarioRun run, VirtualPeer peer, SimulatedProcess process) : IPeerObserver
    {
        public void OnRound(PeerRound round)
        {
            peer.Round = round.Round;
            run._setup.Observer?.OnRound(round);
            if (run._closed++ == 0)
            {
                run.Unsettle();
            }

            int peers = run._peers.Length;
            run._setup.Progress?.Invoke(new ScenarioProgress((int)(run._closed / peers) + 1, (int)(run._closed % peers), peers));
        }

        public void OnStatus(PeerStatus status)
        {
            if (peer.Process == process && process.IsAlive)
            {
                peer.Status = status;
                run._hasNews = true;
                run._setup.Observer?.OnStatus(status);
            }
        }

        public void OnMember(string peer, MemberChange change) => run._setup.Observer?.OnMember(peer, change);

        public void OnTrouble(string peer, string text) => run._setup.Observer?.OnTrouble(peer, text);
    }
}
