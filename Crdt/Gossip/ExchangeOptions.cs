namespace FedActors.Crdt.Gossip;

/// <summary>How a replica exchanges.</summary>
public sealed record ExchangeOptions
{
    /// <summary>The bounds.</summary>
    public ExchangeLimits Limits { get; init; } = ExchangeLimits.Default;

    /// <summary>
    /// Whether a neighbour that has proved who it is may bring new versions only of what is its own. Without proofs nothing is gained by
    /// asking, and everybody may pass on everything.
    /// </summary>
    public bool BelievesOwnersOnly { get; init; } = true;

    /// <summary>Owned keys that anybody may pass on nevertheless. Addresses have to be known before their owners can be reached; a forged one leads to a handshake that fails.</summary>
    public string RelayedPrefix { get; init; } = OwnedKey.InformationPrefix;
}
