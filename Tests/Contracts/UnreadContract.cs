using FedActors.Actors;
using FedActors.Actors.Cells;
using FedActors.Actors.Remoting;
using FedActors.Actors.Remoting.Frames;
using FedActors.Actors.Serialization;
using FedActors.Actors.Transport;
using FedActors.Tests.Actors.Serialization;
using FedActors.Tests.TestKit;
using FedActors.Tests.TestKit.Remoting;

namespace FedActors.Tests.Contracts;

/// <summary>A node that goes on sending and never shows that it reads is held back; one that reads notices nothing.</summary>
public abstract partial class UnreadContract
{
    /// <summary>Messages that are handled whether their sender reads or not.</summary>
    private const int Free = 64;

    private const int Further = 500;

    /// <summary>Frames that are let on after a pause.</summary>
    private const int Granted = 256;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    /// <summary>Five answers may lie unread at first.</summary>
    private static readonly RemotingLimits Limits = RemotingLimits.Default with { UnreadBytesAtFirst = 1000, MaxFrameBytes = RemotingLimits.LeastFrameBytes, MaxFutileConnections = 4 };

    private readonly ManualTimeProvider _clock = new();
    private int _answered;

    protected abstract ITransport Transport { get; }

    [Fact]
    public async Task Peer_ThatAsksAndDoesNotRead_IsAnsweredNoFurther()
    {
        await using ActorSystem server = Serve();
        await using RawPeer peer = await HeldBackAsync(server);

        await SendAsync(server, peer, Questions(Further));
        await Eventually.True(() => server.Remote.HeldBack == 1);

        await Eventually.True(() => Find(server).Queued == 0);
        Answered.Should().Be(Free);
        server.Remote.ConnectedNodes.Should().Equal("peer");
        server.Remote.Refused.Should().Be(0);
    }

    [Fact]
    public async Task Peer_ThatSaysWhenItIsAskedThatSomeHasArrived_IsAnsweredToTheEnd()
    {
        await using ActorSystem server = Serve();
        await using RawPeer peer = await HeldBackAsync(server);
        await SendAsync(server, peer, Questions(Further));
        await Eventually.True(() => server.Remote.HeldBack == 1);

        // The clock stands still: nothing is let on for having waited.
        int read = 0;
        while (Answered < Free + Further)
        {
            FrameKind kind = KindOf(await peer.ReadFrameAsync());
            read += kind is FrameKind.Brief or FrameKind.Name ? 1 : 0;
            if (kind == FrameKind.WantsReceived)
            {
                await peer.SendBytesAsync(Word(read));
            }
        }

        server.Remote.HeldBack.Should().Be(0);
        server.DeadLetters.Count.Should().Be(0);
    }

    [Fact]
    public async Task Peer_WithMoreBehindThanAFrameMayBeLong_IsLetOnSlowly()
    {
        await using ActorSystem server = Serve();
        await using RawPeer peer = await HeldBackAsync(server);
        byte[] questions = Questions(6000);
        questions.Length.Should().BeGreaterThan(2 * Limits.MaxFrameBytes);

        Task sending = peer.SendBytesAsync(questions);

        // As many each time, and it is looked at every 32 frames.
        for (int turn = 0; turn < 4; turn++)
        {
            int before = Answered;
            await Eventually.True(() => _clock.NextDue - _clock.SteadyNow <= Pause);
            Answered.Should().Be(before, "it waits");
            _clock.Advance(Pause);
            await Eventually.True(() => Answered > before && _clock.NextDue - _clock.SteadyNow <= Pause && HasAnsweredAll(server));
            (Answered - before).Should().BeInRange(Granted, Granted + 32);
        }

        await peer.DisposeAsync();
        await sending;
    }

    [Fact]
    public async Task Peer_ThatSaysGoodbyeWhileItIsHeldBack_HasAllThatItSaidHandled()
    {
        await using ActorSystem server = Serve();
        await using RawPeer peer = await HeldBackAsync(server);

        await peer.SendBytesAsync([.. Questions(Further), .. RawPeer.Frame((ref MessagePackWriter writer) => WriteKind(ref writer, FrameKind.Bye))]);

        await Eventually.True(() => server.Remote.HeldBack == 1);
        Answered.Should().BeLessThan(Free + Further, "not in one piece");
        await Eventually.WhileAdvancing(_clock, Pause, () => Answered == Free + Further);
    }

