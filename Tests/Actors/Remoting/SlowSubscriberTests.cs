using FedActors.Actors;
using FedActors.Actors.Remoting;
using FedActors.Actors.Remoting.Frames;
using FedActors.Actors.Serialization;
using FedActors.Actors.Testing;
using FedActors.Actors.Transport;
using FedActors.Actors.Transport.Memory;
using FedActors.Tests.TestKit;
using FedActors.Tests.TestKit.Remoting;

namespace FedActors.Tests.Actors.Remoting;

/// <summary>A subscriber that takes long when it is told that a node is away keeps the node waiting, who is not at fault.</summary>
public sealed class SlowSubscriberTests
{
    private const int Early = 6;
    private const int ListenerIsSlow = 1029;
    private const int TellingIsLong = 1031;

    /// <summary>Its handshake ran into its limit, was counted as slow, and charged to its address.</summary>
    [Fact]
    public async Task Node_BackWhileASubscriberTakesLong_IsToldSoAndNotChargedForIt()
    {
        var clock = new ManualTimeProvider();
        var transport = new MemoryTransport();
        using CollectedLog log = new();
        using ManualResetEventSlim mayGoOn = new();
        TaskCompletionSource held = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using ActorSystem server = TestNodes.Create(
            transport,
            "server",
            options => options with { Limits = options.Limits with { MaxFutileConnections = Early / 2, FutileConnectionsPerSecond = 1 } },
            options => options with { Time = clock, LoggerFactory = log });
        server.Events.Subscribe<NodeDisconnected>(_ =>
        {
            held.TrySetResult();
            mayGoOn.Wait(Eventually.Limit).Should().BeTrue();
        });
        TransportAddress address = await server.Remote.ListenAsync(TestNodes.AnyPort);
        await using (RawPeer first = await RawPeer.DialAsync(transport, address))
        {
            await first.ShakeHandsAsync("node", 1);
            await Eventually.True(() => clock.NextDue == clock.SteadyNow + TimeSpan.FromSeconds(2) && clock.ArmedTimers == 1, "the handshake has given its limit back, and left the heartbeat");
        }

        await held.Task.Limit();
        List<RawPeer> early = [];
        for (int i = 0; i < Early; i++)
        {
            early.Add(await RawPeer.DialAsync(transport, address));
            await early[i].SendAsync((ref MessagePackWriter writer) => RawPeer.Greeting("node").Write(ref writer, FrameKind.Hello));
        }

        await Eventually.True(() => clock.ArmedTimers > 2 * Early, "each has the handshake's limit and a shorter one, and the telling has one");
        clock.Advance(TimeSpan.FromSeconds(2.5));
        foreach (RawPeer peer in early)
        {
            Refusal refusal = await peer.ReadRefusalAsync();
            refusal.Code.Should().Be(RefusalCode.StillTelling);
            refusal.Text.Should().Contain("still telling its subscribers that node is away");
            await peer.DisposeAsync();
        }

        log.Lines.Should().NotContain(line => line.EventId == ListenerIsSlow).And.ContainSingle(line => line.EventId == TellingIsLong);
        mayGoOn.Set();
        Task<NodeConnected> back = server.NextAsync<NodeConnected>();
        await using RawPeer late = await RawPeer.DialAsync(transport, address);
        await late.ShakeHandsAsync("node", 1);
        await back.Limit();
    }
}
