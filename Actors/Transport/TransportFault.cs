namespace FedActors.Actors.Transport;

/// <summary>Why there is no connection. Some values cross the wire, so numbers are never reused.</summary>
public enum TransportFault
{
    /// <summary>The address is malformed, does not resolve, or is not this machine's.</summary>
    InvalidAddress = 1,

    /// <summary>Another listener has the port.</summary>
    AddressInUse = 2,

    /// <summary>This user may not listen there.</summary>
    AccessDenied = 3,

    /// <summary>Nobody listens there.</summary>
    Refused = 4,

    /// <summary>The network does not reach the other end.</summary>
    Unreachable = 5,

    /// <summary>The other end broke the connection off.</summary>
    Broken = 6,

    /// <summary>This side speaks TLS and the other does not.</summary>
    PlainPeer = 7,

    /// <summary>The other side speaks TLS and this one does not.</summary>
    TlsPeer = 8,

    /// <summary>The two sides have no TLS version or cipher in common.</summary>
    NoCommonProtocol = 9,

    /// <summary>A certificate was asked for and none was shown.</summary>
    MissingCertificate = 10,

    /// <summary>The certificate was not issued by a configured authority.</summary>
    WrongAuthority = 11,

    /// <summary>The certificate has expired.</summary>
    Expired = 12,

    /// <summary>The certificate's validity has not begun.</summary>
    NotYetValid = 13,

    /// <summary>The certificate was issued for another use.</summary>
    WrongUsage = 14,

    /// <summary>The certificate does not name the host that was asked for.</summary>
    WrongName = 15,

    /// <summary>The certificate fails another check.</summary>
    InvalidCertificate = 16,

    /// <summary>The certificate was taken back by its authority.</summary>
    Revoked = 17,
}
