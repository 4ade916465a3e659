using System.Runtime.InteropServices;
using System.Threading.Channels;
using FedActors.Actors;
using FedActors.Actors.Middleware;
using FedActors.Actors.Remoting;
using FedActors.Actors.Remoting.Frames;
using FedActors.Actors.Serialization;
using FedActors.Actors.Transport;
using FedActors.Tests.Actors.Serialization;
using FedActors.Tests.TestKit;
using FedActors.Tests.TestKit.Remoting;

namespace FedActors.Tests.Contracts;

/// <summary>Large messages, and what goes on beside them.</summary>
public abstract class BulkContract
{
    private const int LargeCount = 10_000_000;

    protected abstract ITransport Transport { get; }

    [Fact]
    public async Task Question_WhileALargeMessageStreams_IsAnsweredBeforeThatArrives()
    {
        await using ActorSystem server = TestNodes.Create(Transport, "server");
        await using ActorSystem client = TestNodes.Create(Transport, "client");
        var arrived = new TaskCompletionSource<int>();
        server.SpawnSink("sink", message => arrived.SetResult(((Blob)message).Values.Length));
        server.SpawnEcho();
        RemoteNode node = client.Remote.Connect(await server.Remote.ListenAsync(TestNodes.AnyPort));
        await node.ActorOf("echo").AskAsync<Numbered>(new Numbered(0), Eventually.Limit);

        await node.ActorOf("sink").TellAsync(new Blob(new float[LargeCount]));
        await node.ActorOf("echo").AskAsync<Numbered>(new Numbered(1), Eventually.Limit);

        arrived.Task.IsCompleted.Should().BeFalse("40 MB take hundreds of windows, and a small message waits for two chunks");
        (await arrived.Task.Limit()).Should().Be(LargeCount);
    }

    [Fact]
    public async Task LargeMessages_BothWaysAtOnce_ArriveBitForBit()
    {
        await using ActorSystem server = TestNodes.Create(Transport, "server");
        await using ActorSystem client = TestNodes.Create(Transport, "client");
        server.SpawnEcho();
        ActorRef echo = client.Remote.Connect(await server.Remote.ListenAsync(TestNodes.AnyPort)).ActorOf("echo");
        Blob[] sent = [.. Enumerable.Range(0, 12).Select(i => RandomBlob((ulong)i, 20_000 + (i * 40_000)))];

        Blob[] back = await Task.WhenAll(sent.Select(blob => echo.AskAsync<Blob>(blob, Eventually.Limit)));

        for (int i = 0; i < sent.Length; i++)
        {
            back[i].Values.AsSpan().SequenceEqual(sent[i].Values).Should().BeTrue("blob {0} has {1} values", i, sent[i].Values.Length);
        }
    }

    [Theory]
    [InlineData("", 100_000, 100_000)]
    [InlineData("1", 300_001, 17_000)]
    [InlineData("22", 20_000, 3)]
    [InlineData("333", 3, 700_003)]
    [InlineData("4444", 16_385, 16_384)]
    public async Task SharedVectors_WhereverTheyStandInTheirMessage_ArriveBitForBit(string text, int first, int second)
    {
        await using ActorSystem server = TestNodes.Create(Transport, "server");
        await using ActorSystem client = TestNodes.Create(Transport, "client");
        server.SpawnEcho();
        ActorRef echo = client.Remote.Connect(await server.Remote.ListenAsync(TestNodes.AnyPort)).ActorOf("echo");
        var sent = new Shared(text, RandomBlob(1, first).Values, RandomBlob(2, second).Values);

        Shared back = await echo.AskAsync<Shared>(sent, Eventually.Limit);

        back.Text.Should().Be(text);
        back.First.Span.SequenceEqual(sent.First.Span).Should().BeTrue();
        back.Second.Span.SequenceEqual(sent.Second.Span).Should().BeTrue();
    }

