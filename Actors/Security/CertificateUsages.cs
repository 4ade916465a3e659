namespace FedActors.Actors.Security;

/// <summary>What a certificate may be used for. A node that listens and dials needs both.</summary>
[Flags]
public enum CertificateUsages
{
    /// <summary>To show when others dial this node.</summary>
    Server = 1,

    /// <summary>To show when this node dials others.</summary>
    Client = 2,

    /// <summary>Both.</summary>
    Node = Server | Client,
}
