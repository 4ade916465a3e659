using FedActors.Actors.Remoting.Frames;
using FedActors.Actors.Transport;

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

    /// <summary>It was long in its handshake while others waited for its place.</summary>
    Crowded,

    /// <summary>This node has as many others as it takes.</summary>
    TooMany,

    /// <summary>It does not speak TLS, or only versions that are too old.</summary>
    NotSecure,

    /// <summary>Its certificate fails a check, or is missing.</summary>
    Certificate,

    /// <summary>This node's own certificate cannot be used.</summary>
    OwnCertificate,

    /// <summary>It may not connect, or means other messages by the same numbers.</summary>
    NotAdmitted,

    /// <summary>Its id is another's: this node's, a connected one's, or a later life's of its own.</summary>
    NameTaken,
}

/// <summary>From what a handshake says to what is counted.</summary>
internal static class RefusalCauses
{
    public static RefusalCause ToCause(this RefusalCode code) => code switch
    {
        RefusalCode.Protocol => RefusalCause.Malformed,
        RefusalCode.TooMany => RefusalCause.TooMany,
        RefusalCode.Registry or RefusalCode.NotAdmitted => RefusalCause.NotAdmitted,
        RefusalCode.NotItsCertificate => RefusalCause.Certificate,
        _ => RefusalCause.NameTaken,
    };

    public static RefusalCause ToCause(this TransportFault fault) => fault switch
    {
        TransportFault.PlainPeer or TransportFault.TlsPeer or TransportFault.NoCommonProtocol => RefusalCause.NotSecure,
        >= TransportFault.MissingCertificate => RefusalCause.Certificate,
        _ => RefusalCause.Broken,
    };

    /// <summary>The instrument's tag.</summary>
    public static string Name(this RefusalCause cause) => cause switch
    {
        RefusalCause.Malformed => "malformed",
        RefusalCause.UnknownType => "unknown_type",
        RefusalCause.Broken => "broken",
        RefusalCause.Slow => "slow",
        RefusalCause.Crowded => "crowded",
        RefusalCause.TooMany => "too_many",
        RefusalCause.NotSecure => "not_secure",
        RefusalCause.Certificate => "certificate",
        RefusalCause.OwnCertificate => "own_certificate",
        RefusalCause.NotAdmitted => "not_admitted",
        _ => "name_taken",
    };
}
