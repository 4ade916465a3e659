using FedActors.Actors;
using FedActors.Actors.Remoting;
using FedActors.Actors.Remoting.Frames;
using FedActors.Actors.Serialization;
using FedActors.Actors.Transport.Memory;
using FedActors.Tests.TestKit;
using FedActors.Tests.TestKit.Remoting;

namespace FedActors.Tests.Actors.Remoting;

/// <summary>What a peer can make a node keep by names, watches and messages that it does not end.</summary>
public sealed class HostileSharesTests
{
    private readonly MemoryTransport _transport = new();

    [Fact]
    public async Task Name_LongerThanOneThatGetsANumber_EndsTheConnection()
    {
        await using ActorSystem server = TestNodes.Create(_transport, "server");
        await using RawPeer peer = await RawPeer.DialAsync(_transport, await server.Remote.ListenAsync(TestNodes.AnyPort));
        await peer.ShakeHandsAsync("peer", 1);

        await peer.SendAsync((ref MessagePackWriter writer) => new NameFrame(NamedSide.Reader, 0, new string('a', OutgoingNames.MaxLength), 0).Write(ref writer));
        server.Remote.Refused.Should().Be(0);
        await peer.SendAsync((ref MessagePackWriter writer) => new NameFrame(NamedSide.Reader, 1, new string('a', OutgoingNames.MaxLength + 1), 0).Write(ref writer));

        await peer.WhenHungUpAsync();
        await Eventually.True(() => server.Remote.Refused == 1);
    }

    [Fact]
    public async Task Actor_WithANameTooLongForANumber_IsReachedAndAnswersAllTheSame()
    {
        await using ActorSystem server = TestNodes.Create(_transport, "server");
        await using ActorSystem client = TestNodes.Create(_transport, "client");
        string[] parts = [.. Enumerable.Repeat(new string('a', ActorPath.MaxNameLength), 3)];
        server.Spawn(Props.Create(() => new Nest(parts.AsMemory(1))), parts[0]);
        string name = string.Join('/', parts);
        name.Length.Should().BeGreaterThan(OutgoingNames.MaxLength);
        await Eventually.True(() => server.Find(name) is not null);
        ActorRef echo = client.Remote.Connect(await server.Remote.ListenAsync(TestNodes.AnyPort)).ActorOf(name);

        for (int i = 0; i < 3; i++)
        {
            (await echo.AskAsync<Numbered>(new Numbered(i), Eventually.Limit)).Number.Should().Be(i);
        }
    }

    [Fact]
    public async Task Peer_WatchingNobodyAgainAndAgainWithoutReading_LosesItsConnection()
    {
        RemotingLimits limits = RemotingLimits.Default with { MaxQueuedBytes = 64 * 1024, MaxWatchBytes = 64 * 1024 };
        await using ActorSystem server = TestNodes.Create(_transport, "server", options => options with { Limits = limits });
        await using RawPeer peer = await RawPeer.DialAsync(_transport, await server.Remote.ListenAsync(TestNodes.AnyPort));
        await peer.ShakeHandsAsync("deaf", 1);
        Task<PeerRefused> refused = server.NextAsync<PeerRefused>();

        for (int i = 0; !refused.IsCompleted; i++)
        {
            await peer.SendAsync((ref MessagePackWriter writer) =>
                new WatchFrame(("nobody", 0), ($"{i}-{new string('w', 900)}", 5), TerminationReason.Stopped).Write(ref writer, FrameKind.Watch));
        }

        (await refused).Reason.Should().Contain("does not take the answers");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(15_000)]
    public async Task Peer_BeginningALargeMessageAndHardlyGoingOn_IsBrokenOffAndOneThatGoesOnIsNot(int trickle)
    {
        // Three of these make a chunk's bytes within the patience, and two do not.
        const int Enough = 22_000;
        var clock = new ManualTimeProvider();
        await using ActorSystem server = TestNodes.Create(_transport, "server", system: options => options with { Time = clock });
        await using RawPeer peer = await RawPeer.DialAsync(_transport, await server.Remote.ListenAsync(TestNodes.AnyPort));
        await peer.ShakeHandsAsync("half", 1);
        Task<NodeDisconnected> gone = server.NextAsync<NodeDisconnected>();
        Task<PeerRefused> refused = server.NextAsync<PeerRefused>();
        await Eventually.True(() => server.Remote.ConnectedNodes.Count == 1);
        await SendAsync(server, peer, RawPeer.Frame((ref MessagePackWriter writer) => BeginStream(ref writer, 1, 1 << 20)));

        // Two minutes of chunks, each ten seconds after the other, and heartbeats all the while.
        for (int second = 1; second <= 120; second++)
        {
            await StepAsync(server, clock, peer, second % 10 == 0 ? Enough : 0);
        }

        gone.IsCompleted.Should().BeFalse();

        // It is refused while the clock moves on, and gone when some thread has seen to it: the clock may not run on until then.
        int waited = 0;
        for (; waited < 120 && !refused.IsCompleted; waited++)
        {
            await StepAsync(server, clock, peer, waited % 10 == 0 ? trickle : 0);
        }

        (await gone.Limit()).Reason.Should().Contain("has begun and not gone on");
        (await refused.Limit()).Cause.Should().Be(RefusalCause.Trickling);
        waited.Should().BeInRange(28, 72, "less than a chunk came within the patience, whenever it began");
    }

