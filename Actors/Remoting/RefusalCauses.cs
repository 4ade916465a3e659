using FedActors.Actors.Remoting.Frames;
using FedActors.Actors.Transport;

namespace FedActors.Actors.Remoting;

/// <summary>From what a handshake says to what is counted.</summary>
internal static class RefusalCauses
{
    public static RefusalCause ToCause(this RefusalCode code) => code switch
    {
        RefusalCode.Protocol => RefusalCause.Malformed,
        RefusalCode.TooMany => RefusalCause.TooMany,
        RefusalCode.Registry or RefusalCode.NotAdmitted => RefusalCause.NotAdmitted,
        RefusalCode.StillTelling => RefusalCause.StillTelling,
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
        RefusalCause.Trickling => "trickling",
        RefusalCause.Unread => "unread",
        RefusalCause.Crowded => "crowded",
        RefusalCause.Paced => "paced",
        RefusalCause.TooMany => "too_many",
        RefusalCause.NotSecure => "not_secure",
        RefusalCause.Certificate => "certificate",
        RefusalCause.OwnCertificate => "own_certificate",
        RefusalCause.StillTelling => "still_telling",
        RefusalCause.NotAdmitted => "not_admitted",
        _ => "name_taken",
    };
}
