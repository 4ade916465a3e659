using FedActors.Actors;
using FedActors.Actors.Security;
using FedActors.Actors.Transport.Tls;
using FedActors.Crdt;
using FedActors.FL.Roles;
using FedActors.Tests.TestKit.Transport;

namespace FedActors.Tests.FL.Roles.Gossip;

public sealed class OwnerProofsTests
{
    private static readonly Body Payload = new(new byte[] { 1, 2, 3, 4 });

    private readonly TestCertificates _certificates = new();

    [Fact]
    public void Sealed_ByItsOwner_IsProvedAndHoldsItsPayload()
    {
        Body body = Of("B").Seal("model/B", 2, 7, Payload);

        Of("A").FindFault(Header("model/B", "B", 2, 7, body), body).Should().BeNull();
        OwnerProofs.PayloadOf(body.Bytes).ToArray().Should().Equal(Payload.Bytes.ToArray());
        body.Bytes.Length.Should().BeLessThan(1_500, "a proof costs a certificate and a signature");
    }

    [Theory]
    [InlineData("info/B", "B", 2UL, 7UL)]
    [InlineData("model/C", "C", 2UL, 7UL)]
    [InlineData("model/B", "B", 3UL, 7UL)]
    [InlineData("model/B", "B", 2UL, 8UL)]
    public void Sealed_UnderAnotherKeyOrVersion_ProvesNothing(string key, string owner, ulong incarnation, ulong sequence)
    {
        Body body = Of("B").Seal("model/B", 2, 7, Payload);

        Of("A").FindFault(Header(key, owner, incarnation, sequence, body), body).Should().Contain("not that of CN=B");
    }

    [Fact]
    public void Sealed_ByAnotherMemberOfTheFederation_ProvesNothing()
    {
        Body body = Of("X").Seal("model/B", 2, 7, Payload);

        Of("A").FindFault(Header("model/B", "B", 2, 7, body), body).Should().Contain("CN=X").And.Contain("names X");
    }

    [Fact]
    public void Sealed_WithAnotherPayload_ProvesNothing()
    {
        byte[] bytes = Of("B").Seal("model/B", 2, 7, Payload).Bytes.ToArray();
        bytes[4] ^= 1;
        Body body = new(bytes);

        Of("A").FindFault(Header("model/B", "B", 2, 7, body), body).Should().NotBeNull();
    }

    [Fact]
    public void Body_NotSealedOrCutShort_IsToldSo()
    {
        byte[] whole = Of("B").Seal("model/B", 2, 7, Payload).Bytes.ToArray();
        for (int length = 0; length < whole.Length; length++)
        {
            Body body = new(whole.AsMemory(0, length));
            Of("A").FindFault(Header("model/B", "B", 2, 7, body), body).Should().Be("it is not signed");
        }

        FluentActions.Invoking(() => OwnerProofs.PayloadOf(Payload.Bytes)).Should().Throw<ProtocolException>();
    }

    [Fact]
    public void Certificate_OfAMachine_ProvesAllPeersThatItNames()
    {
        TlsCredentials machine = _certificates.Credentials(_certificates.Authority.Issue(["node", "localhost", "A", "B"], CertificateUsages.Node, TestCertificates.Validity));
        OwnerProofs proofs = new(new StatementSigner(() => machine));

        proofs.FindFault("A").Should().BeNull();
        proofs.FindFault("B").Should().BeNull();
        proofs.FindFault("C").Should().Contain("CN=node").And.Contain("not C");
        proofs.FindFault("localhost").Should().NotBeNull("every certificate bears it");
    }

    private OwnerProofs Of(string peer)
    {
        TlsCredentials credentials = _certificates.Credentials(name: peer);
        return new OwnerProofs(new StatementSigner(() => credentials));
    }

    private static EntryHeader Header(string key, string owner, ulong incarnation, ulong sequence, Body body) =>
        new(key, new Stamp(incarnation, sequence, IsTombstone: false, owner, body.Hash), body.Bytes.Length);
}
