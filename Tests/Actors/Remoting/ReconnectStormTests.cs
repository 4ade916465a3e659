using System.Collections.Concurrent;
using FedActors.Actors;
using FedActors.Actors.Remoting;
using FedActors.Actors.Transport;
using FedActors.Actors.Transport.Tcp;
using FedActors.Tests.TestKit;
using FedActors.Tests.TestKit.Remoting;
using FedActors.Tests.TestKit.Transport;
using Xunit.Abstractions;

namespace FedActors.Tests.Actors.Remoting;

public sealed class ReconnectStormTests(ITestOutputHelper output)
{
    private const int Nodes = 50;
    private const int Each = 400;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Nodes_FiftyThatLoseTheirConnectionsTogetherAgainAndAgain_LoseDoubleAndReorderNothing(bool secure)
    {
        var transport = new BreakableTransport(secure ? new TestCertificates().Transport() : new TcpTransport());
        await using ActorSystem server = TestNodes.Create(transport, "server", Patient);
        var seen = new ConcurrentDictionary<int, List<int>>();
        int count = 0;
        server.SpawnSink("sink", message =>
        {
            int number = ((Numbered)message).Number;
            seen.GetOrAdd(number / Each, _ => []).Add(number % Each);
            if (Interlocked.Increment(ref count) % 2500 == 0)
            {
                transport.BreakAll();
            }
        });
        TransportAddress address = await server.Remote.ListenAsync(TestNodes.AnyPort);
        ActorSystem[] nodes = [.. Enumerable.Range(0, Nodes).Select(i => TestNodes.Create(transport, $"node-{i}", Patient))];
        var gaps = new ConcurrentQueue<TimeSpan>();
        using var lateness = new MachineLateness();
        foreach (ActorSystem node in nodes)
        {
            long lost = 0;
            node.Events.Subscribe<NodeDisconnected>(_ => Volatile.Write(ref lost, TimeProvider.System.GetTimestamp()));
            node.Events.Subscribe<NodeConnected>(_ =>
            {
                if (Interlocked.Exchange(ref lost, 0) is not 0 and var since)
                {
                    gaps.Enqueue(TimeProvider.System.GetElapsedTime(since));
                }
            });
        }

        RemoteNode[] remotes = [.. nodes.Select(node => node.Remote.Connect(address))];

        await Task.WhenAll(remotes.Select(async (remote, i) =>
        {
            ActorRef sink = remote.ActorOf("sink");
            for (int n = 0; n < Each; n++)
            {
                await sink.TellAsync(new Numbered((i * Each) + n));
            }
        }));

        // What is lost, or a node that has given up, ends the wait at once.
        await Eventually.True(() => Volatile.Read(ref count) >= Nodes * Each || nodes.Any(node => node.DeadLetters.Count > 0) || remotes.Any(remote => remote.Completion.IsCompleted));
        nodes.Sum(node => node.DeadLetters.Count).Should().Be(0);
        remotes.Where(remote => remote.Completion.IsCompleted).Select(remote => $"{remote.Completion.Exception}").Should().BeEmpty();
        seen.Should().HaveCount(Nodes);
        seen.Values.Should().OnlyContain(numbers => numbers.SequenceEqual(Enumerable.Range(0, Each)));
        gaps.Should().NotBeEmpty("connections were broken again and again");
        RemotingOptions defaults = new() { Transport = transport, Registry = TestNodes.Registry };
        RecoveryWatch.Check(output, $"{gaps.Count} connections of a storm, {transport.Name}, the slowest", "back", gaps.Max(), defaults.MaxReconnectDelay + defaults.Limits.HandshakeTimeout, lateness);
        foreach (ActorSystem node in nodes)
        {
            await node.DisposeAsync();
        }
    }

