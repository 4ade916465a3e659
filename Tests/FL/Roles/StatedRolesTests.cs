using FedActors.Actors;
using FedActors.Actors.Remoting;
using FedActors.Actors.Security;
using FedActors.Actors.Serialization;
using FedActors.Actors.Transport;
using FedActors.Actors.Transport.Tls;
using FedActors.FL.Configuration;
using FedActors.FL.Protocol;
using FedActors.FL.Roles;
using FedActors.Storage.Training;
using FedActors.Tests.TestKit;
using FedActors.Tests.TestKit.Transport;

namespace FedActors.Tests.FL.Roles;

public sealed class StatedRolesTests
{
    [Theory]
    [InlineData("worker")]
    [InlineData("worker", "Radiology")]
    [InlineData("worker", "worker")]
    [InlineData("aggregator", "worker", "aggregator")]
    public void Role_StatedOrNoneStated_IsFree(string role, params string[] units) =>
        StatedRoles.FindObjection(Identity(units), role).Should().BeNull();

    [Theory]
    [InlineData("provider", "worker")]
    [InlineData("worker", "Radiology", "evaluator")]
    public void Role_OtherThanStated_IsObjectedTo(string role, params string[] units) =>
        StatedRoles.FindObjection(Identity(units), role).Should().Contain($"not for {role}").And.Contain($"cert issue --role {role}");

    [Theory]
    [InlineData("worker", true)]
    [InlineData("combiner", true)]
    [InlineData("aggregator", false)]
    [InlineData("evaluator", false)]
    public void Lead_ByACombinersCertificate_IsForThoseThatRegisterWithOne(string member, bool isFree)
    {
        (StatedRoles.FindObjectionToLead(Identity(["combiner"]), member) is null).Should().Be(isFree);
        StatedRoles.FindObjectionToLead(Identity(["provider"]), member).Should().BeNull();
        StatedRoles.FindObjectionToLead(Identity([]), member).Should().BeNull();
        StatedRoles.FindObjectionToLead(Identity(["worker"]), member).Should().Contain("not for provider");
    }

    [Fact]
    public void Role_WithoutTls_IsFree() => StatedRoles.FindObjection(null, "provider").Should().BeNull();

    [Theory]
    [InlineData("worker", false)]
    [InlineData("evaluator", true)]
    public async Task Worker_WithACertificateForARole_IsJudgedByIt(string unit, bool isRefusedForIt)
    {
        var certificates = new TestCertificates();
        using MemoryTrainingStore store = new();
        await using Federation federation = new(certificates.Transport(), store, new FederationOptions(), new TinyData());
        await federation.StartAsync(Federation.Provider);
        TlsCredentials bound = certificates.Credentials(certificates.Authority.Issue(["node", "127.0.0.1"], CertificateUsages.Node, TestCertificates.Validity, [unit]));
        await using ActorSystem node = new(new ActorSystemOptions
        {
            Node = "node",
            Remoting = new RemotingOptions { Transport = certificates.Transport(bound), Registry = CoordinatedProtocol.Register(new MessageRegistryBuilder()).Build() },
        });
        ActorRef provider = node.Remote.Connect(federation.ProviderAddress).ActorOf(CoordinatedRoles.ProviderName);
        ReadOnlyMemory<byte> damagedMoments = ReadOnlyMemory<byte>.Empty;

        var refused = await provider.AskAsync<RegistrationRefused>(
            new RegisterWorker("A", "A", TinyData.Model, 61, damagedMoments, 1), Eventually.Limit);

        (refused.Code == "not_authorised").Should().Be(isRefusedForIt, "the other is refused for its data alone");
    }

    // The provider sees only the combiner's certificate, and believes it of workers once the combiner has registered.
    [Theory]
    [InlineData("combiner", true, "wrong_site_data")]
    [InlineData("combiner", false, "unknown_combiner")]
    [InlineData("aggregator", true, "not_authorised")]
    public async Task Worker_ThroughACertificateForCombiners_IsJudgedByIt(string unit, bool registers, string refusal)
    {
        var certificates = new TestCertificates();
        using MemoryTrainingStore store = new();
        await using Federation federation = new(certificates.Transport(), store, new FederationOptions(), new TinyData());
        await federation.StartAsync(Federation.Provider);
        TlsCredentials bound = certificates.Credentials(certificates.Authority.Issue(["node", "127.0.0.1"], CertificateUsages.Node, TestCertificates.Validity, [unit]));
        await using ActorSystem node = Node("node", certificates.Transport(bound));
        Probe combiner = new(node, "provider");
        ActorRef provider = node.Remote.Connect(federation.ProviderAddress).ActorOf(CoordinatedRoles.ProviderName);
        if (registers)
        {
            combiner.Tell(provider, new RegisterCombiner("east", 1));
            object answer = unit == "combiner" ? await combiner.Expect<Registered>() : await combiner.Expect<RegistrationRefused>();
            (answer as RegistrationRefused)?.Code.Should().Be("not_authorised");
        }

        combiner.Tell(provider, new RegisterWorker("A", "A", TinyData.Model, 61, ReadOnlyMemory<byte>.Empty, 1));

        (await combiner.Expect<RegistrationRefused>()).Code.Should().Be(refusal);
    }

