using FedActors.Crdt;
using FedActors.Crdt.Gossip;
using FedActors.FL.Gossip;
using FedActors.FL.Models;
using FedActors.FL.Protocol;
using FedActors.FL.Roles;
using FedActors.Simulation.Disk;
using FedActors.Simulation.Schedules;
using FedActors.Simulation.Worlds;
using FedActors.Storage.Gossip;

namespace FedActors.Simulation.Gossip;

/// <content>Lets go wrong what only peers know.</content>
internal sealed partial class GossipWorld
{
    private const int MaxRepeats = 8;

    /// <summary>How often an operator asks: a peer refuses as long as it holds the other to be here.</summary>
    private const int RemovalAttempts = 3;

    private static readonly string RemovedWord = RefusalWords.Of(nameof(ExchangeRefusal.Removed));

    /// <summary>Peers under whose name somebody else has run, who may hold anything.</summary>
    private readonly HashSet<string> _borneByOthers = new(StringComparer.Ordinal);

    /// <summary>The one whom a stranger calls.</summary>
    private string _met = "";

    protected override void InjectOwn(Fault fault, GossipNode node)
    {
        switch (fault.Kind)
        {
            case FaultKind.FullDisk or FaultKind.SlowDisk or FaultKind.FailingWrite or FaultKind.CrashInWrite:
                if (DiskFaults.Harm(node.Disk!, fault, Queue.Now))
                {
                    Lasts(fault.Duration, static () => { });
                }

                break;
            case FaultKind.RestoredBackup:
                SimulatedDisk<IGossipStore> disk = node.Disk!;
                DiskImage<IGossipStore> image = disk.Copy();
                Lasts(fault.Duration, () => Restore(node, disk, image, fault));
                break;
            case FaultKind.WipedDisk:
                Replace(node, fault);
                break;
            case FaultKind.ClonedDisk:
                Clone(node, fault);
                break;
            case FaultKind.Intruder or FaultKind.LyingPeer:
                Enter(node, fault);
                break;
            case FaultKind.EquivocatingPeer:
                Equivocate(node, fault);
                break;
            case FaultKind.OperatorStop:
                if (node is { IsAlive: true, Result: null })
                {
                    Hit(fault.Kind, fault.Host);
                    node.ComesBackAfter = fault.Detail % 2 == 0 ? fault.Duration : null;
                    node.Process!.Post(() => node.Actor!.Tell(new StopPeer("an operator asks for it")));
                    if (node.ComesBackAfter is null && (fault.Detail & 2) == 0)
                    {
                        RemoveLater(node, fault, RemovalAttempts);
                    }
                }

                break;
            default:
                if (node.IsAlive)
                {
                    Interfere(node, fault);
                }

                break;
        }
    }

    /// <summary>Who was stopped is gone for good, says the operator of another peer after a while.</summary>
    private void RemoveLater(GossipNode gone, Fault fault, int attempts) => Lasts(TimeSpan.FromSeconds(0.5 + (fault.Detail % 4)), () =>
    {
        GossipNode[] others = [.. Members.Where(node => node is { IsAlive: true, Eye: not null } && node != gone)];
        if (gone.HasLeft && !gone.IsRemoved && others.Length > 0)
        {
            GossipNode told = others[(fault.Detail >> 4) % others.Length];
            told.Removing = gone;
            told.Process!.Post(() => told.Eye?.Tell(new RemovePeer(gone.Peer)));
        }

        if (attempts > 1)
        {
            RemoveLater(gone, fault, attempts - 1);
        }
        else if (gone is { HasLeft: true, IsRemoved: true } && (fault.Detail & 8) == 0)
        {
            gone.HasLeft = false;
            StartIfDown(gone);
        }
    });

    private void OnRemoved(GossipNode told, RemovePeerReply reply)
    {
        if (reply.Refusal is not null)
        {
            Coverage.Hit("removal refused");
            return;
        }

        Hit(FaultKind.RemovedPeer, told.Name);
        told.Removing!.IsRemoved = true;
    }

    /// <summary>Only who holds a value whose deletion is forgotten can bring it back, and nobody may forget while anybody who belongs here holds it.</summary>
    private void OnRefusal(GossipNode node, string from, string refusal)
    {
        if (refusal == RemovedWord && IsPeer(node) && _schedule.Peers.Contains(from) && !_borneByOthers.Contains(from))
        {
            Report("what is deleted is forgotten only once all have acknowledged it", $"{from} brings {node.Name} what is deleted, and {node.Name} has forgotten that it is");
        }
    }

