using FedActors.Actors;
using FedActors.Actors.Remoting;
using FedActors.Actors.Transport;
using FedActors.Actors.Transport.Memory;
using FedActors.Tests.TestKit;
using FedActors.Tests.TestKit.Remoting;

namespace FedActors.Tests.Actors.Refs;

/// <summary>References are equal by the actor that they stand for, however they are compared.</summary>
public sealed class ActorRefEqualityTests
{
    [Fact]
    public async Task References_ToOneActorThatCameByTwoWays_AreEqualByOperatorsToo()
    {
        var transport = new MemoryTransport();
        await using ActorSystem server = TestNodes.Create(transport, "server");
        await using ActorSystem client = TestNodes.Create(transport, "client");
        server.SpawnEcho();
        TransportAddress address = await server.Remote.ListenAsync(TestNodes.AnyPort);
        RemoteNode node = client.Remote.Connect(address);
        await node.WhenConnectedAsync().Limit();

        ActorRef first = node.ActorOf("echo");
        ActorRef second = node.ActorOf("echo");
        ActorRef other = node.ActorOf("other");

        second.Should().NotBeSameAs(first);
        (first == second).Should().BeTrue();
        (first != second).Should().BeFalse();
        first.GetHashCode().Should().Be(second.GetHashCode());
        (first == other).Should().BeFalse();
        (first != other).Should().BeTrue();
    }

    [Fact]
    public async Task NoReference_ComparedToOne_IsEqualToNoneOnly()
    {
        await using var world = new ActorWorld();
        ActorRef actor = world.Spawn("actor", RecordingActor.Props([]));
        ActorRef? none = null;

        (none == null).Should().BeTrue();
        (actor == none).Should().BeFalse();
        (none != actor).Should().BeTrue();
    }
}
