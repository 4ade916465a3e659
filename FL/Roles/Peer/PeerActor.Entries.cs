using FedActors.Actors;
using FedActors.Crdt;
using FedActors.FL.Data;
using FedActors.FL.Gossip;
using FedActors.FL.Protocol;

namespace FedActors.FL.Roles;

/// <content>What new entries mean.</content>
internal sealed partial class PeerActor
{
    /// <summary>A new entry is here: what it means.</summary>
    private void OnEntry(ActorContext context, Entry entry)
    {
        if (Removal.TryRead(entry.Header, out Member removed))
        {
            // Its tombstones come with it: all that one message removes is seen to together.
            _heardRemoved.Add(removed);
            return;
        }

        if (entry.Body is not { } body || !OwnedKey.TryGetOwner(entry.Key, out ReadOnlySpan<char> name))
        {
            return;
        }

        string owner = name.ToString();
        try
        {
            ReadOnlyMemory<byte> payload = _journal.PayloadOf(body);
            if (GossipBodies.IsNothing(payload.Span))
            {
                return;
            }

            if (OwnedKey.IsModel(entry.Key))
            {
                Learn(context, new ModelHeard(_read?.ModelOf(owner, entry) ?? ReadModel(owner, entry, body, payload)));
            }
            else if (entry.Key.StartsWith(OwnedKey.InformationPrefix, StringComparison.Ordinal))
            {
                OnDescription(context, owner, GossipBodies.ReadDescription(payload.Span));
            }
            else if (entry.Key.StartsWith(OwnedKey.MomentsPrefix, StringComparison.Ordinal))
            {
                OnStandards(context, owner, _standards.Hear(owner, ReadMoments(body, payload)));
            }
            else
            {
                OnStandards(context, owner, _standards.Hear(owner, GossipBodies.ReadStandard(payload.Span, _setup.Specification.Features)));
            }
        }
        catch (ProtocolException e)
        {
            Refuse(context, owner, "Unreadable", 1, $"{entry.Key} cannot be read and does not count: {e.Message}");
        }
    }

    private ModelEntry ReadModel(string owner, Entry entry, Body body, ReadOnlyMemory<byte> payload) => _setup.Shared is { } shared
        ? shared.ModelOf(body, () => GossipBodies.ReadModel(owner, entry.Stamp, payload.Span, _setup.Specification.Layout)) with { Peer = owner, Version = new ModelVersion(entry.Stamp.Incarnation, entry.Stamp.Tick) }
        : GossipBodies.ReadModel(owner, entry.Stamp, payload.Span, _setup.Specification.Layout);

    private FeatureMoments ReadMoments(Body body, ReadOnlyMemory<byte> payload) => _setup.Shared is { } shared
        ? shared.MomentsOf(body, () => GossipBodies.ReadMoments(payload.Span, _setup.Specification.Features))
        : GossipBodies.ReadMoments(payload.Span, _setup.Specification.Features);

    private ModelEntry? TryReadModel(ActorContext context, Entry entry, Body body)
    {
        try
        {
            ReadOnlySpan<byte> payload = _journal.PayloadOf(body).Span;
            return GossipBodies.IsNothing(payload) ? null : GossipBodies.ReadModel(_setup.PeerId, entry.Stamp, payload, _setup.Specification.Layout);
        }
        catch (ProtocolException e)
        {
            Trouble(context, $"The stored model of an earlier life does not fit and is left behind: {e.Message}");
            return null;
        }
    }

    private void OnDescription(ActorContext context, string peer, PeerDescription description)
    {
        if (peer == _setup.PeerId)
        {
            return;
        }

        if (description.Address is { } address)
        {
            _addresses[peer] = address;
        }

        MemberRecord record = new(peer, description.Address, description.Life, (ulong)Math.Max(1, description.Life), MemberState.Alive);
        context.Tell(_members, new RecordsHeard(peer, [record]));
        _standards.Hear(peer, description.Progress.Standard);
        Learn(context, new ProgressHeard(peer, description.Progress));
        Decide(context);
    }

    private void OnStandards(ActorContext context, string from, IReadOnlyList<string> faults)
    {
        foreach (string fault in faults)
        {
            Refuse(context, from, "Standard", 1, fault);
        }

        Decide(context);
    }
}
