using FedActors.Actors.Transport;

namespace FedActors.Actors.Remoting;

/// <summary>A node is connected.</summary>
/// <param name="Node">Its id.</param>
/// <param name="Incarnation">Its life.</param>
/// <param name="Address">The other end of the connection.</param>
/// <param name="Peer">Who it has proved to be, or null without TLS.</param>
/// <param name="Resumed">Whether it goes on where an earlier connection broke, with nothing lost. Otherwise the node knows nothing of what was before.</param>
public sealed record NodeConnected(string Node, long Incarnation, string Address, PeerIdentity? Peer, bool Resumed)
{
    /// <summary>Frames that were sent on the earlier connection and have not arrived: they are sent again. What has arrived is not, so that nothing arrives twice.</summary>
    public long SentAgain { get; init; }
}

/// <summary>A node's connection has ended. It may come back; whoever is told of both is told of this first.</summary>
/// <param name="Node">Its id.</param>
/// <param name="Reason">Why, for people.</param>
public sealed record NodeDisconnected(string Node, string Reason);

/// <summary>A node's connection did not come back within the grace, or it came back as another incarnation: watchers were told. Told before the node's next connection.</summary>
/// <param name="Node">Its id.</param>
/// <param name="Reason">What watchers were told.</param>
public sealed record NodeLost(string Node, TerminationReason Reason);

/// <summary>An attempt to connect failed.</summary>
/// <param name="Address">Where to.</param>
/// <param name="Attempt">Failed attempts in a row.</param>
/// <param name="Reason">Why, for people.</param>
/// <param name="RetryIn">The pause before the next attempt.</param>
public sealed record ConnectFailed(TransportAddress Address, int Attempt, string Reason, TimeSpan RetryIn)
{
    /// <summary>Whether the other side refuses because another process bears this node's id.</summary>
    public NameClaim Claim { get; init; }
}

/// <summary>What another process that bears a node's id means for the node.</summary>
public enum NameClaim
{
    /// <summary>There is none.</summary>
    None,

    /// <summary>It comes first: it is connected with the node that says so and lives, or the order of their lives says so. This process should end.</summary>
    Taken,

    /// <summary>It is the process that was dialled, and began later. If it finds out it ends; if it does not, since it dials nobody, this process should.</summary>
    Shared,
}

/// <summary>A connection or a frame from outside was refused.</summary>
/// <param name="Address">The other end.</param>
/// <param name="Cause">What kind of fault.</param>
/// <param name="Reason">Why, for people.</param>
public sealed record PeerRefused(string Address, RefusalCause Cause, string Reason);
