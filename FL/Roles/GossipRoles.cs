using FedActors.Actors;
using FedActors.Actors.Mailboxes;
using FedActors.Actors.Supervision;

namespace FedActors.FL.Roles;

/// <summary>How to make the actors of gossip mode, each on a node of its own.</summary>
public static class GossipRoles
{
    /// <summary>The name under which peers look for each other on their nodes.</summary>
    public const string PeerName = "peer";

    /// <summary>The name under which peers look for a reporter on its node.</summary>
    public const string ReporterName = "reporter";

    // Chunks of models from all neighbours at once; each neighbour's window bounds them.
    private static readonly MailboxOptions WideMailbox = new() { Capacity = 1 << 14 };

    // Its actor for probes knows nobody after a restart, and would answer nobody: others would hold the peer to be dead for ever. The peer itself begins anew and meets them all.
    private static readonly SupervisorStrategy FailsWithItsMembers = new() { Decide = static _ => Directive.Escalate };

    /// <summary>A peer. Its node's id is the peer's name.</summary>
    public static Props Peer(PeerSetup setup)
    {
        ArgumentNullException.ThrowIfNull(setup);
        return Props.Create(() => new PeerActor(setup)) with { Mailbox = WideMailbox, Supervisor = FailsWithItsMembers };
    }

    /// <summary>A reporter. Any number of them may watch, or none.</summary>
    public static Props Reporter(ReporterSetup setup)
    {
        ArgumentNullException.ThrowIfNull(setup);
        return Props.Create(() => new ReporterActor(setup));
    }
}
