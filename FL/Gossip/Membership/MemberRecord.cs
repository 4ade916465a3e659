namespace FedActors.FL.Gossip;

/// <summary>What members tell each other of one of them.</summary>
/// <param name="Peer">Its name.</param>
/// <param name="Address">Where it listens, as host:port; null if it opens no port.</param>
/// <param name="Life">Tells its process from former and other ones that bear the name.</param>
/// <param name="Beat">Grows when it contradicts what others say of it. A life begins with the milliseconds of its start, above all former ones.</param>
/// <param name="State">Whether it lives.</param>
/// <param name="Accuser">Who said so, of a suspect; null otherwise.</param>
/// <remarks>
/// Of two records of one peer the one with the higher beat is believed, then the worse state: a claim is only contradicted by a higher beat,
/// which nobody but the peer itself has reason to draw. The order is total, so that members who heard the same, in whatever order, believe the same.
/// </remarks>
public sealed record MemberRecord(string Peer, string? Address, long Life, ulong Beat, MemberState State, string? Accuser = null)
{
    /// <summary>Beats above are refused: a peer that is slandered must be able to answer with a higher one.</summary>
    public const ulong MaxBeat = 1UL << 60;

    /// <summary>Whether this record is believed in the place of another of the same peer.</summary>
    public bool Supersedes(MemberRecord other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (Beat != other.Beat)
        {
            return Beat > other.Beat;
        }

        if (State != other.State)
        {
            return State > other.State;
        }

        return Life != other.Life ? Life > other.Life : string.CompareOrdinal(Address, other.Address) > 0;
    }
}
