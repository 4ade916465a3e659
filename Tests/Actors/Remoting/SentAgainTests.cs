using FedActors.Actors;
using FedActors.Actors.Remoting;
using FedActors.Actors.Transport.Memory;
using FedActors.Tests.TestKit;
using FedActors.Tests.TestKit.Remoting;
using FedActors.Tests.TestKit.Transport;

namespace FedActors.Tests.Actors.Remoting;

/// <summary>How what did not arrive goes out on the next connection.</summary>
public sealed class SentAgainTests
{
    private const int Messages = 1000;

    /// <summary>What was sent message by message, and did not arrive, was sent again message by message: a system call for each.</summary>
    [Fact]
    public async Task Sending_AgainOnANewConnection_TakesOneFlushForMuch()
    {
        await using ActorSystem system = TestNodes.Create(new MemoryTransport(), "node");
        var endpoint = new Endpoint(system.Remote, "peer", "peer");
        var target = new RemoteActorRef(endpoint, new ActorPath("peer", "sink", 0));
        var thread = new PumpedContext();
        int sent = 1;
        int flushes = 0;
        var first = new EagerWriter(() =>
        {
            flushes++;
            if (sent < Messages)
            {
                endpoint.Offer(target, new Envelope(new Numbered(sent++)));
            }
        });
        var broken = new LinkSender(endpoint, first, RemotingLimits.Default, RawPeer.Greeting("peer"));
        endpoint.Offer(target, new Envelope(new Numbered(0)));
        using var ended = new CancellationTokenSource();
        Task sending = thread.Begin(() => broken.RunAsync(new EagerConnection(null, first), ended.Token));
        thread.Run();
        await ended.CancelAsync();
        broken.Wake(isAwaited: false);
        thread.RunUntil(sending);
        flushes.Should().Be(Messages);

        endpoint.Outbox.Rewind(0).Should().Be(Messages + 1, "the messages, and a name");
        int again = 0;
        var second = new EagerWriter(() => again++);
        var sender = new LinkSender(endpoint, second, RemotingLimits.Default, RawPeer.Greeting("peer"));
        sender.Close();
        thread.RunUntil(thread.Begin(() => sender.RunAsync(new EagerConnection(null, second), CancellationToken.None)));

        again.Should().BeLessThanOrEqualTo(3, "some 20 kB, and the goodbye");
        endpoint.Outbox.IsWritten.Should().BeTrue();
    }
}