    [Fact]
    public async Task Peer_LettingOneLargeMessageStandStillBehindOthers_LosesItsConnection()
    {
        RemotingLimits limits = RemotingLimits.Default with { MaxStreams = 2, MaxFrameBytes = RemotingLimits.LeastFrameBytes, ChunkBytes = 1024 };
        await using ActorSystem server = TestNodes.Create(_transport, "server", options => options with { Limits = limits });
        await using RawPeer peer = await RawPeer.DialAsync(_transport, await server.Remote.ListenAsync(TestNodes.AnyPort));
        await peer.ShakeHandsAsync("peer", 1);
        Task<PeerRefused> refused = server.NextAsync<PeerRefused>();
        await Eventually.True(() => server.Remote.ConnectedNodes.Count == 1);
        await peer.SendAsync((ref MessagePackWriter writer) => BeginStream(ref writer, 1, 1 << 20));
        await peer.SendAsync((ref MessagePackWriter writer) => BeginStream(ref writer, 2, 1 << 20));

        // In turn, as a node sends them.
        for (int i = 0; i < 100; i++)
        {
            await SendChunkAsync(server, peer, 1 + (i % 2));
        }

        refused.IsCompleted.Should().BeFalse();
        for (int i = 0; i < 200 && !refused.IsCompleted; i++)
        {
            await SendChunkAsync(server, peer, 2);
        }

        (await refused.Limit()).Reason.Should().Contain("Stream 1 stood still");
    }

    [Fact]
    public async Task LargeMessage_AnnouncedBesideOthersThatTakeAllThatMayBeOnItsWay_EndsTheConnection()
    {
        RemotingLimits limits = RemotingLimits.Default with { MaxAssemblyBytes = 1_000_000 };
        await ExpectRefusalAsync(limits, "A message of 400001 bytes was announced beside 600000 others; 1000000 are allowed.", async peer =>
        {
            await peer.SendAsync((ref MessagePackWriter writer) => BeginStream(ref writer, 1, 600_000));
            await peer.SendAsync((ref MessagePackWriter writer) => BeginStream(ref writer, 2, 400_001));
        });
    }

    [Fact]
    public async Task LargeMessage_AnnouncedLargerThanAMessageMayBe_EndsTheConnection()
    {
        RemotingLimits limits = RemotingLimits.Default with { MaxMessageBytes = 600_000 };
        await ExpectRefusalAsync(limits, "A message of 600001 bytes was announced; 1 to 600000 are allowed.", async peer =>
        {
            await peer.SendAsync((ref MessagePackWriter writer) => BeginStream(ref writer, 1, 600_000));
            await peer.SendAsync((ref MessagePackWriter writer) => BeginStream(ref writer, 2, 600_001));
        });
    }

    [Fact]
    public async Task LargeMessages_MoreThanMayBeOnTheirWayAtOnce_EndTheConnection()
    {
        RemotingLimits limits = RemotingLimits.Default with { MaxStreams = 3 };
        await ExpectRefusalAsync(limits, "Stream 4 was opened after 3, beside 3 others; 3 are allowed.", async peer =>
        {
            for (int stream = 1; stream <= 4; stream++)
            {
                await peer.SendAsync((ref MessagePackWriter writer) => BeginStream(ref writer, stream, 100_000));
            }
        });
    }

    [Fact]
    public async Task Watches_MoreThanANodeMayHold_EndTheConnection()
    {
        RemotingLimits limits = RemotingLimits.Default with { MaxWatches = 3 };
        await ExpectRefusalAsync(limits, "3 watches that take", async peer =>
        {
            for (int watcher = 1; watcher <= 4; watcher++)
            {
                await peer.SendAsync((ref MessagePackWriter writer) =>
                    new WatchFrame(("echo", 0), ($"watcher-{watcher}", 5), TerminationReason.Stopped).Write(ref writer, FrameKind.Watch));
            }
        });
    }

    [Fact]
    public async Task Watches_ByLongerNamesThanANodeMayHold_EndTheConnection()
    {
        static WatchFrame Watch(int watcher) => new(("echo", 0), ($"{watcher}-{new string('w', 900)}", 5), TerminationReason.Stopped);
        int two = 2 * WatchTable.BytesOf(Watch(1));
        RemotingLimits limits = RemotingLimits.Default with { MaxWatchBytes = two };
        await ExpectRefusalAsync(limits, $"2 watches that take {two} bytes", async peer =>
        {
            for (int watcher = 1; watcher <= 3; watcher++)
            {
                await peer.SendAsync((ref MessagePackWriter writer) => Watch(watcher).Write(ref writer, FrameKind.Watch));
            }
        });
    }