    [Fact]
    public async Task Nodes_ThatComeBackTogetherAgainAndAgain_AreNotPaced()
    {
        const int Few = 10;
        const int Times = 6;
        var transport = new BreakableTransport(new TcpTransport());
        using var log = new CollectedLog();
        RemotingLimits strict = RemotingLimits.Default with { MaxFutileConnections = Few + 1, FutileConnectionsPerSecond = 1, ShortConnection = Eventually.Limit };
        await using ActorSystem server = TestNodes.Create(transport, "server", options => Patient(options) with { Limits = strict }, options => options with { LoggerFactory = log });
        int connected = 0;
        using IDisposable connections = server.Events.Subscribe<NodeConnected>(_ => Interlocked.Increment(ref connected));
        TransportAddress address = await server.Remote.ListenAsync(TestNodes.AnyPort);
        ActorSystem[] nodes = [.. Enumerable.Range(0, Few).Select(i => TestNodes.Create(transport, $"node-{i}", Patient))];
        Array.ForEach(nodes, node => node.Remote.Connect(address));

        for (int i = 1; i <= Times; i++)
        {
            await Eventually.True(() => Volatile.Read(ref connected) == i * Few);
            transport.BreakAll();
        }

        await Eventually.True(() => Volatile.Read(ref connected) == (Times + 1) * Few);
        log.Lines.Should().NotContain(line => line.EventId == 1029, "each went on where it was lost");
        await Task.WhenAll(nodes.Select(node => node.DisposeAsync().AsTask()));
    }

    /// <summary>Of two connections between nodes that dial each other one is given up in its handshake, and nobody is at fault.</summary>
    [Fact]
    public async Task Nodes_ThatDialEachOtherAgainAndAgain_AreNotPaced()
    {
        const int Few = 6;
        const int Times = 5;
        var transport = new BreakableTransport(new TcpTransport());
        using var log = new CollectedLog();
        RemotingLimits strict = RemotingLimits.Default with { MaxFutileConnections = 3 * Few, FutileConnectionsPerSecond = 1, ShortConnection = Eventually.Limit };
        ActorSystem[] nodes =
        [
            .. Enumerable.Range(0, Few).Select(i => TestNodes.Create(transport, $"node-{i}", options => Patient(options) with { Limits = strict }, options => options with { LoggerFactory = log })),
        ];
        TransportAddress[] addresses = await Task.WhenAll(nodes.Select(node => node.Remote.ListenAsync(TestNodes.AnyPort)));
        int connected = 0;
        Array.ForEach(nodes, node => node.Events.Subscribe<NodeConnected>(_ => Interlocked.Increment(ref connected)));
        for (int i = 0; i < Few; i++)
        {
            foreach (TransportAddress address in addresses.Where((_, other) => other != i))
            {
                nodes[i].Remote.Connect(address);
            }
        }

        for (int i = 1; i <= Times; i++)
        {
            // Both ends are told.
            await Eventually.True(() => Volatile.Read(ref connected) >= i * Few * (Few - 1));
            transport.BreakAll();
        }

        await Eventually.True(() => nodes.All(node => node.Remote.ConnectedNodes.Count == Few - 1));
        log.Lines.Should().NotContain(line => line.EventId == 1029);
        await Task.WhenAll(nodes.Select(node => node.DisposeAsync().AsTask()));
    }

    /// <summary>The other side forgets a stranger that only greeted, and with it spoke of another session at the next attempt: all that was sent in the first was held for lost.</summary>
    [Fact]
    public async Task Node_WhoseFirstConnectionBreaksBeforeItsReady_LosesNothing()
    {
        var transport = new BreakableTransport(new TcpTransport());
        await using ActorSystem server = TestNodes.Create(transport, "server", Patient);
        var seen = new ConcurrentQueue<int>();
        server.SpawnSink("sink", message => seen.Enqueue(((Numbered)message).Number));
        await using ActorSystem client = TestNodes.Create(transport, "client", Patient);
        var connected = new ConcurrentQueue<NodeConnected>();
        using IDisposable subscription = client.Events.Subscribe<NodeConnected>(node =>
        {
            // This is told before the dialer says Ready.
            connected.Enqueue(node);
            if (connected.Count == 1)
            {
                transport.BreakAll();
            }
        });
        ActorRef sink = client.Remote.Connect(await server.Remote.ListenAsync(TestNodes.AnyPort)).ActorOf("sink");

        for (int i = 0; i < 100; i++)
        {
            sink.Tell(new Numbered(i));
        }

        await Eventually.True(() => seen.Count == 100 || client.DeadLetters.Count > 0);
        client.DeadLetters.Count.Should().Be(0);
        seen.Should().Equal(Enumerable.Range(0, 100));
        connected.Last().Resumed.Should().BeTrue();
    }

    private static RemotingOptions Patient(RemotingOptions options) => options with { ReconnectGrace = Eventually.Limit };
}
