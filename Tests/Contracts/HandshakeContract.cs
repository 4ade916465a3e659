using FedActors.Actors;
using FedActors.Actors.Remoting;
using FedActors.Actors.Remoting.Frames;
using FedActors.Actors.Serialization;
using FedActors.Actors.Transport;
using FedActors.Tests.TestKit;
using FedActors.Tests.TestKit.Remoting;
using Microsoft.Extensions.Logging;

namespace FedActors.Tests.Contracts;

/// <summary>Who is let in. Each refusal is told to the refused side, counted, and costs nobody else anything.</summary>
public abstract class HandshakeContract
{
    protected abstract ITransport Transport { get; }

    [Fact]
    public async Task Dialer_OfAnotherVersion_IsToldBothVersions()
    {
        await using ActorSystem server = TestNodes.Create(Transport, "server");
        await using RawPeer peer = await RawPeer.DialAsync(Transport, await server.Remote.ListenAsync(TestNodes.AnyPort));

        await peer.SendAsync((ref MessagePackWriter writer) => (RawPeer.Greeting("peer") with { Version = 99 }).Write(ref writer, FrameKind.Hello));

        Refusal refusal = await peer.ReadRefusalAsync();
        refusal.Code.Should().Be(RefusalCode.Protocol);
        refusal.Text.Should().Contain("99").And.Contain($"version {Greeting.CurrentVersion}");
        server.Remote.Refused.Should().Be(1);
    }

    [Fact]
    public async Task Dialer_WithTheListenersName_IsRefused()
    {
        // Of one incarnation they would be one process: the clock need not move between the two.
        await using ActorSystem server = TestNodes.Create(Transport, "same", system: options => options with { Incarnation = 1 });
        await using ActorSystem client = TestNodes.Create(Transport, "same", system: options => options with { Incarnation = 2 });

        (await FaultAsync(client, server)).Should().Contain("Both nodes call themselves same");
        server.Remote.Refused.Should().BePositive();
    }

    [Fact]
    public async Task Dialer_WithAnotherMessageUnderAnId_IsToldWhichOne()
    {
        await using ActorSystem server = TestNodes.Create(Transport, "server");
        await using ActorSystem client = TestNodes.Create(
            Transport, "client", options => options with { Registry = new MessageRegistryBuilder().Add<OtherNumbered>().Build() });

        (await FaultAsync(client, server)).Should().Contain($"{Numbered.TypeId} is Numbered on server");
    }

    [Fact]
    public async Task Dialer_NotAdmitted_IsToldWhyAndOthersGetIn()
    {
        await using ActorSystem server = TestNodes.Create(
            Transport, "server", options => options with { Admit = (node, _) => node == "stranger" ? "strangers stay outside" : null });
        server.SpawnEcho();
        await using ActorSystem stranger = TestNodes.Create(Transport, "stranger");
        await using ActorSystem friend = TestNodes.Create(Transport, "friend");
        Task<ConnectFailed> failed = stranger.NextAsync<ConnectFailed>();
        TransportAddress address = await server.Remote.ListenAsync(TestNodes.AnyPort);
        stranger.Remote.Connect(address);

        (await failed.Limit()).Reason.Should().Contain("strangers stay outside");
        ActorRef echo = friend.Remote.Connect(address).ActorOf("echo");
        (await echo.AskAsync<Numbered>(new Numbered(1), Eventually.Limit)).Number.Should().Be(1);
        server.Remote.ConnectedNodes.Should().Equal("friend");
    }

