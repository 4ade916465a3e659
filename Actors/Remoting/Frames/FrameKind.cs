namespace FedActors.Actors.Remoting.Frames;

/// <summary>What a frame is. First element of its payload's array; numbers are never reused.</summary>
internal enum FrameKind
{
    /// <summary>Who dials. First frame of the dialer.</summary>
    Hello = 1,

    /// <summary>Who answers. First frame of the acceptor, unless it refuses.</summary>
    Welcome = 2,

    /// <summary>No connection, and why.</summary>
    Refuse = 3,

    /// <summary>The dialer takes the connection into use, and says what it remembers.</summary>
    Ready = 4,

    /// <summary>A whole message.</summary>
    Message = 5,

    /// <summary>A message that follows in chunks.</summary>
    StreamBegin = 6,

    /// <summary>The next bytes of a stream.</summary>
    Chunk = 7,

    /// <summary>Bulk bytes that the other side may send further.</summary>
    Credit = 8,

    /// <summary>The sender lives.</summary>
    Heartbeat = 9,

    /// <summary>A watch on an actor here.</summary>
    Watch = 10,

    /// <summary>A watch taken back.</summary>
    Unwatch = 11,

    /// <summary>A watched actor has ended.</summary>
    Ended = 12,

    /// <summary>The sender closes on purpose; nothing follows.</summary>
    Bye = 13,

    /// <summary>How many frames have arrived in the session: messages, names, watches and their ends, failed questions, completed streams.</summary>
    Received = 14,

    /// <summary>The sender has no room until it hears what has arrived.</summary>
    WantsReceived = 15,

    /// <summary>A question that a node asked will not be answered, and why.</summary>
    AskFailed = 16,

    /// <summary>A number for an actor.</summary>
    Name = 17,

    /// <summary>A whole message between actors that have numbers.</summary>
    Brief = 18,
}
