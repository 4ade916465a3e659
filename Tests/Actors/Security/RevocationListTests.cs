using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using FedActors.Actors.Security;
using FedActors.Tests.TestKit;
using FedActors.Tests.TestKit.Transport;

namespace FedActors.Tests.Actors.Security;

public sealed class RevocationListTests
{
    private static readonly TimeSpan Year = TimeSpan.FromDays(365);
    private readonly CertificateAuthority _authority = new TestCertificates().Authority;

    [Fact]
    public void Revoke_OneAfterTheOther_KeepsWhatWasRevokedBefore()
    {
        X509Certificate2 first = Issue();
        X509Certificate2 second = Issue();
        X509Certificate2 untouched = Issue();

        byte[] list = _authority.Revoke([second], _authority.Revoke([first], former: null, Year), Year);

        RevocationList read = RevocationList.Read(list, [_authority.Certificate]);
        read.Count.Should().Be(2);
        read.FindRevocation(first).Should().NotBeNull();
        read.FindRevocation(second).Should().BeCloseTo(TimeProvider.System.GetUtcNow(), TimeSpan.FromHours(1));
        read.FindRevocation(untouched).Should().BeNull();
        read.NextUpdate.Should().BeAfter(TimeProvider.System.GetUtcNow());
    }

    [Fact]
    public void Revoke_TheSameAgain_CountsOnce()
    {
        X509Certificate2 certificate = Issue();

        byte[] list = _authority.Revoke([certificate], _authority.Revoke([certificate], former: null, Year), Year);

        RevocationList.Read(list, [_authority.Certificate]).Count.Should().Be(1);
    }

    [Fact]
    public void Read_ANamesakesList_IsRefused()
    {
        using CertificateAuthority namesake = CertificateAuthority.Create("Test authority", Year, TimeProvider.System);
        byte[] list = namesake.Revoke([], former: null, Year);

        FluentActions.Invoking(() => RevocationList.Read(list, [_authority.Certificate])).Should().Throw<CryptographicException>().WithMessage("None of the configured*");
        RevocationList.Read(list, [namesake.Certificate]).Count.Should().Be(0);
    }

    [Fact]
    public void Revoke_AnotherAuthoritysCertificate_IsRefused()
    {
        using CertificateAuthority other = CertificateAuthority.Create("Another authority", Year, TimeProvider.System);
        X509Certificate2 foreign = other.Issue(["localhost"], CertificateUsages.Node, TestCertificates.Validity);

        FluentActions.Invoking(() => _authority.Revoke([foreign], former: null, Year)).Should().Throw<ArgumentException>().WithMessage("*CN=Another authority, who alone can revoke it*");
    }

    [Fact]
    public void Read_DamagedLists_AreRefusedInWords()
    {
        byte[] list = _authority.Revoke([Issue(), Issue()], former: null, Year);
        var random = new SplitMix(21);
        for (int i = 0; i < 2000; i++)
        {
            byte[] damaged = list[..(random.NextBoolean() ? list.Length : random.Next(list.Length))];
            for (int flips = 1 + random.Next(3); flips > 0 && damaged.Length > 0; flips--)
            {
                damaged[random.Next(damaged.Length)] ^= (byte)(1 + random.Next(255));
            }

            if (!damaged.AsSpan().SequenceEqual(list))
            {
                FluentActions.Invoking(() => RevocationList.Read(damaged, [_authority.Certificate])).Should().Throw<CryptographicException>();
            }
        }
    }

    private X509Certificate2 Issue() => _authority.Issue(["localhost"], CertificateUsages.Node, TestCertificates.Validity);
}
