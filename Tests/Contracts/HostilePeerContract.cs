using FedActors.Actors;
using FedActors.Actors.Remoting;
using FedActors.Actors.Remoting.Frames;
using FedActors.Actors.Serialization;
using FedActors.Actors.Transport;
using FedActors.Tests.Actors.Serialization;
using FedActors.Tests.TestKit;
using FedActors.Tests.TestKit.Remoting;

namespace FedActors.Tests.Contracts;

/// <summary>Peers that break the protocol, from seeds: each costs its own connection, is counted, and honest peers notice nothing.</summary>
public abstract class HostilePeerContract
{
    private const int Strangers = 150;
    private const int Traitors = 150;

    /// <summary>Short ones may be called long on a slow machine, and few are forgotten while a test goes on.</summary>
    private static readonly RemotingLimits Limits = RemotingLimits.Default with { MaxFutileConnections = 60, FutileConnectionsPerSecond = 1, ShortConnection = Eventually.Limit };

    protected abstract ITransport Transport { get; }

    /// <summary>Whether a connection proves who dialled.</summary>
    protected virtual bool ProvesWho => false;

    [Fact]
    public async Task Strangers_SayingAnything_AreRefusedOneByOneAndCounted()
    {
        await using ActorSystem server = TestNodes.Create(Transport, "server");
        server.SpawnEcho();
        TransportAddress address = await server.Remote.ListenAsync(TestNodes.AnyPort);
        await using ActorSystem honest = TestNodes.Create(Transport, "honest");
        ActorRef echo = honest.Remote.Connect(address).ActorOf("echo");
        await echo.AskAsync<Numbered>(new Numbered(0), Eventually.Limit);
        var random = new SplitMix(11);

        for (int i = 0; i < Strangers; i++)
        {
            await using RawPeer stranger = await RawPeer.DialAsync(Transport, address);

            // A first byte above 0 makes a length over any limit, or wholly unlike a greeting.
            byte[] bytes = random.NextBytes(4 + random.Next(200));
            bytes[0] |= 1;
            await stranger.SendBytesAsync(bytes);
            await stranger.WhenHungUpAsync();
            (await echo.AskAsync<Numbered>(new Numbered(i), Eventually.Limit)).Number.Should().Be(i);
        }

        await Eventually.True(() => server.Remote.Refused == Strangers, "each refusal is counted once");
        server.Remote.ConnectedNodes.Should().Equal("honest");
    }

    [Fact]
    public async Task Peers_BreakingTheProtocolAfterTheHandshake_LoseTheirConnectionAlone()
    {
        await using ActorSystem server = TestNodes.Create(Transport, "server");
        server.SpawnEcho();
        TransportAddress address = await server.Remote.ListenAsync(TestNodes.AnyPort);
        await using ActorSystem honest = TestNodes.Create(Transport, "honest");
        ActorRef echo = honest.Remote.Connect(address).ActorOf("echo");
        await echo.AskAsync<Numbered>(new Numbered(0), Eventually.Limit);
        var random = new SplitMix(12);

        for (int i = 0; i < Traitors; i++)
        {
            await using RawPeer traitor = await RawPeer.DialAsync(Transport, address);
            await traitor.ShakeHandsAsync($"traitor-{i}", incarnation: 1);
            await traitor.SendFrameAsync(Poison(random, i));
            await traitor.WhenHungUpAsync();
            (await echo.AskAsync<Numbered>(new Numbered(i), Eventually.Limit)).Number.Should().Be(i);
        }

        await Eventually.True(() => server.Remote.Refused == Traitors, "each refusal is counted once");
        await Eventually.True(() => server.Remote.ConnectedNodes.SequenceEqual(["honest"]));
    }

    [Fact]
    public async Task Handshake_SaidAgain_IsOutOfPlace()
    {
        await using ActorSystem server = TestNodes.Create(Transport, "server");
        await using RawPeer peer = await RawPeer.DialAsync(Transport, await server.Remote.ListenAsync(TestNodes.AnyPort));
        await peer.ShakeHandsAsync("peer", incarnation: 1);

        await peer.SendAsync((ref MessagePackWriter writer) => RawPeer.Greeting("peer").Write(ref writer, FrameKind.Hello));

        await peer.WhenHungUpAsync();
        await Eventually.True(() => server.Remote.Refused == 1);
    }

    [Fact]
    public async Task Newcomer_WhereAFloodComesFrom_IsLetInInItsTurn()
    {
        using var log = new CollectedLog();
        string node = GetType().Name;
        using var measured = new RecordedMeasurements(node);
        await using ActorSystem server = TestNodes.Create(Transport, node, Paced, options => options with { LoggerFactory = log });
        server.SpawnEcho();
        TransportAddress address = await server.Remote.ListenAsync(TestNodes.AnyPort);
        await using ActorSystem honest = TestNodes.Create(Transport, "honest");
        ActorRef echo = honest.Remote.Connect(address).ActorOf("echo");
        await echo.AskAsync<Numbered>(new Numbered(0), Eventually.Limit);

        await FloodAsync(() => IsSlow(log), _ => BeRefusedAsync(address));
        await using ActorSystem newcomer = TestNodes.Create(Transport, "newcomer");
        (await newcomer.Remote.Connect(address).ActorOf("echo").AskAsync<Numbered>(new Numbered(1), Eventually.Limit)).Number.Should().Be(1);

        measured.Of("fedactors.connections.paced").Should().NotBeEmpty("it had to stand in line");
        (await echo.AskAsync<Numbered>(new Numbered(2), Eventually.Limit)).Number.Should().Be(2);
        log.Lines.Should().ContainSingle(line => line.EventId == 1029);
    }