    [Fact]
    public async Task OwnedVector_GivenBack_IsUsedForTheNextMessageAndNotForOneThatIsKept()
    {
        await using ActorSystem server = TestNodes.Create(Transport, "server");
        await using ActorSystem client = TestNodes.Create(Transport, "client");
        var arrived = Channel.CreateUnbounded<Owned>();
        server.SpawnSink("sink", message => arrived.Writer.TryWrite((Owned)message));
        ActorRef sink = client.Remote.Connect(await server.Remote.ListenAsync(TestNodes.AnyPort)).ActorOf("sink");
        float[] values = RandomBlob(3, 500_000).Values;

        async Task<Owned> ReceiveAsync()
        {
            await sink.TellAsync(new Owned(values, null, new float[] { 1, 2 }));
            return await arrived.Reader.ReadAsync().Limit();
        }

        Owned kept = await ReceiveAsync();
        Owned given = await ReceiveAsync();
        given.Owner!.Dispose();
        Owned next = await ReceiveAsync();

        MemoryMarshal.TryGetArray(kept.Values, out ArraySegment<float> keptArray).Should().BeTrue();
        MemoryMarshal.TryGetArray(given.Values, out ArraySegment<float> givenArray).Should().BeTrue();
        MemoryMarshal.TryGetArray(next.Values, out ArraySegment<float> nextArray).Should().BeTrue();
        nextArray.Array.Should().BeSameAs(givenArray.Array).And.NotBeSameAs(keptArray.Array);
        foreach (Owned message in new[] { kept, next })
        {
            message.Values.Span.SequenceEqual(values).Should().BeTrue();
            message.Beside.ToArray().Should().Equal(1, 2);
        }

        FluentActions.Invoking(() => given.Owner.Memory).Should().Throw<ObjectDisposedException>();
        given.Owner.Dispose();
    }

    [Fact]
    public async Task LargeMessage_ToANodeThatTakesSmallFrames_IsCutSmaller()
    {
        RemotingLimits small = RemotingLimits.Default with { MaxFrameBytes = RemotingLimits.LeastFrameBytes };
        await using ActorSystem server = TestNodes.Create(Transport, "server", options => options with { Limits = small });
        await using ActorSystem client = TestNodes.Create(Transport, "client");
        var arrived = new TaskCompletionSource<Shared>();
        server.SpawnSink("sink", message => arrived.SetResult((Shared)message));
        var sent = new Shared("large", RandomBlob(1, 300_000).Values, RandomBlob(2, 100_000).Values);

        client.Remote.Connect(await server.Remote.ListenAsync(TestNodes.AnyPort)).ActorOf("sink").Tell(sent);

        (await arrived.Task.Limit()).First.Span.SequenceEqual(sent.First.Span).Should().BeTrue();
        server.Remote.Refused.Should().Be(0);
    }

    /// <summary>It went whole in a frame, however small the frames are that the other side takes, which then ended the connection again and again.</summary>
    [Theory]
    [InlineData(1024 * 1024)]
    [InlineData(64 * 1024)]
    public async Task Message_AsLargeAsASmallOneMayBe_ArrivesAtANodeThatTakesTheLeastFrames(int chunkBytes)
    {
        RemotingLimits least = RemotingLimits.Default with { MaxFrameBytes = RemotingLimits.LeastFrameBytes };
        await using ActorSystem server = TestNodes.Create(Transport, "server", options => options with { Limits = least });
        await using ActorSystem client = TestNodes.Create(Transport, "client", options => options with { Limits = RemotingLimits.Default with { ChunkBytes = chunkBytes } });
        server.SpawnEcho();
        ActorRef echo = client.Remote.Connect(await server.Remote.ListenAsync(TestNodes.AnyPort)).ActorOf("echo");

        foreach (int values in new[] { 16_370, 16_383, 20_000, 40_000 })
        {
            Blob sent = RandomBlob((ulong)values, values);
            Blob back = await echo.AskAsync<Blob>(sent, Eventually.Limit);
            back.Values.AsSpan().SequenceEqual(sent.Values).Should().BeTrue();
        }

        server.Remote.Refused.Should().Be(0);
    }

