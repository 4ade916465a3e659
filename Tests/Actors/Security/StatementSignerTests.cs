using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using FedActors.Actors.Security;
using FedActors.Actors.Transport;
using FedActors.Actors.Transport.Tls;
using FedActors.Tests.TestKit.Transport;

namespace FedActors.Tests.Actors.Security;

public sealed class StatementSignerTests
{
    private static readonly byte[] Statement = [1, 2, 3];

    private readonly TestCertificates _certificates = new();

    [Fact]
    public void Statement_SignedByOneNode_IsProvedToAnother()
    {
        SignedProof proof = Signer("a").Sign(Statement);

        Signer("b").FindFault(Statement, proof, out PeerIdentity? signer).Should().BeNull();
        signer!.CommonName.Should().Be("a");
        signer.IsNamed("a").Should().BeTrue();
        signer.IsNamed("b").Should().BeFalse();
        signer.IsNamed("127.0.0.1").Should().BeFalse("every node's certificate bears that");
    }

    [Fact]
    public void Statement_Changed_IsRefused()
    {
        SignedProof proof = Signer("a").Sign(Statement);
        byte[] broken = proof.Signature.ToArray();
        broken[5] ^= 1;

        Signer("b").FindFault([1, 2, 4], proof, out PeerIdentity? signer).Should().Contain("not that of CN=a");
        signer.Should().BeNull();
        Signer("b").FindFault(Statement, proof with { Signature = broken }, out _).Should().Contain("not that of CN=a");
        Signer("b").FindFault(Statement, proof with { Signature = default }, out _).Should().Contain("not that of CN=a");
    }

    [Fact]
    public void Certificate_OfAnotherAuthorityOrNone_IsRefused()
    {
        SignedProof strange = new StatementSigner(Fixed(new TestCertificates().Credentials(name: "a"))).Sign(Statement);

        Signer("b").FindFault(Statement, strange, out _).Should().Contain("not by a configured authority");
        Signer("b").FindFault(Statement, strange with { Certificates = [] }, out _).Should().Contain("0 certificates");
        Signer("b").FindFault(Statement, strange with { Certificates = [new byte[] { 1, 2 }] }, out _).Should().Contain("no certificate that could be read");
    }

    [Fact]
    public void Certificate_Revoked_IsRefusedFromTheNewListOn()
    {
        X509Certificate2 certificate = _certificates.Authority.Issue(["a"], CertificateUsages.Node, TestCertificates.Validity);
        SignedProof proof = new StatementSigner(Fixed(_certificates.Credentials(certificate))).Sign(Statement);
        TlsCredentials known = _certificates.Credentials(name: "b");
        StatementSigner judge = new(() => known);
        judge.FindFault(Statement, proof, out _).Should().BeNull();

        byte[] list = _certificates.Authority.Revoke([certificate], null, TimeSpan.FromDays(1));
        known = new TlsCredentials(null, [], [_certificates.Authority.Certificate], [RevocationList.Read(list, [_certificates.Authority.Certificate])]);

        judge.FindFault(Statement, proof, out _).Should().Contain("was revoked");
    }

    [Fact]
    public void Certificate_ExpiredSince_StillProves()
    {
        X509Certificate2 expired = _certificates.AuthorityAt(TimeSpan.FromDays(-60)).Issue(["a"], CertificateUsages.Node, TestCertificates.Validity);

        Signer("b").FindFault(Statement, new StatementSigner(Fixed(_certificates.Credentials(expired))).Sign(Statement), out PeerIdentity? signer).Should().BeNull();

        signer!.NotAfter.Should().BeBefore(TimeProvider.System.GetUtcNow());
    }

    [Fact]
    public void Key_Rsa_SignsToo()
    {
        using RSA key = RSA.Create(2048);
        var request = new CertificateRequest("CN=r", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        X509Certificate2 authority = _certificates.Authority.Certificate;
        using ECDsa signing = authority.GetECDsaPrivateKey()!;
        X509Certificate2 issued = request.Create(authority.SubjectName, X509SignatureGenerator.CreateForECDsa(signing), TimeProvider.System.GetUtcNow(), TimeProvider.System.GetUtcNow().AddDays(1), [1, 2, 3]);
        SignedProof proof = new StatementSigner(Fixed(_certificates.Credentials(issued.CopyWithPrivateKey(key)))).Sign(Statement);

        Signer("b").FindFault(Statement, proof, out PeerIdentity? signer).Should().BeNull();
        Signer("b").FindFault([9], proof, out _).Should().Contain("not that of CN=r");
        signer!.CommonName.Should().Be("r");
    }

    [Fact]
    public void Sign_WithoutACertificate_SaysSo()
    {
        StatementSigner signer = new(Fixed(_certificates.Credentials((X509Certificate2?)null)));

        signer.Own.Should().BeNull();
        FluentActions.Invoking(() => signer.Sign(Statement)).Should().Throw<InvalidOperationException>().WithMessage("*no certificate*");
    }

    private StatementSigner Signer(string name) => new(Fixed(_certificates.Credentials(name: name)));

    private static Func<TlsCredentials> Fixed(TlsCredentials credentials) => () => credentials;
}
