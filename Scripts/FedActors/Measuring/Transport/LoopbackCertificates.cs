using System.Security.Cryptography.X509Certificates;
using FedActors.Actors.Security;
using FedActors.Actors.Transport.Tcp;
using FedActors.Actors.Transport.Tls;

namespace FedActors.Scripts.Measuring.Transport;

/// <summary>Certificates for one measurement, of an authority that exists no longer than it.</summary>
internal static class LoopbackCertificates
{
    private static readonly TimeSpan Validity = TimeSpan.FromDays(1);

    public static TcpTransportOptions TransportOptions(TimeProvider time)
    {
        CertificateAuthority authority = CertificateAuthority.Create("bench transport", 2 * Validity, time);
        var credentials = new TlsCredentials(authority.Issue(["localhost", "127.0.0.1"], CertificateUsages.Node, Validity), [], [authority.Certificate]);
        return new TcpTransportOptions { Tls = new TlsOptions { Credentials = () => credentials }, Time = time };
    }

    public static X509Certificate2 Server(TimeProvider time)
    {
        using CertificateAuthority authority = CertificateAuthority.Create("bench transport", 2 * Validity, time);
        return authority.Issue(["localhost"], CertificateUsages.Node, Validity);
    }
}
