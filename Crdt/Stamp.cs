namespace FedActors.Crdt;

/// <summary>An entry's place in the order by which replicas choose between entries of one key.</summary>
/// <param name="Incarnation">For an owned key its owner's incarnation, from 1; for a shared key 0.</param>
/// <param name="Tick">For an owned key the sequence within the incarnation; for a shared key the <see cref="HybridTime"/>.</param>
/// <param name="IsTombstone">Whether the entry says that the key is deleted.</param>
/// <param name="Replica">Who wrote it.</param>
/// <param name="Content">The body's hash; a tombstone's is the default.</param>
/// <remarks>
/// The order is total and looks at nothing but the entry: tick (Lamport 1978), then tombstone beats put, then the writer, then the content.
/// Without the last steps, replicas that received two entries of one tick in different orders would disagree for ever.
/// </remarks>
public readonly record struct Stamp(ulong Incarnation, ulong Tick, bool IsTombstone, string Replica, ContentHash Content) : IComparable<Stamp>
{
    /// <inheritdoc/>
    public int CompareTo(Stamp other)
    {
        if (Incarnation != other.Incarnation)
        {
            return Incarnation.CompareTo(other.Incarnation);
        }

        if (Tick != other.Tick)
        {
            return Tick.CompareTo(other.Tick);
        }

        if (IsTombstone != other.IsTombstone)
        {
            return IsTombstone ? 1 : -1;
        }

        int byReplica = string.CompareOrdinal(Replica, other.Replica);
        return byReplica != 0 ? byReplica : Content.CompareTo(other.Content);
    }

    /// <summary>Whether both claim to be the same writing, whatever they hold. Two that do and differ are equivocation.</summary>
    public bool IsSameVersion(Stamp other) =>
        Incarnation == other.Incarnation && Tick == other.Tick && string.Equals(Replica, other.Replica, StringComparison.Ordinal);
}
