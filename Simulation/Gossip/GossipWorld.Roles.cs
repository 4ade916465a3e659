using FedActors.Actors;
using FedActors.Crdt;
using FedActors.FL.Data;
using FedActors.FL.Gossip;
using FedActors.FL.Models;
using FedActors.FL.Roles;
using FedActors.FL.Topologies;
using FedActors.Simulation.Disk;
using FedActors.Simulation.Kernel;
using FedActors.Simulation.Worlds;
using FedActors.Storage.Gossip;

namespace FedActors.Simulation.Gossip;

/// <content>Makes the peers as they are shipped.</content>
internal sealed partial class GossipWorld
{
    private readonly HashSet<GossipNode> _goneBack = [];

    protected override void Start(GossipNode node)
    {
        var process = new SimulatedProcess(node.Host);
        node.Process = process;
        node.Status = null;
        PeerLife life = node.Life = new PeerLife(node.Peer, process, IsPeer(node), !IsPeer(node) || _goneBack.Contains(node));
        node.Interference = new GossipInterference(process, life, _ledger, _parts, kind => Hit(kind, node.Name), Coverage.Hit);
        Trace.Tell(node.Name, node.Peer == node.Name ? "starts" : $"starts as {node.Peer}");
        process.Do(() =>
        {
            var system = new ActorSystem(SystemOf(node, process, node.Peer));
            Follow(node, process, system);
            if (!system.Remote.ListenAsync(AddressOf(node.Name)).IsCompletedSuccessfully)
            {
                throw new InvalidOperationException("The simulated network listens at once.");
            }

            Spawn(node, process, system);
        });
    }

    private void Spawn(GossipNode node, SimulatedProcess process, ActorSystem system)
    {
        if (node.Name == GossipSchedule.Liar)
        {
            ActorRef victim = system.Remote.Connect(AddressOf(_met)).ActorOf(GossipRoles.PeerName);
            system.Spawn(Props.Create(() => new LyingPeer(node.Name, _schedule.Peers.Count, SharedSettings.Of(_options, Topology.Create(_schedule.Topology)), _schedule.Peers[0], victim)), GossipRoles.PeerName);
            return;
        }

        PeerSetup setup = node.Name == GossipSchedule.Intruder ? IntruderSetup(node, process) : SetupOf(node, process, node.Peer, OpenStore(node, process));
        node.Result = null;
        SpawnRole(node, system, GossipRoles.Peer(setup), GossipRoles.PeerName, _schedule.MailboxCapacity);
        ActorRef peer = node.Actor!;
        node.Eye = system.Spawn(Props.Create(() => new Eye(peer, status => OnSeen(node, process, status), reply => OnRemoved(node, reply))), "eye");
        node.Ending = FollowAsync(node, process, setup.Completion);
    }

    private IGossipStore OpenStore(GossipNode node, SimulatedProcess process)
    {
        if (IsPeer(node))
        {
            _ledger.OnOpened(node.Peer, StoredEntries.HeadersOf(node.Disk!.Content, node.Peer));
        }

        return Watched(node, process, node.Disk!);
    }

    private SimulatedGossipStore Watched(GossipNode node, SimulatedProcess process, SimulatedDisk<IGossipStore> disk)
    {
        RemovalWatch removals = new(node.Peer, Report);
        PeerLife life = node.Life!;
        foreach (StatePart part in disk.Content.LoadHeads(node.Peer).Where(StoredEntries.IsEntry))
        {
            // Records alone: what they delete is deleted when the process takes them up.
            EntryHeader header = StoredEntries.HeaderOf(part);
            if (Removal.IsRecord(header.Key))
            {
                removals.OnStored(header);
            }
        }

        return new SimulatedGossipStore(disk, process, part =>
        {
            if (!StoredEntries.IsEntry(part))
            {
                return;
            }

            EntryHeader header = StoredEntries.HeaderOf(part);
            removals.OnStored(header);
            if (OwnedKey.MayWrite(header.Key, node.Peer) && header.Stamp.Replica == node.Peer)
            {
                _ledger.OnStored(life, header);
            }
        });
    }