    [Theory]
    [InlineData("worker", null)]
    [InlineData("combiner", null)]
    [InlineData("evaluator", null)]
    [InlineData("aggregator", "is for aggregator, not for worker")]
    public async Task Packages_AskedWithACertificateForARole_AreForThoseThatRunThem(string unit, string? refusal)
    {
        var certificates = new TestCertificates();
        await using ActorSystem provider = Node("provider", certificates.Transport());
        TransportAddress address = await provider.Remote.ListenAsync(new TransportAddress("127.0.0.1", 0));
        provider.Spawn(CoordinatedRoles.Packages(new OneByte()), CoordinatedRoles.PackagesName);
        TlsCredentials bound = certificates.Credentials(certificates.Authority.Issue(["node", "127.0.0.1"], CertificateUsages.Node, TestCertificates.Validity, [unit]));
        await using ActorSystem node = Node("node", certificates.Transport(bound));

        object answer = await node.Remote.Connect(address).ActorOf(CoordinatedRoles.PackagesName).AskAsync<object>(new PackageRequest(OneByte.Checksum, 0), Eventually.Limit);

        if (refusal is null)
        {
            answer.Should().BeOfType<PackagePart>().Which.Bytes.ToArray().Should().Equal(7);
        }
        else
        {
            answer.Should().BeOfType<PackageRefused>().Which.Text.Should().Contain(refusal);
        }
    }

    /// <summary>Refused for good, a worker ended because its registration had overtaken its combiner's, which is only a matter of order.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Worker_BeforeTheCombinerThatItIsBehind_IsRefusedForNow(bool isAtACombiner)
    {
        var certificates = new TestCertificates();
        using MemoryTrainingStore store = new();
        await using Federation federation = new(certificates.Transport(), store, new FederationOptions(), new TinyData()) { Through = new Dictionary<string, string[]> { ["A"] = ["upper"] } };
        await federation.StartAsync(Federation.Provider);
        await federation.StartAsync("upper");
        TlsCredentials bound = certificates.Credentials(certificates.Authority.Issue(["node", "127.0.0.1"], CertificateUsages.Node, TestCertificates.Validity, ["combiner"]));
        await using ActorSystem node = Node("node", certificates.Transport(bound));
        ActorRef above = node.Remote.Connect(isAtACombiner ? federation.AddressOf("upper") : federation.ProviderAddress).ActorOf(CoordinatedRoles.ProviderName);
        RegisterWorker worker = new("A", "A", TinyData.Model, 61, ReadOnlyMemory<byte>.Empty, 1);
        Probe lower = new(node, "provider");

        lower.Tell(above, worker);
        (await lower.Expect<RegistrationRefused>()).Should().BeEquivalentTo(new { Code = "unknown_combiner", MayPass = true });
        lower.Tell(above, new RegisterCombiner("lower", 1));
        await lower.Expect<Registered>();
        lower.Tell(above, worker);
        (await lower.Expect<RegistrationRefused>()).Code.Should().Be("wrong_site_data", "it is judged by its data now");
    }

    private static ActorSystem Node(string name, ITransport transport) => new(new ActorSystemOptions
    {
        Node = name,
        Remoting = new RemotingOptions { Transport = transport, Registry = CoordinatedProtocol.Register(new MessageRegistryBuilder()).Build() },
    });

    private static PeerIdentity Identity(string[] units) => new("CN=node", ["node"], "00", DateTimeOffset.MaxValue) { Units = units };

    private sealed class OneByte : IPackageSource
    {
        public const string Checksum = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

        public PackageOffer Offer { get; } = new(Checksum, 1, EntryPoint.Train);

        public byte[] Read(long offset, int count) => [7];
    }
}
