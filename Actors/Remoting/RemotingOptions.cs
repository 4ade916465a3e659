using FedActors.Actors.Serialization;
using FedActors.Actors.Transport;

namespace FedActors.Actors.Remoting;

/// <summary>How a node talks to others.</summary>
public sealed record RemotingOptions
{
    /// <summary>Moves the bytes.</summary>
    public required ITransport Transport { get; init; }

    /// <summary>The messages that may cross the wire.</summary>
    public required MessageRegistry Registry { get; init; }

    /// <summary>Stamps each message that arrives with the time while somebody listens to how long messages wait, so that <see cref="Middleware.MessageMiddleware.MeterReceived"/> can tell how long it waited here. Costs each such message its headers.</summary>
    public bool StampArrived { get; init; }

    /// <summary>Bounds.</summary>
    public RemotingLimits Limits { get; init; } = RemotingLimits.Default;

    /// <summary>How often a node shows that it lives; the same on all nodes that talk to each other. One and a half of it must be less than <see cref="RemotingLimits.HandshakeTimeout"/>.</summary>
    /// <remarks>A node that greets again without a certificate is let in when its former connection has been silent for so long, within its handshake.</remarks>
    public TimeSpan HeartbeatInterval { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>A connection on which nothing at all arrived for this long is broken off. Any byte counts, not only heartbeats.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a lost connection may take to come back before watchers are told that the node is unreachable.</summary>
    public TimeSpan ReconnectGrace { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long messages wait for the first connection with a node. Processes that start together start in any order.</summary>
    public TimeSpan ConnectGrace { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a message that has arrived waits for room in its target's mailbox while the actor handles nothing; looked at as often. Then it is a dead letter, and so is at once what comes for the full mailbox after it, until the actor goes on.</summary>
    public TimeSpan DeliveryTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>A connection whose other end takes nothing for this long, or begins large messages and goes on with them by less than a chunk, is broken off. It may be waiting for a mailbox, so this is longer than <see cref="DeliveryTimeout"/>.</summary>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The pause before a first attempt to reconnect; it doubles with each further one.</summary>
    public TimeSpan MinReconnectDelay { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest pause between attempts to reconnect.</summary>
    public TimeSpan MaxReconnectDelay { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long closing waits for what is queued to be sent.</summary>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Decides whether a node with this id and proven identity may connect. Null admits everyone whom the transport admits.</summary>
    /// <remarks>Returns null to admit, or the reason for a refusal, which the other side is told. One that throws admits nobody: the connection is closed, and the failure logged.</remarks>
    public Func<string, PeerIdentity?, string?>? Admit { get; init; }

    /// <summary>For how long a connection whose node greets again is listened to. If nothing arrives on it in that time, it is dead.</summary>
    internal TimeSpan SignOfLifeWithin => 1.5 * HeartbeatInterval;

    /// <exception cref="ArgumentException">A node of this name could not keep to these times.</exception>
    internal void ThrowIfUnfit(string node)
    {
        // Timers count whole milliseconds.
        if (HeartbeatInterval < TimeSpan.FromMilliseconds(1))
        {
            throw new ArgumentException($"'{node}' could not show that it lives: its {nameof(HeartbeatInterval)} is {HeartbeatInterval.TotalSeconds:0.###} s, and none or an infinite one is none. Make it a millisecond or more; 2 s is usual.");
        }

        if (SignOfLifeWithin >= Limits.HandshakeTimeout)
        {
            throw new ArgumentException(
                $"'{node}' could not let in a node that comes back while its former connection hangs: it would listen to that one for {SignOfLifeWithin.TotalSeconds:0.###} s, one and a half of {nameof(HeartbeatInterval)}, and a handshake may take {Limits.HandshakeTimeout.TotalSeconds:0.###} s. Make {nameof(HeartbeatInterval)} shorter, or {nameof(Limits)}.{nameof(RemotingLimits.HandshakeTimeout)} longer, by a second or more so that the rest of the handshake has its time.");
        }
    }
}