    [Fact]
    public async Task Dialer_Silent_IsGivenUpAtTheDeadlineAndHoldsUpNobody()
    {
        var clock = new ManualTimeProvider();
        ActorSystem server = TestNodes.Create(Transport, "server", system: options => options with { Time = clock });
        server.SpawnEcho();
        TransportAddress address = await server.Remote.ListenAsync(TestNodes.AnyPort);
        await using RawPeer silent = await RawPeer.DialAsync(Transport, address);
        await using ActorSystem client = TestNodes.Create(Transport, "client");
        (await client.Remote.Connect(address).ActorOf("echo").AskAsync<Numbered>(new Numbered(1), Eventually.Limit)).Number.Should().Be(1);
        Task<PeerRefused> refused = server.NextAsync<PeerRefused>();

        await Eventually.WhileAdvancing(clock, TimeSpan.FromSeconds(1), refused);

        (await refused).Reason.Should().Contain("handshake");
        await silent.WhenHungUpAsync();
        await client.DisposeAsync();
        await server.DisposeAsync();
    }

    [Fact]
    public async Task Dialer_AnnouncingALongerGreetingThanThereCanBe_IsRefusedBeforeThatHasCome()
    {
        await using ActorSystem server = TestNodes.Create(Transport, "server", system: options => options with { Time = new ManualTimeProvider() });
        await using RawPeer peer = await RawPeer.DialAsync(Transport, await server.Remote.ListenAsync(TestNodes.AnyPort));
        Task<PeerRefused> refused = server.NextAsync<PeerRefused>();

        await peer.SendBytesAsync([0, 1, 0, 1]);

        (await refused.Limit()).Reason.Should().Contain("A frame of 65537 bytes was announced; 1 to 65536 are allowed.");
        await peer.WhenHungUpAsync();
    }

    [Fact]
    public async Task Listener_ThatTakesTheGreetingAndSaysNothing_IsGivenUpAtTheDeadline()
    {
        var clock = new ManualTimeProvider();
        TimeSpan deadline = RemotingLimits.Default.HandshakeTimeout;
        await using ITransportListener listener = await Transport.ListenAsync(TestNodes.AnyPort);
        await using ActorSystem client = TestNodes.Create(Transport, "client", system: options => options with { Time = clock });
        Task<ConnectFailed> failed = client.NextAsync<ConnectFailed>();
        client.Remote.Connect(listener.Address);
        ITransportConnection connection = (await listener.AcceptAsync().Limit())!;
        await using var silent = new RawPeer(connection);
        await connection.OpenAsync();
        await silent.ReadFrameAsync();

        clock.Advance(deadline - TimeSpan.FromMilliseconds(1));
        failed.IsCompleted.Should().BeFalse();
        clock.Advance(TimeSpan.FromMilliseconds(1));

        (await failed.Limit()).Reason.Should().Be($"no answer within {deadline.TotalSeconds} s");
        await silent.WhenHungUpAsync();
    }

    /// <summary>Of two nodes that dial each other at once one hangs up, and people were warned of a refusal.</summary>
    [Fact]
    public async Task Dialer_ThatHangsUpBeforeItSpoke_IsCountedAndNobodyIsWarned()
    {
        using CollectedLog log = new();
        await using ActorSystem server = TestNodes.Create(Transport, "server", system: options => options with { LoggerFactory = log });
        TransportAddress address = await server.Remote.ListenAsync(TestNodes.AnyPort);
        Task<PeerRefused> refused = server.NextAsync<PeerRefused>();

        await (await RawPeer.DialAsync(Transport, address)).DisposeAsync();

        (await refused.Limit()).Cause.Should().Be(RefusalCause.Broken);
        server.Remote.Refused.Should().Be(1);
        log.Lines.Should().Contain(line => line.EventId == 1028).And.NotContain(line => line.Level >= LogLevel.Warning);
    }

    [Fact]
    public async Task Dialers_SilentInAllPlaces_GiveWayToAnHonestOne()
    {
        // Whoever came when all places were taken used to be refused, so that a few hundred silent connections kept everybody out.
        RemotingLimits few = RemotingLimits.Default with { MaxHandshakes = 2, HandshakePatience = TimeSpan.FromMilliseconds(50) };
        await using ActorSystem server = TestNodes.Create(Transport, "server", options => options with { Limits = few });
        server.SpawnEcho();
        TransportAddress address = await server.Remote.ListenAsync(TestNodes.AnyPort);
        Task<PeerRefused> refused = server.NextAsync<PeerRefused>();
        await using RawPeer first = await RawPeer.DialAsync(Transport, address);
        await using RawPeer second = await RawPeer.DialAsync(Transport, address);
        await using ActorSystem client = TestNodes.Create(Transport, "client");

        (await client.Remote.Connect(address).ActorOf("echo").AskAsync<Numbered>(new Numbered(1), Eventually.Limit)).Number.Should().Be(1);

        (await refused.Limit()).Should().Match<PeerRefused>(peer => peer.Cause == RefusalCause.Crowded && peer.Reason.Contains("gave way"));
    }

