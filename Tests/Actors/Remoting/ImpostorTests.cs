using FedActors.Actors;
using FedActors.Actors.Remoting;
using FedActors.Actors.Remoting.Frames;
using FedActors.Actors.Serialization;
using FedActors.Actors.Transport;
using FedActors.Actors.Transport.Memory;
using FedActors.Actors.Transport.Tcp;
using FedActors.Tests.TestKit;
using FedActors.Tests.TestKit.Remoting;
using FedActors.Tests.TestKit.Transport;

namespace FedActors.Tests.Actors.Remoting;

/// <summary>Whoever greets under a connected node's id takes nothing away from it.</summary>
public sealed class ImpostorTests
{
    private const long Unbeatable = long.MaxValue;

    [Theory]
    [InlineData(2, 0)]
    [InlineData(Unbeatable, 0)]
    [InlineData(1, Unbeatable)]
    public async Task Greeting_UnderTheIdOfANodeThatIsAlive_IsRefusedAndTheNodeStays(long incarnation, long linksLost)
    {
        // A mere greeting with a large incarnation used to end the honest node's connection.
        var clock = new ManualTimeProvider();
        var transport = new MemoryTransport();
        ActorSystem server = TestNodes.Create(transport, "server", system: options => options with { Time = clock });
        server.SpawnEcho();
        TransportAddress address = await server.Remote.ListenAsync(TestNodes.AnyPort);
        await using ActorSystem honest = TestNodes.Create(transport, "honest", system: options => options with { Incarnation = 1 });
        ActorRef echo = honest.Remote.Connect(address).ActorOf("echo");
        await echo.AskAsync<Numbered>(new Numbered(1), Eventually.Limit);
        Task<NodeDisconnected> disconnected = honest.NextAsync<NodeDisconnected>();
        await Eventually.True(() => clock.ArmedTimers == 1, "the honest node's handshake gives its limit back just after the connection is in use, and leaves the heartbeat");
        await using RawPeer impostor = await RawPeer.DialAsync(transport, address);
        await impostor.SendAsync((ref MessagePackWriter writer) =>
            (RawPeer.Greeting("honest", incarnation) with { LinksLost = linksLost }).Write(ref writer, FrameKind.Hello));
        Task<Refusal> refusal = impostor.ReadRefusalAsync();
        await Eventually.True(() => clock.ArmedTimers == 3, "the handshake has its limit, and the server looks whether the honest node is alive");

        // A heartbeat and a half, and no more: the server decides when it gets a thread, and the handshake's limit could pass before that.
        for (int tenths = 0; tenths < 30; tenths++)
        {
            await echo.AskAsync<Numbered>(new Numbered(2), Eventually.Limit);
            clock.Advance(TimeSpan.FromMilliseconds(100));
        }

        (await refusal).Code.Should().Be(RefusalCode.NameTaken);

        // One that does not hang up when it has been refused is cut off, and was counted once more for it.
        Task hungUp = impostor.WhenHungUpAsync();
        await Eventually.TrueAsync(async () =>
        {
            // The honest node goes on talking, however far the clock goes until this is seen.
            await echo.AskAsync<Numbered>(new Numbered(3), Eventually.Limit);
            clock.Advance(TimeSpan.FromMilliseconds(100));
            return hungUp.IsCompleted;
        });
        (await refusal).Text.Should().Contain("two processes use one id, or one poses as the other");
        disconnected.IsCompleted.Should().BeFalse();
        server.Remote.Refused.Should().Be(1);
        await honest.DisposeAsync();
        await server.DisposeAsync();
    }

    [Fact]
    public async Task Greetings_WithoutEndUnderALostNodesId_DoNotKeepItAlive()
    {
        // Each half-open connection used to put the grace off once more.
        var clock = new ManualTimeProvider();
        var transport = new MemoryTransport();
        ActorSystem server = TestNodes.Create(transport, "server", system: options => options with { Time = clock });
        TransportAddress address = await server.Remote.ListenAsync(TestNodes.AnyPort);
        Task<NodeLost> lost = server.NextAsync<NodeLost>();
        RawPeer honest = await RawPeer.DialAsync(transport, address);
        await honest.ShakeHandsAsync("honest", incarnation: 1);
        Task<NodeDisconnected> disconnected = server.NextAsync<NodeDisconnected>();
        await Eventually.True(() => server.Remote.ConnectedNodes.Count == 1);
        await honest.DisposeAsync();
        await disconnected.Limit();
        var halfOpen = new List<RawPeer>();

        while (!lost.IsCompleted)
        {
            halfOpen.Count.Should().BeLessThan(20, "the grace of 2 s is put off by one handshake's 5 s at most, and a greeting comes every second");
            RawPeer peer = await RawPeer.DialAsync(transport, address);
            halfOpen.Add(peer);
            await peer.SendAsync((ref MessagePackWriter writer) => RawPeer.Greeting("honest").Write(ref writer, FrameKind.Hello));
            await peer.ReadFrameAsync();
            clock.Advance(TimeSpan.FromSeconds(1));
        }

        foreach (RawPeer peer in halfOpen)
        {
            await peer.DisposeAsync();
        }

        await server.DisposeAsync();
    }

    [Fact]
    public async Task Node_UnderAnotherCertificate_IsRefusedEvenAfterTheFirstHasGone()
    {
        var certificates = new TestCertificates();
        TcpTransport serving = certificates.Transport();
        TcpTransport first = certificates.Transport(certificates.Credentials(name: "worker-a.example"));
        await using ActorSystem server = TestNodes.Create(serving, "server");
        TransportAddress address = await server.Remote.ListenAsync(TestNodes.AnyPort);
        await using (ActorSystem honest = TestNodes.Create(first, "worker-a", system: options => options with { Incarnation = 1 }))
        {
            await honest.Remote.Connect(address).WhenConnectedAsync().Limit();
        }

        await using ActorSystem impostor = TestNodes.Create(
            certificates.Transport(certificates.Credentials(name: "worker-b.example")), "worker-a", system: options => options with { Incarnation = 2 });
        Task<ConnectFailed> failed = impostor.NextAsync<ConnectFailed>();
        impostor.Remote.Connect(address);
        (await failed.Limit()).Reason.Should().Contain("worker-a is known here by the certificate of CN=worker-a.example, and CN=worker-b.example was shown");

        // The node itself, with a renewed certificate, gets in at once.
        await using ActorSystem reborn = TestNodes.Create(
            certificates.Transport(certificates.Credentials(name: "worker-a.example")), "worker-a", system: options => options with { Incarnation = 3 });
        await reborn.Remote.Connect(address).WhenConnectedAsync().Limit();
    }
}
