namespace FedActors.Actors.Remoting;

/// <summary>Bounds of what other nodes can make this one hold, send or wait for.</summary>
public sealed record RemotingLimits
{
    /// <summary>The defaults.</summary>
    public static RemotingLimits Default { get; } = new();

    /// <summary>Bytes of a frame that every node takes, since a small message goes whole in one: 64 KiB, and its head.</summary>
    public const int LeastFrameBytes = SmallBytes + (4 * 1024);

    /// <summary>Bytes of an encoded message that may go in one frame.</summary>
    internal const int SmallBytes = 64 * 1024;

    private readonly int _maxFrameBytes = 256 * 1024;
    private readonly int _maxFutileConnections = 512;
    private readonly int _futileConnectionsPerSecond = 10;

    /// <summary>Bytes of one frame, at least <see cref="LeastFrameBytes"/>. Four chunks: a frame is held whole in memory before it is read. Other nodes are told, and cut large messages so.</summary>
    public int MaxFrameBytes
    {
        get => _maxFrameBytes;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, LeastFrameBytes);
            _maxFrameBytes = value;
        }
    }

    /// <summary>Bytes of a larger message that travel in one frame. Small enough that a small message never waits long behind one.</summary>
    public int ChunkBytes { get; init; } = 64 * 1024;

    /// <summary>Bytes of one encoded message. The models of the present kinds are far below; what is above is a mistake or an attack.</summary>
    public int MaxMessageBytes { get; init; } = 256 * 1024 * 1024;

    /// <summary>Encoded bytes waiting for one node, and 128 for each small message. One message may overshoot it, so that the largest always fits an empty queue.</summary>
    /// <remarks>Small messages have half as much beside what large ones take. A node that stops reading makes this one hold as much, and up to as much again in the messages themselves, until it is broken off.</remarks>
    public int MaxQueuedBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>Bytes of small messages, and 128 for each, that a node which goes on sending may leave unread before it has said that some have arrived. Beyond it its frames are held back until it does; after that never again in the session.</summary>
    /// <remarks>A hundred answers, so that a node that asks and does not read costs no more.</remarks>
    public int UnreadBytesAtFirst { get; init; } = 16 * 1024;

    /// <summary>Encoded bytes waiting for all nodes together; vectors that messages share with the program are not counted, since they are there anyhow.</summary>
    /// <remarks>Beyond it, a node for which more than 256 KiB wait gets no more room until it takes some of them.</remarks>
    public long MaxQueuedBytesOfAll { get; init; } = 512L * 1024 * 1024;

    /// <summary>Large messages that one node may send side by side; they go to as many actors.</summary>
    public int MaxStreams { get; init; } = 64;

    /// <summary>Bytes that all large messages on their way from one node may have together. Each side by side takes memory here; the largest two do.</summary>
    public long MaxAssemblyBytes { get; init; } = 512L * 1024 * 1024;

    /// <summary>Bytes of one node's large messages that have arrived whole and that actors have not handled yet. Beyond it the node is let send no more of them until some are handled.</summary>
    /// <remarks>What was let in before may overshoot it: one window, and what is on its way in streams that have begun. A message is handled when its actor's handler has returned: one that awaits a large answer of the node that fills this bound, within its own handler, does not get it.</remarks>
    public long MaxUnhandledBytes { get; init; } = 32L * 1024 * 1024;

    /// <summary>The same for all nodes together. Each may overshoot it by what it was let in before.</summary>
    public long MaxUnhandledBytesOfAll { get; init; } = 1024L * 1024 * 1024;

    /// <summary>Bytes of one node's messages that wait for room in full mailboxes, and 1 KiB for each. Beyond it nothing of the node is read until some have found room.</summary>
    public int MaxSetAsideBytes { get; init; } = 1024 * 1024;

    /// <summary>Bytes of large messages that were done with and whose memory is kept for the next: a handful of the usual ones. Beside them up to 64 KiB are kept for small messages to each node.</summary>
    public long MaxSpareBytes { get; init; } = 64L * 1024 * 1024;

    /// <summary>Connections that others opened. A site has one; ten thousand sites are a large federation.</summary>
    public int MaxConnections { get; init; } = 10_000;

    /// <summary>Accepted connections that have not finished their handshake. Bounds what strangers can hold open.</summary>
    public int MaxHandshakes { get; init; } = 256;

    /// <summary>While all places for handshakes are taken, one that is older than this gives way to the next. Longer than an honest one takes, also far away.</summary>
    /// <remarks>But shorter than one takes for which the former connection is listened to: while strangers fill all places, a node without a certificate whose former connection hangs comes back only when that one has been silent for <see cref="RemotingOptions.IdleTimeout"/>. One with a certificate comes back at once.</remarks>
    public TimeSpan HandshakePatience { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Time for a connection's handshake, TLS included, and the one and a half <see cref="RemotingOptions.HeartbeatInterval"/> for which the connection that it replaces may be listened to.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Accepted connections that may come to nothing at once: refused, given up in their handshake, broken off for what they said, or over within <see cref="ShortConnection"/> without having gone on where another was lost. Beyond it the listener is slow until they are half as many.</summary>
    /// <remarks>Honest nodes bring about some: processes that end, names that are taken, certificates that have expired. Storms of fifty break some more while they shake hands. One whose certificate is refused counts as four, and so does one that left unread what it had been sent: it has cost as much.</remarks>
    public int MaxFutileConnections
    {
        get => _maxFutileConnections;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            _maxFutileConnections = value;
        }
    }

    /// <summary>As many of them are forgotten in a second; and as many connections a second does a slow listener let in of those that come from where others came to nothing; a quarter of that where they cost as much as refused certificates do.</summary>
    /// <remarks>A refused TLS handshake takes a millisecond of one core: at this pace one question in a hundred meets with one.</remarks>
    public int FutileConnectionsPerSecond
    {
        get => _futileConnectionsPerSecond;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            _futileConnectionsPerSecond = value;
        }
    }

    /// <summary>Those that wait to be let in so. A quarter of them may come from one address. In 1.2 s each has its turn, or in 4.8 s where those count as four, within the time that a dialer gives a handshake unless the backlog has taken some of it; a further one is refused, and may dial again.</summary>
    public int MaxPacedConnections { get; init; } = 12;

    /// <summary>In each such time a slow listener accepts one connection: 160 a second, so that whoever comes from elsewhere waits 3.2 s at most behind a backlog of 512.</summary>
    /// <remarks>One at a time, since a question that meets with them waits for all that were accepted at once; up to three where the system's timers are coarser.</remarks>
    public TimeSpan AcceptPause { get; init; } = TimeSpan.FromMilliseconds(6);

    /// <summary>A connection that ends sooner has cost more than it was used.</summary>
    public TimeSpan ShortConnection { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Watches that one node may hold on this one's actors.</summary>
    public int MaxWatches { get; init; } = 100_000;

    /// <summary>Bytes that those watches may take. A watch with names of usual length takes 300.</summary>
    public int MaxWatchBytes { get; init; } = 8 * 1024 * 1024;
}