    [Fact]
    public async Task Message_OverTheReceiversLimit_FailsAloneAtTheSender()
    {
        await using ActorSystem server = TestNodes.Create(
            Transport, "server", options => options with { Limits = RemotingLimits.Default with { MaxMessageBytes = 100_000 } });
        await using ActorSystem client = TestNodes.Create(Transport, "client");
        server.SpawnEcho();
        RemoteNode node = client.Remote.Connect(await server.Remote.ListenAsync(TestNodes.AnyPort));
        ActorRef echo = node.ActorOf("echo");
        await echo.AskAsync<Numbered>(new Numbered(1), Eventually.Limit);

        Func<Task> send = async () => await echo.TellAsync(new Blob(new float[50_000]));

        await send.Should().ThrowAsync<MessageTooLargeException>();
        (await echo.AskAsync<Numbered>(new Numbered(2), Eventually.Limit)).Number.Should().Be(2);
        server.Remote.Refused.Should().Be(0);
    }

    [Fact]
    public async Task Message_OfATypeThatTheReceiverDoesNotKnow_FailsItsQuestionAndNothingElse()
    {
        await using ActorSystem server = TestNodes.Create(
            Transport, "server", options => options with { Registry = new MessageRegistryBuilder().Add<Numbered>().Build() });
        await using ActorSystem client = TestNodes.Create(Transport, "client");
        server.SpawnEcho();
        ActorRef echo = client.Remote.Connect(await server.Remote.ListenAsync(TestNodes.AnyPort)).ActorOf("echo");

        Func<Task> ask = () => echo.AskAsync<Blob>(new Blob([1]), Eventually.Limit);

        (await ask.Should().ThrowAsync<AskFailedException>()).WithMessage($"*{Blob.TypeId}*");
        (await echo.AskAsync<Numbered>(new Numbered(2), Eventually.Limit)).Number.Should().Be(2);
    }

    [Fact]
    public async Task Question_ThatNobodyCanAnswer_FailsLongBeforeItsDeadline()
    {
        await using ActorSystem server = TestNodes.Create(Transport, "server");
        await using ActorSystem client = TestNodes.Create(Transport, "client");
        server.Spawn(Props.FromBehaviour((_, _) => throw new InvalidOperationException("out of order")), "broken");
        RemoteNode node = client.Remote.Connect(await server.Remote.ListenAsync(TestNodes.AnyPort));
        TimeSpan never = TimeSpan.FromDays(1);

        Func<Task> nobody = () => node.ActorOf("nobody").AskAsync<Numbered>(new Numbered(1), never).Limit();
        Func<Task> broken = () => node.ActorOf("broken").AskAsync<Numbered>(new Numbered(1), never).Limit();

        (await nobody.Should().ThrowAsync<AskFailedException>()).WithMessage("*server/nobody*NoSuchActor*");
        (await broken.Should().ThrowAsync<AskFailedException>()).WithMessage("*out of order*");
    }

    private static async Task<string> FaultAsync(ActorSystem client, ActorSystem server)
    {
        Task<ConnectFailed> failed = client.NextAsync<ConnectFailed>();
        RemoteNode node = client.Remote.Connect(await server.Remote.ListenAsync(TestNodes.AnyPort));
        string reason = (await failed.Limit()).Reason;
        node.LastFault.Should().NotBeNull();
        node.IsConnected.Should().BeFalse();
        return reason;
    }
}
