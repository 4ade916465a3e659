using FedActors.FL.Models;

namespace FedActors.FL.Gossip;

/// <summary>What a peer shows when it meets another.</summary>
/// <param name="Peer">Its name.</param>
/// <param name="Incarnation">In which it publishes; 0 while it does not know yet.</param>
/// <param name="Life">Tells its process from others that bear the name.</param>
/// <param name="Address">Where it listens, as host:port; null if it opens no port.</param>
/// <param name="Specification">The model that its data fits.</param>
/// <param name="Peers">How many peers it waits for.</param>
/// <param name="Settings">What decides the result beside them.</param>
public sealed record PeerCard(string Peer, ulong Incarnation, long Life, string? Address, ModelSpecification Specification, int Peers, SharedSettings Settings)
{
    /// <summary>Names every point in which two peers cannot learn together, seen from this one, or null.</summary>
    /// <param name="other">The other peer's card.</param>
    public string? DescribeMismatch(PeerCard other)
    {
        ArgumentNullException.ThrowIfNull(other);
        List<string> differences = [];
        if (Specification.DescribeMismatch(other.Specification) is { } model)
        {
            differences.Add($"{Peer} trains {Specification}, {other.Peer} {other.Specification} ({model})");
        }

        if (Peers != other.Peers)
        {
            differences.Add($"{Peer} waits for {Peers} peers, {other.Peer} for {other.Peers}");
        }

        differences.AddRange(Settings.DescribeDifferences(Peer, other.Peer, other.Settings));

        return differences.Count == 0 ? null : string.Join("; ", differences);
    }
}
