using FedActors.Actors;
using FedActors.Actors.Remoting;
using FedActors.Actors.Remoting.Frames;
using FedActors.Actors.Serialization;
using FedActors.Actors.Transport;
using FedActors.Actors.Transport.Memory;
using FedActors.Tests.TestKit;
using FedActors.Tests.TestKit.Remoting;
using FedActors.Tests.TestKit.Transport;

namespace FedActors.Tests.Actors.Remoting;

/// <summary>A node that comes back waits for the end of the connection that it has lost.</summary>
public sealed class FormerConnectionTests
{
    /// <summary>It was waited for without an end, and the handshake kept its place among those that may shake hands at once.</summary>
    [Fact]
    public async Task Handshake_WhoseFormerConnectionDoesNotEnd_IsOverInItsTime()
    {
        ManualTimeProvider clock = new();
        MemoryTransport memory = new();
        BreakableTransport transport = new(memory);
        TaskCompletionSource mayClose = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using ActorSystem server = TestNodes.Create(transport, "server", system: options => options with { Time = clock });
        TransportAddress address = await server.Remote.ListenAsync(TestNodes.AnyPort);
        await using RawPeer former = await RawPeer.DialAsync(memory, address);
        await former.ShakeHandsAsync("peer", incarnation: 1);
        await Eventually.True(() => clock.NextDue == clock.SteadyNow + TimeSpan.FromSeconds(2) && clock.ArmedTimers == 1, "the handshake has given its limit back, and left the heartbeat");
        Task<PeerRefused> refused = server.NextAsync<PeerRefused>();
        transport.HoldClosing(mayClose.Task);
        try
        {
            await using RawPeer back = await RawPeer.DialAsync(memory, address);
            await back.SendAsync((ref MessagePackWriter writer) => (RawPeer.Greeting("peer") with { LinksLost = 1 }).Write(ref writer, FrameKind.Hello));
            await Eventually.True(() => clock.ArmedTimers == 3, "the handshake has its limit, and the server listens whether the former connection is alive");
            clock.Advance(TimeSpan.FromSeconds(3));
            await Eventually.True(() => transport.Open == 1, "the former connection has been silent for a heartbeat and a half, and is being closed");
            clock.Advance(TimeSpan.FromSeconds(2));

            (await refused.Limit()).Cause.Should().Be(RefusalCause.Slow);
        }
        finally
        {
            mayClose.SetResult();
        }
    }
}
