using FedActors.Crdt;
using FedActors.FL.Aggregation;
using FedActors.FL.Gossip;
using FedActors.FL.Roles;
using FedActors.Simulation.Worlds;

namespace FedActors.Simulation.Gossip;

/// <summary>How it must end once nothing goes wrong any more: all hold the same, and it is what it must be.</summary>
internal sealed class GossipEnd(VersionLedger ledger, Action<string, string> report)
{
    /// <summary>Whether too few are left to begin: some who are needed were stopped for good before anybody knew of their rows. The others wait for them.</summary>
    /// <param name="members">The machines of all who belong here.</param>
    /// <param name="minPeers">How many are needed.</param>
    public static bool AreTooFew(IReadOnlyList<GossipNode> members, int minPeers) =>
        members.Count < minPeers
        && members.All(node => StoredEntries.HeadersOf(node.Disk!.Content, node.Peer).Keys.Count(key => key.StartsWith(OwnedKey.MomentsPrefix, StringComparison.Ordinal)) < minPeers);

    /// <summary>Says what is not yet as it must be among peers who are too few, or null.</summary>
    /// <param name="members">Their machines.</param>
    public static string? FindLackOfFew(IReadOnlyList<GossipNode> members)
    {
        foreach (GossipNode node in members)
        {
            if (node is not { IsAlive: true, Status: { } status })
            {
                return $"{node.Name} does not answer";
            }

            if (status.Phase != LearningPhase.AwaitingStandard)
            {
                return $"{node.Name} is at {status.Phase}, although too few are here to begin";
            }

            if (members.FirstOrDefault(other => other != node && status.Peers.All(view => view.Peer != other.Peer || view.State != MemberState.Alive)) is { } missing)
            {
                return $"{node.Name} does not count {missing.Peer} among those who are here";
            }
        }

        return null;
    }

    /// <summary>Says what is not yet as it must be, or null.</summary>
    /// <param name="members">The machines of all who belong here.</param>
    public static string? FindLack(IReadOnlyList<GossipNode> members)
    {
        if (members.All(node => node.Result is { Outcome: PeerOutcome.Agreed }))
        {
            return members.FirstOrDefault(node => node.Result!.Status.ParameterHash != members[0].Result!.Status.ParameterHash) is { } other
                ? $"{other.Name} has left with {other.Result!.Status.ParameterHash?[..8]} and {members[0].Name} with {members[0].Result!.Status.ParameterHash?[..8]}"
                : null;
        }

        foreach (GossipNode node in members)
        {
            if (node is not { IsAlive: true, Status: { } status })
            {
                return $"{node.Name} does not answer";
            }

            PeerStatus first = members[0].Status!;
            if (!status.IsAgreed)
            {
                return $"{node.Name} does not know of an agreement: {status.Phase}, round {status.Round}, {(status.IsSettled ? "settled" : "not settled")} on {status.ParameterHash?[..8]}";
            }

            if (status.ParameterHash != first.ParameterHash)
            {
                return $"{node.Name} has settled on {status.ParameterHash![..8]} and {members[0].Name} on {first.ParameterHash![..8]}";
            }

            if (status.RootHash != first.RootHash)
            {
                return $"{node.Name} holds the state {status.RootHash[..8]} and {members[0].Name} {first.RootHash[..8]}: {Differences(node, members[0])}";
            }

            foreach (GossipNode other in members)
            {
                if (status.Peers.FirstOrDefault(view => view.Peer == other.Peer) is not { State: MemberState.Alive, IsFresh: true, IsDone: true })
                {
                    return $"{node.Name} does not count {other.Peer} among those who are here and done";
                }
            }
        }

        return null;
    }

    /// <summary>Checks what all agree on.</summary>
    /// <param name="members">Machines that lack nothing.</param>
    public void Check(IReadOnlyList<GossipNode> members)
    {
        if (members.Count == 0 || members[0].Status is not { } status)
        {
            return;
        }

        string mean = MeanOf(members[0], status);
        if (mean != status.ParameterHash)
        {
            report("all agree on the mean of all models", $"all agree on {status.ParameterHash![..8]}; the mean of the models that count is {mean[..8]}");
        }

        if (!ledger.HasGoneBack && (status.Publications < ledger.Counted || status.Publications > ledger.Models))
        {
            report("the counter is the sum of what was counted", $"all count {status.Publications} models; {ledger.Counted} were counted by their owners, and {ledger.Models} were ever stored");
        }
    }

    /// <summary>Averages again what is in a peer's store and counts.</summary>
    private static string MeanOf(GossipNode node, PeerStatus status)
    {
        Entry[] entries = [.. StoredEntries.Load(node.Disk!.Content, node.Peer).Values];
        FederatedAverage average = new(SimulatedSites.Model.Layout);
        foreach (PeerView view in status.Peers)
        {
            if (view.IsFresh && StoredEntries.LastModelOf(entries, view.Peer) is { } model)
            {
                average.TryAdd(model.Parameters.Values, model.Samples, out _);
            }
        }

        return average.Updates == 0 ? "none    " : average.ToMean().Hash();
    }

    private static string Differences(GossipNode one, GossipNode other)
    {
        Dictionary<string, Stamp> Stamps(GossipNode node) => node.Disk is null ? [] : StoredEntries.Load(node.Disk.Content, node.Peer).ToDictionary(entry => entry.Key, entry => entry.Value.Stamp, StringComparer.Ordinal);
        Dictionary<string, Stamp> left = Stamps(one);
        Dictionary<string, Stamp> right = Stamps(other);
        return string.Join(", ", left.Keys.Union(right.Keys).Order(StringComparer.Ordinal)
            .Where(key => left.GetValueOrDefault(key) != right.GetValueOrDefault(key))
            .Select(key => $"{key} ({left.GetValueOrDefault(key)} and {right.GetValueOrDefault(key)})")
            .DefaultIfEmpty("what they have stored is the same"));
    }
}
