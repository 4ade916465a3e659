namespace FedActors.Crdt.Gossip;

/// <summary>How a replica exchanges.</summary>
public sealed record ExchangeOptions
{
    /// <summary>The bounds.</summary>
    public ExchangeLimits Limits { get; init; } = ExchangeLimits.Default;

    /// <summary>
    /// Judges whether a body proves that its key's owner wrote it; null where owners prove nothing, and everybody may pass on everything.
    /// With it, an owned entry is taken from whomever once its body is here and proves its owner; a tombstone, which has no body, from its
    /// owner alone.
    /// </summary>
    public OwnerCheck? OwnerCheck { get; init; }

    /// <summary>The one body of a content for all replicas of this process, where there are many; null where each keeps its own.</summary>
    internal Func<Body, Body>? Share { get; init; }

    /// <summary>Whether news are believed however old they are: to show that tests notice.</summary>
    internal bool BelievesOldNews { get; init; }
}

/// <summary>Judges whether a body proves that its key's owner wrote it, in the version that the header claims.</summary>
/// <param name="header">What is claimed.</param>
/// <param name="body">The body, which has the hash that the header claims.</param>
/// <returns>Why it does not, as a sentence's end; null if it does.</returns>
public delegate string? OwnerCheck(EntryHeader header, Body body);
