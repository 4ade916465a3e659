using FedActors.Actors;
using FedActors.Crdt;
using FedActors.Crdt.Gossip;
using FedActors.FL.Gossip;
using FedActors.FL.Protocol;

namespace FedActors.FL.Roles;

/// <summary>A large body that was judged and read.</summary>
/// <param name="Judged">Whether it is what it was offered as.</param>
/// <param name="Model">The model that it holds, as its first entry names it; null if it is no model.</param>
/// <param name="Fault">Why the model cannot be read; null if it can.</param>
internal sealed record ReadBody(BodyJudged Judged, ModelEntry? Model, string? Fault)
{
    /// <summary>Reads the model in a body that was judged. May be called on any thread.</summary>
    public static ReadBody Of(BodyJudged judged, PeerSetup setup)
    {
        EntryHeader header = judged.Judgement.Headers[0];
        if (judged.Body.Hash != header.Stamp.Content || judged.Faults[0] is not null || !OwnedKey.IsModel(header.Key) || !OwnedKey.TryGetOwner(header.Key, out ReadOnlySpan<char> owner))
        {
            return new ReadBody(judged, null, null);
        }

        try
        {
            ReadOnlyMemory<byte> payload = setup.Proofs is null ? judged.Body.Bytes : OwnerProofs.PayloadOf(judged.Body.Bytes);
            return new ReadBody(judged, GossipBodies.ReadModel(owner.ToString(), header.Stamp, payload.Span, setup.Specification.Layout), null);
        }
        catch (ProtocolException e)
        {
            return new ReadBody(judged, null, e.Message);
        }
    }

    /// <summary>The model of an entry, if this is its body.</summary>
    /// <exception cref="ProtocolException">It is, and cannot be read.</exception>
    public ModelEntry? ModelOf(string owner, Entry entry) =>
        !ReferenceEquals(entry.Body, Judged.Body) ? null
        : Fault is { } fault ? throw new ProtocolException(fault)
        : Model is { } model ? model with { Peer = owner, Version = new ModelVersion(entry.Stamp.Incarnation, entry.Stamp.Tick) } : null;
}
