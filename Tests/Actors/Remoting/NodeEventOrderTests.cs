using System.Collections.Concurrent;
using FedActors.Actors;
using FedActors.Actors.Remoting;
using FedActors.Actors.Transport.Memory;
using FedActors.Tests.TestKit;
using FedActors.Tests.TestKit.Remoting;
using FedActors.Tests.TestKit.Transport;

namespace FedActors.Tests.Actors.Remoting;

/// <summary>Whoever is told that a node is away, or is lost, is told so before it hears that the node is back, however long somebody else takes to hear of it.</summary>
public sealed class NodeEventOrderTests
{
    private readonly BreakableTransport _transport = new(new MemoryTransport());
    private readonly ConcurrentQueue<Type> _told = new();

    /// <summary>It was told of the end of a connection after it was told of the next one, and believed from then on that the node was away.</summary>
    [Fact]
    public Task Node_BackWhileItsDisconnectionIsToldOf_IsToldToBeBackLast() =>
        ShouldBeToldInOrder<NodeDisconnected>(Eventually.Limit, typeof(NodeConnected), typeof(NodeDisconnected), typeof(NodeConnected));

    [Fact]
    public Task Node_BackWhileItsLossIsToldOf_IsToldToBeBackLast() =>
        ShouldBeToldInOrder<NodeLost>(TimeSpan.FromMilliseconds(1), typeof(NodeConnected), typeof(NodeDisconnected), typeof(NodeLost), typeof(NodeConnected));

    /// <summary>Holds the thread that tells of <typeparamref name="T"/> until the node is back, or its handshake has been given up for having waited too long.</summary>
    private async Task ShouldBeToldInOrder<T>(TimeSpan grace, params Type[] order)
        where T : class
    {
        await using ActorSystem server = TestNodes.Create(_transport, "server", options => options with
        {
            HeartbeatInterval = TimeSpan.FromMilliseconds(200),
            ReconnectGrace = grace,
            Limits = options.Limits with { HandshakeTimeout = TimeSpan.FromMilliseconds(500) },
        });
        using ManualResetEventSlim mayGoOn = new();
        TaskCompletionSource held = new(TaskCreationOptions.RunContinuationsAsynchronously);
        server.Events.Subscribe<T>(_ =>
        {
            held.TrySetResult();
            mayGoOn.Wait(Eventually.Limit).Should().BeTrue();
        });
        Note<NodeConnected>(server);
        Note<NodeDisconnected>(server);
        Note<NodeLost>(server);
        await using ActorSystem client = TestNodes.Create(_transport, "client");
        await client.Remote.Connect(await server.Remote.ListenAsync(TestNodes.AnyPort)).WhenConnectedAsync().Limit();
        await Eventually.True(() => _told.Count == 1, "who dials knows before who is dialled has told of it, and the next connection is what is awaited from here on");
        Task back = server.NextAsync<NodeConnected>();
        Task gaveUp = server.NextAsync<PeerRefused>(refused => refused.Cause == RefusalCause.StillTelling);

        _transport.Refuse(true);
        _transport.BreakAll();
        await held.Task.Limit();
        _transport.Refuse(false);
        await Task.WhenAny(back, gaveUp).Limit();
        mayGoOn.Set();

        await back.Limit();
        await Eventually.True(() => _told.Count >= order.Length);
        _told.Should().Equal(order);
    }

    private void Note<T>(ActorSystem system)
        where T : class =>
        system.Events.Subscribe<T>(_ => _told.Enqueue(typeof(T)));
}
