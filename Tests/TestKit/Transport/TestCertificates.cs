using System.Security.Cryptography.X509Certificates;
using FedActors.Actors.Security;
using FedActors.Actors.Transport.Tcp;
using FedActors.Actors.Transport.Tls;

namespace FedActors.Tests.TestKit.Transport;

/// <summary>An authority, and certificates of it for localhost.</summary>
public sealed class TestCertificates
{
    public static readonly TimeSpan Validity = TimeSpan.FromDays(30);

    // Valid for ten years before and after now.
    private readonly X509Certificate2 _certificate =
        CertificateAuthority.Create("Test authority", TimeSpan.FromDays(7300), new ShiftedTime(TimeSpan.FromDays(-3650))).Certificate;

    public TestCertificates() => Authority = AuthorityAt(TimeSpan.Zero);

    public CertificateAuthority Authority { get; }

    /// <summary>The same authority with a clock that is off, to issue what has expired or is not yet valid.</summary>
    public CertificateAuthority AuthorityAt(TimeSpan offset) => new(_certificate, new ShiftedTime(offset));

    public TlsCredentials Credentials(CertificateUsages usages = CertificateUsages.Node, string name = "localhost") =>
        Credentials(Authority.Issue([name, "127.0.0.1"], usages, Validity));

    public TlsCredentials Credentials(X509Certificate2? certificate) => new(certificate, [], [Authority.Certificate]);

    public TcpTransport Transport(TlsCredentials? credentials = null, bool lowLatency = false)
    {
        TlsCredentials shown = credentials ?? Credentials();
        return new TcpTransport(new TcpTransportOptions { Tls = new TlsOptions { Credentials = () => shown }, LowLatency = lowLatency });
    }

    private sealed class ShiftedTime(TimeSpan offset) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + offset;
    }
}
