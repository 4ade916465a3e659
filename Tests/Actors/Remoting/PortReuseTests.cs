using System.Collections.Concurrent;
using FedActors.Actors;
using FedActors.Actors.Remoting;
using FedActors.Actors.Transport;
using FedActors.Actors.Transport.Tcp;
using FedActors.Tests.TestKit;
using FedActors.Tests.TestKit.Remoting;

namespace FedActors.Tests.Actors.Remoting;

public sealed class PortReuseTests
{
    [Fact]
    public async Task Port_TakenByAnotherNode_GetsNothingThatWasForTheFirst()
    {
        var transport = new TcpTransport();
        ActorSystem first = TestNodes.Create(transport, "first");
        first.SpawnEcho();
        TransportAddress address = await first.Remote.ListenAsync(TestNodes.AnyPort);
        await using ActorSystem client = TestNodes.Create(transport, "client", Patient);
        RemoteNode node = client.Remote.Connect(address);
        await node.ActorOf("echo").AskAsync<Numbered>(new Numbered(1), Eventually.Limit);
        Task<ConnectFailed> failed = client.NextAsync<ConnectFailed>(fault => fault.Reason.Contains("another node has taken its address"));

        await first.DisposeAsync();
        await using ActorSystem second = TestNodes.Create(transport, "second");
        var got = new ConcurrentQueue<object>();
        second.SpawnSink("echo", got.Enqueue);
        await second.Remote.ListenAsync(address);
        node.ActorOf("echo").Tell(new Numbered(2));

        (await failed.Limit()).Reason.Should().Contain("second answers where first was");
        node.IsConnected.Should().BeFalse();
        got.Should().BeEmpty();
    }

    private static RemotingOptions Patient(RemotingOptions options) => options with { ReconnectGrace = Eventually.Limit };
}
