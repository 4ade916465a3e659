namespace FedActors.FL.Topologies;

/// <summary>Everybody with everybody.</summary>
public sealed class CompleteTopology : ITopology
{
    internal const string Kind = "complete";

    /// <inheritdoc/>
    public string Name => Kind;

    /// <inheritdoc/>
    public IReadOnlyList<string> NeighboursOf(string peer, IReadOnlyList<string> peers) =>
        [.. peers.Where(other => !string.Equals(other, peer, StringComparison.Ordinal))];
}