    /// <summary>A part of a frame shows that its sender lives as well as any other byte does.</summary>
    [Fact]
    public async Task Peer_SayingAByteNowAndThen_IsTakenForSilentOnlyWhenItSaysNone()
    {
        var clock = new ManualTimeProvider();
        await using ActorSystem server = TestNodes.Create(_transport, "server", system: options => options with { Time = clock });
        await using RawPeer peer = await RawPeer.DialAsync(_transport, await server.Remote.ListenAsync(TestNodes.AnyPort));
        await peer.ShakeHandsAsync("slow", 1);
        Task<NodeDisconnected> gone = server.NextAsync<NodeDisconnected>();
        await Eventually.True(() => server.Remote.ConnectedNodes.Count == 1);
        byte[] name = RawPeer.Frame((ref MessagePackWriter writer) => new NameFrame(NamedSide.Reader, 0, "echo", 0).Write(ref writer));

        // Not even one whole frame in ten silences' time.
        for (int second = 0; second < 100; second++)
        {
            if (second % 9 == 0)
            {
                await SendAsync(server, peer, [name[second / 9]]);
            }

            clock.Advance(TimeSpan.FromSeconds(1));
        }

        name.Length.Should().BeGreaterThan(12);
        gone.IsCompleted.Should().BeFalse();
        await Eventually.WhileAdvancing(clock, TimeSpan.FromSeconds(1), gone);
        (await gone).Reason.Should().MatchRegex("nothing arrived for 1[0-3] s", "a heartbeat every two seconds looks whether anything has come for ten");
    }

    private async Task ExpectRefusalAsync(RemotingLimits limits, string reason, Func<RawPeer, Task> say)
    {
        await using ActorSystem server = TestNodes.Create(_transport, "server", options => options with { Limits = limits });
        server.SpawnEcho();
        await using RawPeer peer = await RawPeer.DialAsync(_transport, await server.Remote.ListenAsync(TestNodes.AnyPort));
        await peer.ShakeHandsAsync("peer", 1);
        Task<PeerRefused> refused = server.NextAsync<PeerRefused>();

        await say(peer);

        (await refused.Limit()).Reason.Should().StartWith(reason);
        await peer.WhenHungUpAsync();
        server.Remote.Refused.Should().Be(1);
    }

    private static Task SendChunkAsync(ActorSystem server, RawPeer peer, int stream) =>
        SendAsync(server, peer, RawPeer.Frame((ref MessagePackWriter writer) => WriteChunk(ref writer, stream, 3000)));

    /// <summary>Sends, and waits until all of it has arrived, or nobody is there to take it.</summary>
    private static async Task SendAsync(ActorSystem server, RawPeer peer, byte[] bytes)
    {
        long until = server.Remote.BytesReceived + bytes.Length;
        await peer.SendBytesAsync(bytes);
        await Eventually.True(() => server.Remote.BytesReceived >= until || server.Remote.ConnectedNodes.Count == 0);
    }

    private static async Task StepAsync(ActorSystem server, ManualTimeProvider clock, RawPeer peer, int chunk)
    {
        byte[] heartbeat = RawPeer.Frame((ref MessagePackWriter writer) =>
        {
            writer.WriteArrayHeader(1);
            writer.Write((int)FrameKind.Heartbeat);
        });
        await SendAsync(server, peer, [.. heartbeat, .. chunk == 0 ? [] : RawPeer.Frame((ref MessagePackWriter writer) => WriteChunk(ref writer, 1, chunk))]);
        clock.Advance(TimeSpan.FromSeconds(1));
    }

    private static void BeginStream(ref MessagePackWriter writer, int stream, int length)
    {
        MessageFrame.Write(ref writer, FrameKind.StreamBegin, new ActorPath("server", "echo", 0), new Envelope(new object()), Blob.TypeId, further: 3);
        writer.Write(stream);
        writer.Write(length);
        writer.Write(0);
    }

    private static void WriteChunk(ref MessagePackWriter writer, int stream, int length)
    {
        writer.WriteArrayHeader(3);
        writer.Write((int)FrameKind.Chunk);
        writer.Write(stream);
        writer.WriteBinary(new byte[length]);
    }

    /// <summary>An actor with one child in it, and so on; the innermost answers.</summary>
    private sealed class Nest(ReadOnlyMemory<string> names) : Actor
    {
        protected internal override ValueTask OnStartedAsync(ActorContext context)
        {
            if (!names.IsEmpty)
            {
                context.Spawn(Props.Create(() => new Nest(names[1..])), names.Span[0]);
            }

            return ValueTask.CompletedTask;
        }

        protected internal override ValueTask OnReceiveAsync(ActorContext context, object message)
        {
            context.Respond(message);
            return ValueTask.CompletedTask;
        }
    }
}
