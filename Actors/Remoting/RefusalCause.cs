namespace FedActors.Actors.Remoting;

/// <summary>Why a connection or a frame from outside was refused: the <c>cause</c> tag of the instrument <c>fedactors.refusals</c>.</summary>
public enum RefusalCause
{
    /// <summary>What it said is no frame of the protocol, or one that has no place there.</summary>
    Malformed,

    /// <summary>A message of a type that this node does not know.</summary>
    UnknownType,

    /// <summary>It closed or broke the connection during the handshake.</summary>
    Broken,

    /// <summary>It did not finish its handshake in time.</summary>
    Slow,

    /// <summary>It began a large message and hardly went on with it.</summary>
    Trickling,

    /// <summary>It went on sending and left what it was sent unread.</summary>
    Unread,

    /// <summary>It was long in its handshake while others waited for its place.</summary>
    Crowded,

    /// <summary>Many connections came to nothing, some of them from its address, and as many as may wait to be let in slowly do already.</summary>
    Paced,

    /// <summary>This node has as many others as it takes.</summary>
    TooMany,

    /// <summary>It does not speak TLS, or only versions that are too old.</summary>
    NotSecure,

    /// <summary>Its certificate fails a check, or is missing.</summary>
    Certificate,

    /// <summary>This node's own certificate cannot be used.</summary>
    OwnCertificate,

    /// <summary>This node's own subscribers were still being told that the node is away.</summary>
    StillTelling,

    /// <summary>It may not connect, or means other messages by the same numbers.</summary>
    NotAdmitted,

    /// <summary>Its id is another's: this node's, a connected one's, or a later life's of its own.</summary>
    NameTaken,
}