    private void Interfere(GossipNode node, Fault fault)
    {
        Interference interference = node.Interference!;
        switch (fault.Kind)
        {
            case FaultKind.HungActor:
                interference.Hangs = true;
                break;
            case FaultKind.HungTraining:
                interference.TrainingHangs = true;
                break;
            case FaultKind.FailingActor:
                interference.Fails = 1 + (fault.Detail % MaxRepeats);
                return;
            default:
                throw new ArgumentException($"{fault.Kind} does not happen to peers.", nameof(fault));
        }

        // Nobody but an operator notices a peer that lives and does nothing.
        Lasts(fault.Duration * 3, () =>
        {
            if (node.Interference == interference)
            {
                Crash(node, TimeSpan.FromSeconds(1), power: false);
            }
        });
    }

    private void Restore(GossipNode node, SimulatedDisk<IGossipStore> disk, DiskImage<IGossipStore> image, Fault fault)
    {
        if (node.Disk != disk || !disk.IsEarlier(image))
        {
            return;
        }

        HitIf(Crash(node, TimeSpan.FromSeconds(1), power: true), fault);
        disk.Restore(image);
        GoBack(node);
    }

    private void Replace(GossipNode node, Fault fault)
    {
        HitIf(Crash(node, fault.Duration, power: true), fault);
        node.Disk = NewDisk(node, Empty());
        GoBack(node);
    }

    private void GoBack(GossipNode node)
    {
        _goneBack.Add(node);
        _ledger.OnGoneBack(node.Peer);
    }

    private void Clone(GossipNode node, Fault fault)
    {
        GossipNode clone = Nodes[GossipSchedule.Twin];
        if (clone.IsAlive)
        {
            return;
        }

        MemoryGossipStore original = (MemoryGossipStore)node.Disk!.Content;
        MemoryGossipStore copy = original.Copy(isElsewhere: true);
        clone.Disk = NewDisk(clone, () => copy.Copy(isElsewhere: false));
        Visit(clone, node.Peer, fault);
        _ledger.OnCloned();
    }

    private void Enter(GossipNode node, Fault fault)
    {
        if (!node.IsAlive)
        {
            _met = fault.Other;

            // Every other intruder brings the name of a peer, and no disk.
            Visit(node, node.Name == GossipSchedule.Intruder && fault.Detail % 2 == 0 ? _schedule.Peers[fault.Detail / 2 % _schedule.Peers.Count] : node.Name, fault);
        }
    }

    /// <summary>Lets a process run for a time that does not belong here.</summary>
    private void Visit(GossipNode node, string peer, Fault fault)
    {
        node.Peer = peer;
        _borneByOthers.Add(peer);
        Start(node);
        Hit(fault.Kind, fault.Host);
        Lasts(fault.Duration, () => Crash(node, TimeSpan.Zero, power: false));
    }

    private void Equivocate(GossipNode node, Fault fault)
    {
        if (!node.IsAlive)
        {
            return;
        }

        int bits = fault.Detail;
        Equivocator equivocator = new(node.Peer, neighbour => (bits >> (neighbour[0] % 8) & 1) != 0, content => Twisted(node, content, bits));
        ((GossipInterference)node.Interference!).Equivocator = equivocator;
        Lasts(fault.Duration, () => equivocator.IsActive = false);
    }

    /// <summary>Another model than the one that a peer has published.</summary>
    private static Body? Twisted(GossipNode node, ContentHash content, int bits)
    {
        Entry? entry = StoredEntries.Load(node.Disk!.Content, node.Peer).Values.FirstOrDefault(entry => entry.Body?.Hash == content && StoredEntries.IsModelOf(entry.Key, node.Peer));
        if (entry is null || GossipBodies.IsNothing(entry.Body!.Bytes.Span))
        {
            return null;
        }

        ModelEntry model = GossipBodies.ReadModel(node.Peer, entry.Stamp, entry.Body!.Bytes.Span, SimulatedSites.Model.Layout);
        float[] values = model.Parameters.Values.ToArray();
        values[bits % values.Length] += 1;
        return GossipBodies.OfModel(model.Round, model.Samples, model.Standard, new ParameterVector(SimulatedSites.Model.Layout, values));
    }
}