    /// <summary>A connection may bring any number of bytes at a time, and cut a chunk anywhere.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(13)]
    [InlineData(1999)]
    public async Task LargeMessage_InPiecesOfAnySize_IsPutTogether(int pieceBytes)
    {
        await using ActorSystem server = TestNodes.Create(Transport, "server");
        var arrived = new TaskCompletionSource<Blob>();
        server.SpawnSink("sink", message => arrived.SetResult((Blob)message));
        await using RawPeer peer = await RawPeer.DialAsync(Transport, await server.Remote.ListenAsync(TestNodes.AnyPort));
        await peer.ShakeHandsAsync("peer", incarnation: 1);
        Blob sent = RandomBlob(5, 1000);
        byte[] body = Encode.With(sent.Write);

        List<byte> bytes = [.. RawPeer.Frame((ref MessagePackWriter writer) =>
        {
            MessageFrame.Write(ref writer, FrameKind.StreamBegin, new ActorPath("server", "sink", 0), new Envelope(sent), Blob.TypeId, further: 3);
            writer.Write(1);
            writer.Write(body.Length);
            writer.Write(0);
        })];
        for (int at = 0; at < body.Length; at += 1500)
        {
            byte[] chunk = body[at..Math.Min(at + 1500, body.Length)];
            bytes.AddRange(RawPeer.Frame((ref MessagePackWriter writer) =>
            {
                writer.WriteArrayHeader(3);
                writer.Write((int)FrameKind.Chunk);
                writer.Write(1);
                writer.WriteBinary(chunk);
            }));
        }

        foreach (byte[] piece in bytes.Chunk(pieceBytes))
        {
            await peer.SendBytesAsync(piece);
        }

        (await arrived.Task.Limit()).Values.Should().Equal(sent.Values);
    }

    /// <summary>A frame and a flush for a few bytes cost as much as for many, and more is granted soon.</summary>
    [Fact]
    public async Task LargeMessage_WithCreditForAPartOfAChunk_WaitsForAllOfIt()
    {
        const int Window = 512 * 1024;
        const int Chunk = 64 * 1024;
        await using ActorSystem server = TestNodes.Create(Transport, "server");
        server.SpawnEcho();
        server.Spawn(
            Props.FromBehaviour((context, _) =>
            {
                context.Respond(new Blob(new float[200_000]));
                return ValueTask.CompletedTask;
            }),
            "large");
        await using RawPeer peer = await RawPeer.DialAsync(Transport, await server.Remote.ListenAsync(TestNodes.AnyPort));
        await peer.ShakeHandsAsync("peer", incarnation: 1);

        async Task<int> ReadToAsync(FrameKind last, int atLeast)
        {
            int chunks = 0;
            FrameKind kind;
            do
            {
                kind = KindOf(await peer.ReadFrameAsync(), out int bytes);
                chunks += bytes;
            }
            while (kind != last || chunks < atLeast);
            return chunks;
        }

        await peer.AskAsync(server, "large", new Numbered(1));
        (await ReadToAsync(FrameKind.Chunk, Window)).Should().Be(Window);
        await peer.GrantAsync(1000);
        await peer.AskAsync(server, "echo", new Numbered(2), asker: "another");
        (await ReadToAsync(FrameKind.Brief, 0)).Should().Be(0);
        await peer.GrantAsync(Chunk);

        (await ReadToAsync(FrameKind.Chunk, 1)).Should().BeGreaterThanOrEqualTo(Chunk);
    }