    [Fact]
    public async Task Peer_ThatSaysAgainAndAgainThatLittleHasArrived_IsAnsweredNoFurther()
    {
        await using ActorSystem server = Serve();
        await using RawPeer peer = await HeldBackAsync(server);
        await SendAsync(server, peer, Questions(Further));
        await Eventually.True(() => server.Remote.HeldBack == 1);
        await ReadAsync(peer, 1);

        await SendAsync(server, peer, [.. Enumerable.Range(0, 100).SelectMany(i => Word(i % 2))]);

        await Eventually.True(() => Find(server).Queued == 0);
        server.Remote.HeldBack.Should().Be(1);
        Answered.Should().Be(Free);
    }

    /// <summary>It may have an actor that is slow, and say nothing for a long time of what is for that one.</summary>
    [Fact]
    public async Task Peer_ThatHasShownThatItReads_IsNotHeldBackAgain()
    {
        await using ActorSystem server = Serve();
        await using RawPeer peer = await HeldBackAsync(server);
        await SendAsync(server, peer, Questions(Further));
        await Eventually.True(() => server.Remote.HeldBack == 1);
        await ReadAsync(peer, Free / 2);

        await SendAsync(server, peer, [.. Word(Free / 2), .. Questions(2 * Further)]);

        await Eventually.True(() => Answered == Free + (3 * Further));
        server.Remote.HeldBack.Should().Be(0);
    }

