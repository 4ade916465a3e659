using System.Collections.Frozen;

namespace FedActors.Crdt;

/// <summary>The members that must acknowledge a tombstone before it may be forgotten.</summary>
/// <remarks>
/// Whoever hands state to a new member has it in its own roster first. A member that is silent for good is removed, and comes back
/// with a new incarnation and without its old state: it may hold values whose tombstones the others have forgotten. For the same reason, a tombstone is durable before a digest
/// acknowledges it; a replica restored from an older backup comes back with a new incarnation and without shared keys.
/// </remarks>
public sealed class Roster
{
    private readonly FrozenSet<Member> _members;

    /// <summary>Creates a roster.</summary>
    /// <param name="members">At least one.</param>
    public Roster(IEnumerable<Member> members)
    {
        ArgumentNullException.ThrowIfNull(members);
        _members = members.ToFrozenSet();
        if (_members.Count == 0)
        {
            throw new ArgumentException("A roster has at least one member.", nameof(members));
        }

        var hash = default(MultisetHash);
        Span<byte> buffer = stackalloc byte[Fingerprint.BufferBytes];
        foreach (Member member in _members)
        {
            CrdtLimits.CheckName(member.Replica);
            Fingerprint print = new(buffer, kind: 4);
            print.Add(member.Replica);
            print.Add(member.Incarnation);
            hash.Add(print.ToHash());
        }

        Hash = hash.Value;
    }

    /// <summary>The same for two rosters only if they have the same members.</summary>
    public ContentHash Hash { get; }

    /// <summary>Everybody in it, in no order.</summary>
    public IReadOnlyCollection<Member> Members => _members;

    /// <summary>Whether a member is in it, in this incarnation.</summary>
    public bool Contains(Member member) => _members.Contains(member);
}