    private PeerSetup SetupOf(GossipNode node, SimulatedProcess process, string site, IGossipStore store) => new()
    {
        PeerId = node.Peer,
        Site = site,
        Specification = SimulatedSites.Model,
        Data = _sites.DataOf(site),
        Moments = _sites.MomentsOf(site),
        Store = store,
        Address = AddressOf(node.Name),
        Seeds = [.. _schedule.Peers.Where(peer => peer != node.Name && peer != node.Peer).Select(AddressOf)],
        Topology = Topology.Create(_schedule.Topology),
        Training = ThreadsOf(node, process),
        Bodies = BodiesOf(process),
        StaysAfterAgreement = _schedule.StaysAfterAgreement,
        Observer = new Observer(this, node, process),
        Options = _options,
        Machine = machine => new LearningWatch(_parts.Machine(machine), node.Peer, Report),
        Order = _parts.Order,
        ForgetsAtOnce = _parts.ForgetsAtOnce,
        SmallBodyBytes = _schedule.SmallBodyBytes,
        LargeBodyBytes = _schedule.LargeBodyBytes,
    };

    private SimulatedThreads ThreadsOf(GossipNode node, SimulatedProcess process) =>
        new(process, () => node.Interference!.DurationOf(UsualDuration()));

    private SimulatedThreads BodiesOf(SimulatedProcess process) => new(process, () =>
    {
        Coverage.Hit("work on a large body");
        return UsualDuration();
    });

    private TimeSpan UsualDuration() => TimeSpan.FromMilliseconds(2 + (30 * Durations.NextDouble()));

    private PeerSetup IntruderSetup(GossipNode node, SimulatedProcess process)
    {
        // What it publishes under a peer's name counts as that peer's.
        SimulatedDisk<IGossipStore> disk = NewDisk(node, static () => new MemoryGossipStore("an intruder's"));
        PeerSetup setup = SetupOf(node, process, _schedule.Peers[0], Watched(node, process, disk)) with { Seeds = [AddressOf(_met)], StaysAfterAgreement = true };
        if (node.Peer != node.Name)
        {
            return setup;
        }

        DataSet data = new(SimulatedSites.Model.Features + 1, SimulatedSites.Model.Classes, new float[SimulatedSites.Model.Features + 1], [0]);
        return setup with
        {
            Specification = new ModelSpecification(ModelSpecification.Softmax, data.Features, data.Classes), Data = data, Moments = FeatureMoments.Of(data),
        };
    }

    private void OnSeen(GossipNode node, SimulatedProcess process, PeerStatus status)
    {
        if (node.Process == process)
        {
            node.Status = status;
            OnPhase(status);
        }
    }

    private void OnPhase(PeerStatus status)
    {
        if (_phases.TryGetValue(status.Peer, out LearningPhase before) && before != status.Phase)
        {
            Coverage.Hit($"phase {before} {status.Phase}");
        }

        Coverage.Hit($"phase {status.Phase}");
        _phases[status.Peer] = status.Phase;
    }

    /// <summary>Hears what a peer tells those who follow it.</summary>
    private sealed class Observer(GossipWorld world, GossipNode node, SimulatedProcess process) : IPeerObserver
    {
        public void OnRound(PeerRound round)
        {
            world._rounds++;
            world.Trace.Tell(node.Name, $"closes round {round.Round} over {round.Models} models as {round.ParameterHash[..8]}");
        }

        public void OnStatus(PeerStatus status)
        {
            world.OnPhase(status);
            world.Trace.Tell(node.Name, $"{status.Phase} {status.Round}{(status.IsAgreed ? ", agreed" : status.IsSettled ? ", settled" : "")} {status.ParameterHash?[..8]}");
        }

        public void OnMember(string peer, MemberChange change)
        {
            world.Trace.Tell(node.Name, $"{change.MemberId} {change.Kind}: {change.Text}");
            world.OnMember(node, process, change);
        }

        public void OnTrouble(string peer, string text) => world.Trace.Tell(node.Name, text);
    }
}
