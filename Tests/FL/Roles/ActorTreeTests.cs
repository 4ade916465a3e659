using FedActors.Actors;
using FedActors.Actors.Diagnostics;
using FedActors.Actors.Remoting;
using FedActors.Actors.Security;
using FedActors.Actors.Serialization;
using FedActors.Actors.Transport;
using FedActors.Actors.Transport.Memory;
using FedActors.Actors.Transport.Tls;
using FedActors.FL.Protocol;
using FedActors.FL.Roles;
using FedActors.Tests.TestKit;
using FedActors.Tests.TestKit.Remoting;
using FedActors.Tests.TestKit.Transport;

namespace FedActors.Tests.FL.Roles;

/// <summary>What tools see of running nodes.</summary>
public sealed class ActorTreeTests
{
    [Fact]
    public async Task Tree_OfAProvider_ShowsItsActorsAndThoseOfMembersWithoutAPort()
    {
        var transport = new MemoryTransport();
        await using ActorSystem provider = Create(transport, "provider");
        ActorRef echo = provider.SpawnEcho();
        for (int i = 0; i < 3; i++)
        {
            await echo.AskAsync<string>("hello", Eventually.Limit);
        }

        TransportAddress address = await provider.Remote.ListenAsync(TestNodes.AnyPort);
        await using ActorSystem member = Create(transport, "member");
        var done = new TaskCompletionSource();
        ActorRef busy = member.Spawn(Props.FromBehaviour((_, _) => new ValueTask(done.Task)), "busy");
        busy.Tell(1);
        busy.Tell(2);
        busy.Tell(3);
        await member.Remote.Connect(address).WhenConnectedAsync().Limit();
        await Eventually.True(() => member.Describe().All().Any(actor => actor.IsInHandler));
        await using ActorSystem tool = Create(transport, "tool");

        ActorTreeReply tree = await AskAsync(tool, address, withConnected: true);

        done.SetResult();
        tree.Nodes.Select(node => (node.Node, node.Fault)).Should().Equal(("provider", null), ("member", null));
        tree.Nodes[0].Actors.Select(actor => actor.Name).Should().BeEquivalentTo("actors", "echo");
        tree.Nodes[0].Actors.Single(actor => actor.Name == "echo").Should().Be(new ActorLine("echo", ActorState.Running, false, 0, 3, 0));
        ActorLine seen = tree.Nodes[1].Actors.Single(actor => actor.Name == "busy");
        (seen.IsInHandler, seen.Queued).Should().Be((true, 2));
    }

    [Fact]
    public async Task Tree_OfThousandsOfActors_IsCutAndSaysHowManyAreLeftOut()
    {
        var transport = new MemoryTransport();
        await using ActorSystem node = Create(transport, "node");
        for (int i = 0; i < NodeActors.MaxActors + 100; i++)
        {
            node.SpawnSink($"sink-{i}", _ => { });
        }

        await using ActorSystem tool = Create(transport, "tool");

        ActorTreeReply tree = await AskAsync(tool, await node.Remote.ListenAsync(TestNodes.AnyPort), withConnected: false);

        tree.Nodes.Single().Actors.Should().HaveCount(NodeActors.MaxActors);
        tree.Nodes.Single().Omitted.Should().Be(101, "it counts itself");
    }

    [Fact]
    public async Task Tree_OfAMemberThatDoesNotKnowTheQuestion_SaysWhy()
    {
        var transport = new MemoryTransport();
        await using ActorSystem provider = Create(transport, "provider");
        TransportAddress address = await provider.Remote.ListenAsync(TestNodes.AnyPort);
        await using ActorSystem older = TestNodes.Create(transport, "older");
        await older.Remote.Connect(address).WhenConnectedAsync().Limit();
        await using ActorSystem tool = Create(transport, "tool");

        ActorTreeReply tree = await AskAsync(tool, address, withConnected: true);

        tree.Nodes.Single(node => node.Node == "older").Fault.Should().Contain("does not know messages of type 90");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(true, "operator")]
    [InlineData(true, "provider")]
    [InlineData(true, "Radiology")]
    [InlineData(false, "worker")]
    [InlineData(false, "aggregator", "evaluator")]
    public async Task Tree_UnderTls_IsForWhoeverTheCertificateLetsLook(bool isTold, params string[] units)
    {
        var certificates = new TestCertificates();
        await using ActorSystem node = Create(certificates.Transport(), "node");
        TransportAddress address = await node.Remote.ListenAsync(TestNodes.AnyPort);
        TlsCredentials shown = certificates.Credentials(certificates.Authority.Issue(["tool", "127.0.0.1"], CertificateUsages.Node, TestCertificates.Validity, units));
        await using ActorSystem tool = Create(certificates.Transport(shown), "tool");

        NodeActors seen = (await AskAsync(tool, address, withConnected: true)).Nodes.Single();

        seen.Actors.Should().HaveCount(isTold ? 1 : 0);
        (seen.Fault is null).Should().Be(isTold);
    }

    private static Task<ActorTreeReply> AskAsync(ActorSystem tool, TransportAddress address, bool withConnected) =>
        tool.Remote.Connect(address).ActorOf(ObservingRoles.ActorsName).AskAsync<ActorTreeReply>(new ActorTreeRequest(withConnected), Eventually.Limit);

    private static ActorSystem Create(ITransport transport, string name)
    {
        var node = new ActorSystem(new ActorSystemOptions
        {
            Node = name,
            Remoting = new RemotingOptions { Transport = transport, Registry = ObservationProtocol.Register(new MessageRegistryBuilder()).Build() },
        });
        node.Spawn(ObservingRoles.Actors(), ObservingRoles.ActorsName);
        return node;
    }
}