    [Fact]
    public async Task Peer_WithAChunkHalfSaidWhenItIsToBeHeldBack_MayEndIt()
    {
        await using ActorSystem server = Serve();
        var arrived = new TaskCompletionSource<object>(TaskCreationOptions.RunContinuationsAsynchronously);
        server.SpawnSink("sink", arrived.SetResult);
        await using RawPeer peer = await ConnectAsync(server);
        await AskAsync(server, peer, Free - 1);
        byte[] body = Encode.With(new Blob(new float[10_000]).Write);
        byte[] large = [.. BeginStream("sink", body.Length), .. Chunk(body)];

        await SendAsync(server, peer, large[..^20_000]);
        await SendAsync(server, peer, large[^20_000..]);

        (await arrived.Task.Limit()).Should().BeOfType<Blob>();
        server.Remote.Refused.Should().Be(0);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Peer_HeldBackForLong_LosesItsConnection(bool hasBegunALargeMessage)
    {
        using var log = new CollectedLog();
        await using ActorSystem server = Serve(TimeSpan.FromSeconds(4), log);
        Task<PeerRefused> refused = server.NextAsync<PeerRefused>();
        await using RawPeer peer = await ConnectAsync(server);
        if (hasBegunALargeMessage)
        {
            // With what is held back it cannot go on, so that it is not to blame for that.
            await SendAsync(server, peer, BeginStream("echo", 100_000));
            _clock.Advance(TimeSpan.FromSeconds(3));
        }

        await AskAsync(server, peer);
        await SendAsync(server, peer, Questions(Further));
        await Eventually.True(() => server.Remote.HeldBack == 1);

        // It is looked at every two seconds.
        _clock.Advance(TimeSpan.FromSeconds(4));
        server.Remote.ConnectedNodes.Should().Equal("peer");
        _clock.Advance(TimeSpan.FromSeconds(2));

        (await refused.Limit()).Cause.Should().Be(RefusalCause.Unread);
        (await refused).Reason.Should().MatchRegex("^it went on sending, and for [56] s left unread what it had been sent$");
        await peer.WhenHungUpAsync();
        server.Remote.Refused.Should().Be(1);
        Answered.Should().Be(Free);
        await Eventually.True(() => log.Lines.Any(line => line.EventId == 1029), "it counts as four, and four make this listener slow");
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(3, 1)]
    public async Task Peer_ThatHangsUpWhileItIsHeldBack_IsCountedIfThatWasLong(int seconds, int counted)
    {
        await using ActorSystem server = Serve();
        Task<NodeDisconnected> gone = server.NextAsync<NodeDisconnected>();
        await using RawPeer peer = await HeldBackAsync(server);
        await SendAsync(server, peer, Questions(Further));
        await Eventually.True(() => server.Remote.HeldBack == 1);

        _clock.Advance(TimeSpan.FromSeconds(seconds));
        await peer.DisposeAsync();

        await gone.Limit();
        server.Remote.Refused.Should().Be(counted);
        Answered.Should().Be(Free, "who asked does not hear the rest either way");
    }

    private int Answered => Volatile.Read(ref _answered);

    /// <summary>Whether nothing waits for the actor, nor was taken by it and is not answered yet.</summary>
    private bool HasAnsweredAll(ActorSystem server) => Find(server).Queued == 0 && Find(server).Handled == Answered;

    private static ActorCell Find(ActorSystem server) => ((LocalActorRef)server.Find("echo")!).Cell;

    /// <summary>A node in time of its own, with an actor that answers.</summary>
    private ActorSystem Serve(TimeSpan? stallTimeout = null, CollectedLog? log = null)
    {
        ActorSystem server = TestNodes.Create(
            Transport,
            "server",
            options => options with { Limits = Limits, IdleTimeout = TimeSpan.FromDays(1), StallTimeout = stallTimeout ?? TimeSpan.FromDays(1) },
            options => options with { Time = _clock, LoggerFactory = log ?? options.LoggerFactory });
        server.Spawn(
            Props.FromBehaviour((context, message) =>
            {
                context.Respond(message);
                Interlocked.Increment(ref _answered);
                return ValueTask.CompletedTask;
            }),
            "echo");
        return server;
    }

    /// <summary>A peer that has asked as much as it may without reading, and was answered.</summary>
    private async Task<RawPeer> HeldBackAsync(ActorSystem server)
    {
        RawPeer peer = await ConnectAsync(server);
        await AskAsync(server, peer);
        return peer;
    }

    private async Task<RawPeer> ConnectAsync(ActorSystem server)
    {
        RawPeer peer = await RawPeer.DialAsync(Transport, await server.Remote.ListenAsync(TestNodes.AnyPort));
        await peer.ShakeHandsAsync("peer", 1);
        return peer;
    }

    private async Task AskAsync(ActorSystem server, RawPeer peer, int count = Free)
    {
        await SendAsync(server, peer, Questions(count));
        await Eventually.True(() => Answered == count);
    }

    /// <summary>Sends, and waits until all of it has arrived.</summary>
    private static async Task SendAsync(ActorSystem server, RawPeer peer, byte[] bytes)
    {
        await Eventually.True(() => server.Remote.ConnectedNodes.Count == 1);
        long until = server.Remote.BytesReceived + bytes.Length;
        await peer.SendBytesAsync(bytes);
        await Eventually.True(() => server.Remote.BytesReceived >= until);
    }

    /// <summary>Reads so many frames that count.</summary>
    private static async Task ReadAsync(RawPeer peer, int count)
    {
        for (int read = 0; read < count;)
        {
            read += KindOf(await peer.ReadFrameAsync()) is FrameKind.Brief or FrameKind.Name ? 1 : 0;
        }
    }

    private static byte[] Questions(int count)
    {
        byte[] question = RawPeer.Frame((ref MessagePackWriter writer) =>
        {
            writer.WriteArrayHeader(7);
            writer.Write((int)FrameKind.Message);
            writer.Write("echo");
            writer.Write(0);
            writer.WriteArrayHeader(3);
            writer.Write("peer");
            writer.Write("asker");
            writer.Write(7);
            writer.WriteNil();
            writer.Write(Numbered.TypeId);
            new Numbered(1).Write(ref writer);
        });
        return [.. Enumerable.Repeat(question, count).SelectMany(bytes => bytes)];
    }

    private static byte[] Word(int received) => RawPeer.Frame((ref MessagePackWriter writer) => WriteKind(ref writer, FrameKind.Received, received));

    private static byte[] BeginStream(string target, int length) => RawPeer.Frame((ref MessagePackWriter writer) =>
    {
        MessageFrame.Write(ref writer, FrameKind.StreamBegin, new ActorPath("server", target, 0), new Envelope(new object()), Blob.TypeId, further: 3);
        writer.Write(1);
        writer.Write(length);
        writer.Write(0);
    });

    private static byte[] Chunk(byte[] bytes) => RawPeer.Frame((ref MessagePackWriter writer) =>
    {
        writer.WriteArrayHeader(3);
        writer.Write((int)FrameKind.Chunk);
        writer.Write(1);
        writer.WriteBinary(bytes);
    });

    private static FrameKind KindOf(byte[] frame)
    {
        var reader = new MessagePackReader(frame);
        reader.ReadArrayHeader();
        return (FrameKind)reader.ReadInt32();
    }

    private static void WriteKind(ref MessagePackWriter writer, FrameKind kind, params ReadOnlySpan<int> fields)
    {
        writer.WriteArrayHeader(1 + fields.Length);
        writer.Write((int)kind);
        foreach (int field in fields)
        {
            writer.Write(field);
        }
    }
}
