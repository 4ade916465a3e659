using FedActors.Actors.Security;
using FedActors.Actors.Transport.Tls;
using FedActors.Scripts.Configuration;
using FedActors.Scripts.Security;
using FedActors.Tests.TestKit;
using FedActors.Tests.TestKit.Transport;
using Microsoft.Extensions.Logging;

namespace FedActors.Tests.Scripts.Security;

public sealed class CertificateFilesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TestCertificates _certificates = new();
    private readonly CollectedLog _log = new();
    private readonly CertificateFiles _files;
    private int _version;

    public CertificateFilesTests()
    {
        PemFile.WriteCertificates(_folder["ca.pem"], _certificates.Authority.Certificate);
        Write("first");
        _files = new CertificateFiles(new TlsConfig("mutual", _folder["node.pem"], _folder["node.key"], _folder["ca.pem"], _folder["ca.crl"]), TimeProvider.System, _log);
        PemFile.WriteRevocationList(_folder["ca.crl"], _certificates.Authority.Revoke([], former: null, TestCertificates.Validity));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Current_FilesUnchanged_IsTheSame()
    {
        TlsCredentials first = _files.Current();

        _files.Current().Should().BeSameAs(first);
        first.Subject.Should().Be("CN=first");
        _log.Lines.Should().BeEmpty();
    }

    [Fact]
    public void Current_FilesReplaced_IsTheNewOnesAndSaysSo()
    {
        _files.Current();

        Write("second");

        _files.Current().Subject.Should().Be("CN=second");
        _log.Lines.Should().ContainSingle().Which.Text.Should().Contain("CN=second, valid until");
    }

    [Fact]
    public void Current_NewFilesBroken_KeepsTheFormerAndSaysSoOnce()
    {
        _files.Current();

        File.WriteAllText(_folder["node.key"], "no key at all");
        Touch("node.key");

        _files.Current().Subject.Should().Be("CN=first");
        _files.Current().Subject.Should().Be("CN=first");
        LogLine line = _log.Lines.Should().ContainSingle().Subject;
        line.Level.Should().Be(LogLevel.Error);
        line.Text.Should().Contain(_folder["node.key"]).And.Contain("The former certificate stays in use: CN=first");

        // Half of a pair is broken, too: the certificate is there before its key.
        Write("second");
        _files.Current().Subject.Should().Be("CN=second");
    }

    [Fact]
    public void Current_RevocationListMissing_EndsTheStartAndNamesIt()
    {
        File.Delete(_folder["ca.crl"]);

        FluentActions.Invoking(_files.Current).Should().Throw<TlsCredentialsException>().WithMessage($"*{_folder["ca.crl"]}*");
    }

    [Fact]
    public void Current_RevocationListOutOfDate_IsUsedWithAWarning()
    {
        using var early = _certificates.AuthorityAt(TimeSpan.FromDays(-60));
        PemFile.WriteRevocationList(_folder["ca.crl"], early.Revoke([], former: null, TimeSpan.FromDays(30)));

        _files.Current().Subject.Should().Be("CN=first");

        _log.Lines.Should().ContainSingle(line => line.Level == LogLevel.Warning).Which.Text.Should().Contain("should have been replaced");
    }

    private void Write(string name)
    {
        using var certificate = _certificates.Authority.Issue([name], CertificateUsages.Node, TestCertificates.Validity);
        PemFile.WritePrivateKey(_folder["node.key"], certificate);
        PemFile.WriteCertificates(_folder["node.pem"], certificate);
        Touch("node.key");
        Touch("node.pem");
    }

    /// <summary>Files that are written within the clock's granularity would look unchanged.</summary>
    private void Touch(string file) => File.SetLastWriteTimeUtc(_folder[file], new DateTime(2026, 1, 1, 0, 0, ++_version, DateTimeKind.Utc));
}
