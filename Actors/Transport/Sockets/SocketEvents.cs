namespace FedActors.Actors.Transport.Sockets;

/// <summary>What the operating system tells of a socket, as Linux numbers it.</summary>
[Flags]
internal enum SocketEvents : uint
{
    /// <summary>There is something to read.</summary>
    Readable = 0x1,

    /// <summary>There is room to write.</summary>
    Writable = 0x4,

    /// <summary>It has failed.</summary>
    Failed = 0x8,

    /// <summary>Both directions have ended.</summary>
    Ended = 0x10,

    /// <summary>The other side writes no more.</summary>
    PeerEnded = 0x2000,
}