    /// <summary>On the wire; which of the two an actor handles first when both have come is its mailbox's affair.</summary>
    [Fact]
    public async Task Watched_TellingSomethingLargeAtItsEnd_IsSaidToHaveEndedAfterIt()
    {
        await using ActorSystem server = TestNodes.Create(Transport, "server");
        server.Spawn(
            Props.FromBehaviour((context, _) =>
            {
                context.Respond(new Blob(new float[100_000]));
                context.Respond(new Numbered(1));
                context.Stop(context.Self);
                return ValueTask.CompletedTask;
            }),
            "mortal");
        await using RawPeer peer = await RawPeer.DialAsync(Transport, await server.Remote.ListenAsync(TestNodes.AnyPort));
        await peer.ShakeHandsAsync("peer", incarnation: 1);
        await peer.SendAsync((ref MessagePackWriter writer) =>
            new WatchFrame(("mortal", 0), ("watcher", 5), TerminationReason.Stopped).Write(ref writer, FrameKind.Watch));
        await peer.AskAsync(server, "mortal", new Numbered(0));

        int chunkBytes = 0;
        FrameKind kind;
        do
        {
            byte[] frame = await peer.ReadFrameAsync();
            kind = KindOf(frame, out int bytes);
            chunkBytes += bytes;
        }
        while (kind != FrameKind.Ended);

        chunkBytes.Should().BeGreaterThan(400_000, "the small message after the large one travels in its lane, too");
    }

    [Fact]
    public async Task Trace_OfTheSender_TravelsWithItsMessage()
    {
        const string Trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        SendMiddleware traced = next => (ActorRef target, ref Envelope envelope) =>
        {
            envelope = envelope with { Headers = new MessageHeaders { TraceParent = Trace } };
            return next(target, ref envelope);
        };
        await using ActorSystem server = TestNodes.Create(Transport, "server");
        await using ActorSystem client = TestNodes.Create(Transport, "client", system: options => options with { SendMiddleware = [traced] });
        var seen = new TaskCompletionSource<string?>();
        server.Spawn(
            Props.FromBehaviour((context, _) =>
            {
                seen.TrySetResult(context.Headers.TraceParent);
                return ValueTask.CompletedTask;
            }),
            "sink");

        client.Remote.Connect(await server.Remote.ListenAsync(TestNodes.AnyPort)).ActorOf("sink").Tell(new Numbered(1));

        (await seen.Task.Limit()).Should().Be(Trace);
    }

    [Fact]
    public async Task Traffic_OnBothSides_IsCountedAlike()
    {
        await using ActorSystem server = TestNodes.Create(Transport, "server");
        await using ActorSystem client = TestNodes.Create(Transport, "client");
        server.SpawnEcho();
        ActorRef echo = client.Remote.Connect(await server.Remote.ListenAsync(TestNodes.AnyPort)).ActorOf("echo");

        await echo.AskAsync<Blob>(new Blob(new float[100_000]), Eventually.Limit);

        server.Remote.BytesReceived.Should().BeInRange(400_000, 410_000);
        client.Remote.BytesReceived.Should().BeInRange(400_000, 410_000);
        client.Remote.TrafficWith("server").Received.Should().Be(client.Remote.BytesReceived);
        server.Remote.TrafficWith("client").Sent.Should().BeInRange(400_000, 410_000);
        server.Remote.TrafficWith("nobody").Should().Be((0L, 0L));
    }

    private static FrameKind KindOf(byte[] frame, out int chunkBytes)
    {
        var reader = new MessagePackReader(frame);
        reader.ReadArrayHeader();
        var kind = (FrameKind)reader.ReadInt32();
        chunkBytes = 0;
        if (kind == FrameKind.Chunk)
        {
            reader.ReadInt32();
            chunkBytes = reader.ReadBinary().Length;
        }

        return kind;
    }

    private static Blob RandomBlob(ulong seed, int count)
    {
        var random = new SplitMix(seed);
        float[] values = new float[count];
        for (int i = 0; i < count; i++)
        {
            values[i] = random.Next(1 << 24);
        }

        return new Blob(values);
    }
}
