using System.Collections.Concurrent;
using FedActors.Actors;
using FedActors.Actors.Remoting;
using FedActors.Actors.Transport;
using FedActors.Actors.Transport.Tcp;
using FedActors.Tests.TestKit;
using FedActors.Tests.TestKit.Remoting;
using Xunit.Abstractions;

namespace FedActors.Tests.Actors.Remoting;

public sealed class PortReuseTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Port_TakenByAnotherNode_GetsNothingThatWasForTheFirst()
    {
        var transport = new TcpTransport();
        ActorSystem first = TestNodes.Create(transport, "first");
        first.SpawnEcho();
        TransportAddress address = await first.Remote.ListenAsync(new TransportAddress(OwnLoopback.Of(nameof(PortReuseTests)), 0));
        await using ActorSystem client = TestNodes.Create(transport, "client", Patient);
        RemoteNode node = client.Remote.Connect(address);
        await node.ActorOf("echo").AskAsync<Numbered>(new Numbered(1), Eventually.Limit);
        Task<ConnectFailed> failed = client.NextAsync<ConnectFailed>(fault => fault.Reason.Contains("another node has taken its address"));

        await first.DisposeAsync();
        await using ActorSystem second = TestNodes.Create(transport, "second");
        var got = new ConcurrentQueue<object>();
        second.SpawnSink("echo", got.Enqueue);
        await second.Remote.ListenAsync(address);
        using var recovery = new RecoveryWatch(output, "another node took the port");
        node.ActorOf("echo").Tell(new Numbered(2));

        (await failed.Limit()).Reason.Should().Contain("second answers where first was");

        // The pause that has begun when the other listens is at most the longest.
        recovery.Noticed(RemotingDefaults.MaxReconnectDelay);
        node.IsConnected.Should().BeFalse();
        got.Should().BeEmpty();
    }

    private static readonly RemotingOptions RemotingDefaults = new() { Transport = null!, Registry = TestNodes.Registry };

    private static RemotingOptions Patient(RemotingOptions options) => options with { ReconnectGrace = Eventually.Limit };
}
