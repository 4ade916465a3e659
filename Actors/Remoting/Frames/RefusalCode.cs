namespace FedActors.Actors.Remoting.Frames;

/// <summary>Why a handshake was refused. Crosses the wire; numbers are never reused.</summary>
internal enum RefusalCode
{
    /// <summary>The bytes were no greeting of this protocol's version.</summary>
    Protocol = 1,

    /// <summary>Both nodes have one id: two processes, of which the one that dials began first.</summary>
    SameNode = 2,

    /// <summary>The two nodes have a connection, which stays.</summary>
    Connected = 3,

    /// <summary>A later life of the node is known.</summary>
    FormerLife = 4,

    /// <summary>The two nodes mean different messages by one type id.</summary>
    Registry = 5,

    /// <summary>The node may not connect.</summary>
    NotAdmitted = 6,

    /// <summary>The listener has as many connections as it takes.</summary>
    TooMany = 7,

    /// <summary>Another process bears the node's id: it is connected and lives, or it is the one that was dialled, and began first.</summary>
    NameTaken = 8,

    /// <summary>The node's id belongs to another certificate.</summary>
    NotItsCertificate = 9,

    /// <summary>The node has dialled itself, under another address than the one it knows itself by.</summary>
    Itself = 10,

    /// <summary>This side's subscribers are still being told that the node is away.</summary>
    StillTelling = 11,
}
