using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using FedActors.Actors.Security;
using FedActors.Actors.Transport.Tls;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.Actors.Security;

public sealed class CertificateAuthorityTests : IDisposable
{
    private static readonly TimeSpan Year = TimeSpan.FromDays(365);
    private readonly ManualTimeProvider _clock = new();
    private readonly CertificateAuthority _authority;
    private readonly TemporaryFolder _folder = new();

    public CertificateAuthorityTests() => _authority = CertificateAuthority.Create("Federation", 10 * Year, _clock);

    public void Dispose()
    {
        _authority.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Issued_ForNamesAndAddresses_CarriesThemAll()
    {
        using X509Certificate2 issued = _authority.Issue(["localhost", "127.0.0.1", "::1"], CertificateUsages.Node, Year);

        X509SubjectAlternativeNameExtension names = issued.Extensions.OfType<X509SubjectAlternativeNameExtension>().Single();
        names.EnumerateDnsNames().Should().Equal("localhost");
        names.EnumerateIPAddresses().Select(ip => ip.ToString()).Should().Equal("127.0.0.1", "::1");
        issued.Subject.Should().Be("CN=localhost");
        issued.HasPrivateKey.Should().BeTrue();
        issued.NotAfter.ToUniversalTime().Should().Be((_clock.GetUtcNow() + Year).UtcDateTime);
        issued.NotBefore.ToUniversalTime().Should().BeBefore(_clock.GetUtcNow().UtcDateTime);
        issued.GetECDsaPublicKey()!.KeySize.Should().Be(256);
    }

    [Theory]
    [InlineData(CertificateUsages.Server, "1.3.6.1.5.5.7.3.1")]
    [InlineData(CertificateUsages.Client, "1.3.6.1.5.5.7.3.2")]
    [InlineData(CertificateUsages.Node, "1.3.6.1.5.5.7.3.1 1.3.6.1.5.5.7.3.2")]
    public void Issued_ForAUsage_NamesIt(CertificateUsages usages, string identifiers)
    {
        using X509Certificate2 issued = _authority.Issue(["localhost"], usages, Year);

        string.Join(' ', issued.Extensions.OfType<X509EnhancedKeyUsageExtension>().Single().EnhancedKeyUsages.Cast<Oid>().Select(o => o.Value)).Should().Be(identifiers);
    }

    [Fact]
    public void Issued_Twice_DiffersInKeyAndSerialNumber()
    {
        using X509Certificate2 one = _authority.Issue(["localhost"], CertificateUsages.Node, Year);
        using X509Certificate2 two = _authority.Issue(["localhost"], CertificateUsages.Node, Year);

        two.SerialNumber.Should().NotBe(one.SerialNumber);
        two.GetPublicKeyString().Should().NotBe(one.GetPublicKeyString());
    }

    [Fact]
    public void Issue_BeyondTheAuthoritysEnd_IsRefused()
    {
        _authority.Invoking(a => a.Issue(["localhost"], CertificateUsages.Node, 11 * Year)).Should().Throw<ArgumentOutOfRangeException>().WithMessage("*outlive*");
        _authority.Invoking(a => a.Issue([], CertificateUsages.Node, Year)).Should().Throw<ArgumentException>();
        _authority.Invoking(a => a.Issue([" "], CertificateUsages.Node, Year)).Should().Throw<ArgumentException>();
        _authority.Invoking(a => a.Issue(["localhost"], 0, Year)).Should().Throw<ArgumentException>();
        _authority.Invoking(a => a.Issue(["localhost"], CertificateUsages.Node, TimeSpan.Zero)).Should().Throw<ArgumentException>();
    }

    [Fact]
    public void Authority_FromANodesCertificate_IsRefused()
    {
        using X509Certificate2 node = _authority.Issue(["localhost"], CertificateUsages.Node, Year);

        Action pose = () => _ = new CertificateAuthority(node, _clock);

        pose.Should().Throw<ArgumentException>().WithMessage("*no authority*");
    }

    [Fact]
    public void Files_WrittenAndReadBack_HoldTheSame()
    {
        using X509Certificate2 issued = _authority.Issue(["localhost"], CertificateUsages.Node, Year);
        PemFile.WriteCertificates(_folder["node.pem"], issued);
        PemFile.WritePrivateKey(_folder["node.key"], issued);
        PemFile.WriteCertificates(_folder["authority.pem"], _authority.Certificate);
        PemFile.WritePrivateKey(_folder["authority.key"], _authority.Certificate);

        using X509Certificate2 read = PemFile.Read(_folder["node.pem"], _folder["node.key"]);
        read.Thumbprint.Should().Be(issued.Thumbprint);
        using var again = new CertificateAuthority(PemFile.Read(_folder["authority.pem"], _folder["authority.key"]), _clock);
        again.Issue(["localhost"], CertificateUsages.Node, Year).Issuer.Should().Be("CN=Federation");
        TlsCredentials.FromPemFiles(_folder["node.pem"], _folder["node.key"], _folder["authority.pem"]).Should().NotBeNull();
    }

    [Fact]
    public void PrivateKey_OverAFileThatAllMayRead_IsItsOwnersAlone()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        File.WriteAllText(_folder["node.key"], "old");
        File.SetUnixFileMode(_folder["node.key"], UnixFileMode.UserRead | UnixFileMode.OtherRead);
        using X509Certificate2 issued = _authority.Issue(["localhost"], CertificateUsages.Node, Year);

        PemFile.WritePrivateKey(_folder["node.key"], issued);

        File.GetUnixFileMode(_folder["node.key"]).Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.ReadAllText(_folder["node.key"]).Should().StartWith("-----BEGIN PRIVATE KEY-----");
    }

    [Fact]
    public void Credentials_FromAMissingOrForeignFile_NameTheFile()
    {
        using X509Certificate2 issued = _authority.Issue(["localhost"], CertificateUsages.Node, Year);
        using X509Certificate2 other = _authority.Issue(["localhost"], CertificateUsages.Node, Year);
        PemFile.WriteCertificates(_folder["node.pem"], issued);
        PemFile.WritePrivateKey(_folder["other.key"], other);
        PemFile.WriteCertificates(_folder["authority.pem"], _authority.Certificate);
        File.WriteAllText(_folder["empty.pem"], "nothing");

        Refusal("node.pem", "absent.key", "authority.pem").Should().Contain("absent.key");
        Refusal("node.pem", "other.key", "authority.pem").Should().Contain("other.key");
        Refusal("absent.pem", "other.key", "authority.pem").Should().Contain("absent.pem");
        Refusal("node.pem", "other.key", "empty.pem").Should().Contain("empty.pem");
    }

    private string Refusal(string certificate, string key, string authority)
    {
        Action read = () => TlsCredentials.FromPemFiles(_folder[certificate], _folder[key], _folder[authority]);
        return read.Should().Throw<TlsCredentialsException>().Which.Message;
    }
}
