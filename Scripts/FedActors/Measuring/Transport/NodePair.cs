using FedActors.Actors;
using FedActors.Actors.Remoting;
using FedActors.Actors.Serialization;
using FedActors.Actors.Transport;
using FedActors.Actors.Transport.Tcp;

namespace FedActors.Scripts.Measuring.Transport;

/// <summary>Two nodes in this process, connected over loopback, as in other runtimes' benchmarks of their remoting.</summary>
internal sealed class NodePair : IAsyncDisposable
{
    // Questions do not wait for room, and some large ones are under way at once.
    private static readonly RemotingLimits Limits = RemotingLimits.Default with { MaxQueuedBytes = 64 * 1024 * 1024 };
    private readonly RemoteNode _node;

    private NodePair(ActorSystem client, ActorSystem server, RemoteNode node)
    {
        Client = client;
        Server = server;
        _node = node;
    }

    /// <summary>The messages of the measurements.</summary>
    public static MessageRegistry Registry { get; } = new MessageRegistryBuilder().Add<Ball>().Add<Model>().Add<KeptModel>().Build();

    /// <summary>The node that asks and throws.</summary>
    public ActorSystem Client { get; }

    /// <summary>Where the node that answers listens.</summary>
    public TransportAddress Address => _node.Address;

    /// <summary>The node that answers.</summary>
    public ActorSystem Server { get; }

    public static async Task<NodePair> ConnectAsync(bool tls, TimeProvider time, CancellationToken cancellationToken, bool lowLatency = false)
    {
        TcpTransportOptions options = tls ? LoopbackCertificates.TransportOptions(time) : new TcpTransportOptions { Time = time };
        ITransport transport = new TcpTransport(options with { LowLatency = lowLatency });
        var remoting = new RemotingOptions { Transport = transport, Registry = Registry, Limits = Limits };
        var server = new ActorSystem(new ActorSystemOptions { Node = "server", Time = time, Remoting = remoting });
        var client = new ActorSystem(new ActorSystemOptions { Node = "client", Time = time, Remoting = remoting });
        TransportAddress address = await server.Remote.ListenAsync(new TransportAddress("127.0.0.1", 0), cancellationToken).ConfigureAwait(false);
        RemoteNode node = client.Remote.Connect(address);
        await node.WhenConnectedAsync(cancellationToken).ConfigureAwait(false);
        return new NodePair(client, server, node);
    }

    /// <summary>Makes an actor on the server.</summary>
    /// <returns>The client's reference to it.</returns>
    public ActorRef SpawnThere(Func<Actor> create, string name)
    {
        Server.Spawn(Props.Create(create), name);
        return _node.ActorOf(name);
    }

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync().ConfigureAwait(false);
        await Server.DisposeAsync().ConfigureAwait(false);
    }
}
