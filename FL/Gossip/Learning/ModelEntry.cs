using FedActors.Crdt;
using FedActors.FL.Models;

namespace FedActors.FL.Gossip;

/// <summary>A model that a peer has published.</summary>
/// <param name="Peer">Whose.</param>
/// <param name="Version">Which of its versions; grows.</param>
/// <param name="Round">The peer's round, from 1.</param>
/// <param name="Samples">The examples that it was trained on: what it counts for.</param>
/// <param name="Standard">The standard of the features that it was trained on.</param>
/// <param name="Parameters">The model.</param>
public sealed record ModelEntry(string Peer, ModelVersion Version, int Round, long Samples, ContentHash Standard, ParameterVector Parameters);

/// <summary>A version of an owned key.</summary>
/// <param name="Incarnation">The owner's incarnation.</param>
/// <param name="Sequence">The sequence within it.</param>
public readonly record struct ModelVersion(ulong Incarnation, ulong Sequence) : IComparable<ModelVersion>
{
    /// <inheritdoc/>
    public int CompareTo(ModelVersion other) => (Incarnation, Sequence).CompareTo((other.Incarnation, other.Sequence));
}
