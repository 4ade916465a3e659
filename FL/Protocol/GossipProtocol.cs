using FedActors.Actors.Serialization;

namespace FedActors.FL.Protocol;

/// <summary>All messages of gossip mode.</summary>
public static class GossipProtocol
{
    /// <summary>Adds them to a node's registry.</summary>
    /// <param name="builder">The registry being built.</param>
    /// <returns>The same builder.</returns>
    public static MessageRegistryBuilder Register(MessageRegistryBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder
            .Add<GossipPeerJoin>()
            .Add<GossipPeerWelcome>()
            .Add<GossipPeerRefused>()
            .Add<GossipProbe>()
            .Add<GossipProbeAnswer>()
            .Add<GossipProbeForMe>()
            .Add<GossipProbeSilence>()
            .Add<GossipMemberList>()
            .Add<GossipRootOffer>()
            .Add<GossipDigest>()
            .Add<GossipWants>()
            .Add<GossipChunk>()
            .Add<GossipBodyMissing>()
            .Add<GossipState>()
            .Add<PeerStatusRequest>()
            .Add<NetworkReportRequest>()
            .Add<NetworkReportReply>()
            .Add<RemovePeer>()
            .Add<RemovePeerReply>();
    }
}
