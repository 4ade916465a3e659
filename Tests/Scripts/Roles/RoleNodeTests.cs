using FedActors.Actors;
using FedActors.Actors.Remoting;
using FedActors.Actors.Transport;
using FedActors.Actors.Transport.Memory;
using FedActors.Scripts.Roles;
using FedActors.Tests.TestKit;
using FedActors.Tests.TestKit.Remoting;

namespace FedActors.Tests.Scripts.Roles;

public sealed class RoleNodeTests
{
    [Fact]
    public async Task ConnectedOrRefused_Connected_HasNoFault()
    {
        var transport = new MemoryTransport();
        await using ActorSystem server = TestNodes.Create(transport, "server");
        await using ActorSystem client = TestNodes.Create(transport, "client");
        RemoteNode node = client.Remote.Connect(await server.Remote.ListenAsync(TestNodes.AnyPort));

        string? fault = await RoleNode.ConnectedOrRefusedAsync(client, node, CancellationToken.None).Limit();

        (fault, node.IsConnected).Should().Be((null, true));
    }

    [Fact]
    public async Task ConnectedOrRefused_NobodyThere_IsTheFault()
    {
        await using ActorSystem client = TestNodes.Create(new MemoryTransport(), "client");
        RemoteNode node = client.Remote.Connect(new TransportAddress("nowhere", 1));

        string? fault = await RoleNode.ConnectedOrRefusedAsync(client, node, CancellationToken.None).Limit();

        fault.Should().Be(node.LastFault).And.NotBeNull();
    }
}