    [Fact]
    public async Task Newcomer_WithoutAPlaceInTheLine_IsToldNothingAndCounted()
    {
        await using ActorSystem server = TestNodes.Create(
            Transport, "server", options => options with { Limits = Limits with { MaxPacedConnections = 0 } });
        TransportAddress address = await server.Remote.ListenAsync(TestNodes.AnyPort);
        Task<PeerRefused> refused = server.NextAsync<PeerRefused>(refusal => refusal.Cause == RefusalCause.Paced);

        await FloodAsync(() => refused.IsCompleted, _ => BeRefusedAsync(address));

        (await refused.Limit()).Reason.Should().Contain("came to nothing");
    }

    /// <summary>Each costs a whole handshake, and what an actor does besides; none breaks a rule.</summary>
    [Fact]
    public async Task Handshakes_ThatLeadToNothing_AreFutileToo()
    {
        using var log = new CollectedLog();
        await using ActorSystem server = TestNodes.Create(Transport, "server", Paced, options => options with { LoggerFactory = log });
        TransportAddress address = await server.Remote.ListenAsync(TestNodes.AnyPort);

        int before = 0;
        await FloodAsync(() => IsSlow(log) || before == 2 * Limits.MaxFutileConnections, async i =>
        {
            await using RawPeer stranger = await RawPeer.DialAsync(Transport, address);
            await stranger.ShakeHandsAsync($"stranger-{i}", incarnation: 1);
            await Eventually.True(() => server.Remote.ConnectedNodes.Contains($"stranger-{i}"));
            before++;
        });

        before.Should().BeGreaterThanOrEqualTo(Limits.MaxFutileConnections);
        IsSlow(log).Should().Be(!ProvesWho, "whoever has proved who it is may ask once and leave");
        server.Remote.Refused.Should().Be(0);
    }

    private async Task BeRefusedAsync(TransportAddress address)
    {
        try
        {
            await using RawPeer stranger = await RawPeer.DialAsync(Transport, address);
            await stranger.SendBytesAsync([0xff, 0xff, 0xff, 0xff]);
            await stranger.WhenHungUpAsync();
        }
        catch (TransportException)
        {
            // It hung up before there was TLS.
        }
    }

    private static bool IsSlow(CollectedLog log) => log.Lines.Any(line => line.EventId == 1029);

    /// <summary>Attacks one by one until it has an effect. Some are forgotten meanwhile, so how many that takes depends on the machine.</summary>
    private static async Task FloodAsync(Func<bool> until, Func<int, Task> attack)
    {
        long started = TimeProvider.System.GetTimestamp();
        for (int i = 0; !until(); i++)
        {
            TimeProvider.System.GetElapsedTime(started).Should().BeLessThan(Eventually.Limit, "the flood has an effect");
            await attack(i);
        }
    }

    private static RemotingOptions Paced(RemotingOptions options) => options with { Limits = Limits };

    /// <summary>Frames whole in themselves and wrong in what they say.</summary>
    private static byte[] Poison(SplitMix random, int kind) => (kind % 10) switch
    {
        0 => [0xc1],
        1 => [.. Enumerable.Repeat((byte)0x91, 1000)],
        2 => Frame(200),
        3 => Frame((int)FrameKind.Received, (1L << 40) + random.Next(1000)),
        4 => Frame((int)FrameKind.Credit, 1 << 20),
        5 => Frame((int)FrameKind.Chunk, 7, 7),
        6 => Frame((int)FrameKind.Watch),
        7 => Frame((int)FrameKind.Ready),
        8 => Truncated(random),
        _ => Body(random),
    };

    private static byte[] Frame(params long[] fields) => Encode.With((ref MessagePackWriter writer) =>
    {
        writer.WriteArrayHeader(fields.Length);
        foreach (long field in fields)
        {
            writer.Write(field);
        }
    });

    /// <summary>A message whose body is of another type than it says.</summary>
    private static byte[] Body(SplitMix random) => Encode.With((ref MessagePackWriter writer) =>
    {
        MessageFrame.Write(ref writer, FrameKind.Message, new ActorPath("server", "echo", 0), new Envelope(new object()), Numbered.TypeId, further: 1);
        writer.Write($"no number, {random.Next(1000)}");
    });

    private static byte[] Truncated(SplitMix random)
    {
        byte[] whole = Encode.With((ref MessagePackWriter writer) =>
        {
            MessageFrame.Write(ref writer, FrameKind.Message, new ActorPath("server", "echo", 0), new Envelope(new object()), Numbered.TypeId, further: 1);
            new Numbered(1 << 20).Write(ref writer);
        });
        return whole[..(2 + random.Next(whole.Length - 2))];
    }
}
