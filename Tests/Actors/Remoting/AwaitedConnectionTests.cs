using System.Buffers;
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

/// <summary>Who awaits a connection hears of one, whatever became of the first, or of the state that was made for the address.</summary>
public sealed class AwaitedConnectionTests
{
    private readonly MemoryTransport _transport = new();

    [Fact]
    public async Task Connection_ThatEndedBeforeAnybodyWasToldOfIt_LeavesTheNextToBeAwaited()
    {
        await using ITransportListener listener = await _transport.ListenAsync(TestNodes.AnyPort);
        await using ActorSystem client = TestNodes.Create(_transport, "client");
        Task<NodeDisconnected> gone = client.NextAsync<NodeDisconnected>();

        Task<string> connected = client.Remote.Connect(listener.Address).WhenConnectedAsync();
        await WelcomeAndHangUpAsync((await listener.AcceptAsync().Limit())!);
        await gone.Limit();
        ITransportConnection second = (await listener.AcceptAsync().Limit())!;
        await using var server = new RawPeer(second);
        await server.ReadFrameAsync();
        await server.SendAsync(Welcome);

        (await connected.Limit()).Should().Be("server");
    }

    [Fact]
    public async Task Address_OfANodeThatIsConnectedAlready_IsConnected()
    {
        await using ActorSystem server = TestNodes.Create(_transport, "server");
        await using ActorSystem client = TestNodes.Create(_transport, "client");
        TransportAddress address = await server.Remote.ListenAsync(TestNodes.AnyPort);
        await server.Remote.Connect(await client.Remote.ListenAsync(TestNodes.AnyPort)).WhenConnectedAsync().Limit();

        string node = await client.Remote.Connect(address).WhenConnectedAsync().Limit();

        node.Should().Be("server");
    }

    [Fact]
    public async Task Address_OfANodeThatOnceDialledThisOne_IsAwaitedUntilItIsConnected()
    {
        var breakable = new BreakableTransport(_transport);
        await using ActorSystem client = TestNodes.Create(_transport, "client");
        TransportAddress own = await client.Remote.ListenAsync(TestNodes.AnyPort);
        Task<NodeDisconnected> gone = client.NextAsync<NodeDisconnected>();
        await using ActorSystem server = TestNodes.Create(breakable, "server");
        TransportAddress address = await server.Remote.ListenAsync(TestNodes.AnyPort);
        await server.Remote.Connect(own).WhenConnectedAsync().Limit();
        await Eventually.True(() => client.Remote.ConnectedNodes.Contains("server"), "who dials knows before who is dialled");
        breakable.Refuse(true);
        breakable.BreakAll();
        await gone.Limit();

        string node = await client.Remote.Connect(address).WhenConnectedAsync().Limit();

        node.Should().Be("server");
    }

    [Fact]
    public async Task Connection_OfANodeThatStops_IsAwaitedNoLonger()
    {
        await using ITransportListener silent = await _transport.ListenAsync(TestNodes.AnyPort);
        ActorSystem client = TestNodes.Create(_transport, "client");
        RemoteNode node = client.Remote.Connect(silent.Address);
        Task<string> before = node.WhenConnectedAsync();

        await client.StopAsync().Limit();

        await FluentActions.Awaiting(() => before.Limit()).Should().ThrowAsync<ObjectDisposedException>();
        (await FluentActions.Awaiting(() => node.WhenConnectedAsync().Limit()).Should().ThrowAsync<ObjectDisposedException>())
            .Which.Message.Should().Contain("client has stopped");
    }

    /// <summary>It went on within the stop, which then waited for it as it did for the stop.</summary>
    [Fact]
    public async Task Connection_OfANodeThatStops_LetsWhoAwaitedItWaitForTheStopOnItsThread()
    {
        await using ITransportListener silent = await _transport.ListenAsync(TestNodes.AnyPort);
        ActorSystem client = TestNodes.Create(_transport, "client");
        RemoteNode node = client.Remote.Connect(silent.Address);
        using ManualResetEventSlim stopped = new();

        // On no context: it goes on where the wait is ended.
        Task<bool>[] waiting = await Task.Run(() => new[] { AwaitAndStopAsync(node, client, stopped) });
        await client.StopAsync().Limit();

        (await waiting[0].Limit()).Should().BeTrue();
    }

    /// <returns>Whether the node's end came while it was waited for on this thread.</returns>
    private static async Task<bool> AwaitAndStopAsync(RemoteNode node, ActorSystem client, ManualResetEventSlim stopped)
    {
        try
        {
            await node.WhenConnectedAsync();
            return false;
        }
        catch (ObjectDisposedException)
        {
            _ = client.StopAsync().ContinueWith(_ => stopped.Set(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            return stopped.Wait(Eventually.Limit);
        }
    }

    /// <summary>Everything is there at once, the end included, and nothing can be said: the connection ends as soon as it is in use.</summary>
    private static async Task WelcomeAndHangUpAsync(ITransportConnection connection)
    {
        await new RawPeer(connection).ReadFrameAsync();
        await connection.Input.CompleteAsync();
        connection.Output.Write(RawPeer.Frame(Welcome));
        await connection.FinishAsync();
    }

    private static void Welcome(ref MessagePackWriter writer) =>
        (RawPeer.Greeting("server") with { Session = new SessionMemory(1, 0, 0) }).Write(ref writer, FrameKind.Welcome);
}
