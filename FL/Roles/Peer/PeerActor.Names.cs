using FedActors.Actors;
using FedActors.Actors.Remoting;
using FedActors.Actors.Transport;
using FedActors.Crdt;
using FedActors.FL.Gossip;

namespace FedActors.FL.Roles;

/// <content>Whose a name is: what was published under it, and others who bear it.</content>
internal sealed partial class PeerActor
{
    /// <summary>How often a peer that reaches nobody must hear that its name is taken, before it believes it: some seconds, in which others may answer.</summary>
    private const int LonelyAttempts = 4;

    private readonly HashSet<TransportAddress> _takenAt = [];

    /// <summary>The highest version of a peer's keys that is known here.</summary>
    private ModelVersion HighestOf(string peer)
    {
        ModelVersion highest = default;
        foreach (string key in new[] { OwnedKey.Model(peer), OwnedKey.SecondModel(peer), OwnedKey.Information(peer), OwnedKey.Moments(peer), OwnedKey.Standard(peer) })
        {
            if (_journal.State.Map.Find(key) is { } entry && (entry.Stamp.Incarnation, entry.Stamp.Tick).CompareTo((highest.Incarnation, highest.Sequence)) > 0)
            {
                highest = new ModelVersion(entry.Stamp.Incarnation, entry.Stamp.Tick);
            }
        }

        ulong removed = _journal.State.Map.RemovedUpTo(peer);
        return removed > 0 && removed >= highest.Incarnation ? new ModelVersion(removed, ulong.MaxValue) : highest;
    }

    /// <summary>A version of this peer's in words. A removal stands above all versions of its incarnation, and has no number of its own.</summary>
    private static string Told(ModelVersion version) => version.Sequence == Removal.LastSequence
        ? $"the removal of its incarnation {version.Incarnation}"
        : $"version {version.Sequence} of its incarnation {version.Incarnation}";

    /// <summary>Another node refuses this one, since another process bears its name and lives: one of the two may run on a copy of the other's disk. This one ends.</summary>
    /// <remarks>
    /// Two must say so, where there are two: one alone may lie. Where there is nobody else whom this peer could reach, one is enough, once it
    /// has said so often: a peer that is alone has nothing to lose. One that began first leaves the other the time to end before it.
    /// </remarks>
    private void OnNameTaken(ActorContext context, ConnectFailed failed)
    {
        bool isAlone = _sessions.All.Count == 0 && failed.Attempt >= (failed.Claim == NameClaim.Taken ? LonelyAttempts : 2 * LonelyAttempts);
        if (failed.Claim == NameClaim.Shared && !isAlone)
        {
            return;
        }

        TransportAddress address = failed.Address;
        _takenAt.Add(address);
        int others = _known.Values.Count(record => record.Peer != _setup.PeerId && record.State != MemberState.Left);
        if (isAlone || _takenAt.Count >= Math.Min(2, Math.Max(1, others)))
        {
            string text = $"Another process bears the name {_setup.PeerId} and lives, say {string.Join(" and ", _takenAt)}: the store of one may be a copy of the other's. This process ends; give it a name and a store of its own.";
            Trouble(context, text);
            Leave(context, PeerOutcome.Superseded, text);
        }
    }

    private void OnContested(ActorContext context, IdentityContested contested)
    {
        string text = $"{contested.From} passes on that life {contested.Claim.Life} at {contested.Claim.Address ?? "no address"} is {_setup.PeerId} ({contested.Claim.State.Word()}); this is life {_life}. A former life, a copy of the disk that runs, or slander.";
        GossipLog.Contested(context.Log, text);
        _setup.Observer?.OnTrouble(_setup.PeerId, text);
    }
}
