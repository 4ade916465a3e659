using FedActors.Actors.Remoting;
using FedActors.Actors.Transport;

namespace FedActors.Actors;

/// <summary>What travels beside a message.</summary>
public sealed record MessageHeaders
{
    /// <summary>No headers.</summary>
    public static readonly MessageHeaders None = new();

    /// <summary>The sender's position in a distributed trace, as in W3C Trace Context's <c>traceparent</c>, or null.</summary>
    public string? TraceParent { get; init; }

    /// <summary>The node over whose connection the message came, or null for a local one. Set where the message arrives; never sent.</summary>
    /// <remarks>A sender is what the message says; this is where it came from. Who decides by senders holds one against the other.</remarks>
    public string? Origin { get; init; }

    /// <summary>When the message was sent, as a timestamp of this system's clock, or null if nobody stamped it. Never sent to another node.</summary>
    /// <remarks><see cref="Middleware.MessageMiddleware.StampSent"/> sets it; for a message of another node it is when it arrived, where <see cref="Remoting.RemotingOptions.StampArrived"/> says so.</remarks>
    public long? SentAt { get; init; }

    /// <summary>Who the sender's node has proved to be, or null for a local sender or without TLS. Set where the message arrives; never sent.</summary>
    public PeerIdentity? Peer { get; init; }

    /// <summary>What a large message of another node counts by until it is handled.</summary>
    internal LargeArrival? Arrival { get; init; }
}
