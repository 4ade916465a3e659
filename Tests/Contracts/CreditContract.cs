using FedActors.Actors;
using FedActors.Actors.Mailboxes;
using FedActors.Actors.Remoting;
using FedActors.Actors.Remoting.Frames;
using FedActors.Actors.Serialization;
using FedActors.Actors.Transport;
using FedActors.Tests.Actors.Serialization;
using FedActors.Tests.TestKit;
using FedActors.Tests.TestKit.Remoting;

namespace FedActors.Tests.Contracts;

/// <summary>A node sends of large messages what the other side has granted, and nothing waits for them that is not large.</summary>
public abstract class CreditContract
{
    private const int Chunk = 64 * 1024;
    private const int Window = 4 * Chunk;
    private const int Values = 500_000;

    protected abstract ITransport Transport { get; }

    /// <summary>A node may keep back less than a chunk of what it was granted, and never sends more.</summary>
    [Fact]
    public async Task LargeMessage_NothingGranted_StopsAtTheWindowAndGoesOnByWhatIsGranted()
    {
        await using ActorSystem server = TestNodes.Create(Transport, "server");
        SpawnTeller(server);
        server.SpawnEcho();
        await using RawPeer peer = await ConnectAsync(server, maxStreams: 8);
        await peer.AskAsync(server, "teller", new Numbered(1), "asker-1");
        int sent = 0;
        for (int granted = Window; granted < 20 * Chunk; granted += 2 * Chunk)
        {
            sent += await ReadChunksAsync(peer, granted - Chunk + 1 - sent);

            // The question is answered, and the large message waits.
            await peer.AskAsync(server, "echo", new Numbered(2), "asker-2");
            sent += await ReadChunksUntilAnAnswerAsync(peer);
            sent.Should().BeInRange(granted - Chunk + 1, granted);
            await peer.GrantAsync(2 * Chunk);
        }
    }

    /// <summary>What the other side says of credit is heard, also while messages of it wait for a mailbox.</summary>
    [Fact]
    public async Task Credit_BehindMessagesForAFullMailbox_IsHeard()
    {
        await using ActorSystem server = TestNodes.Create(Transport, "server");
        var open = new TaskCompletionSource();
        server.Spawn(Props.FromBehaviour(async (_, _) => await open.Task.Limit()) with { Mailbox = new MailboxOptions { Capacity = 1 } }, "busy");
        SpawnTeller(server);
        await using RawPeer peer = await ConnectAsync(server, maxStreams: 8);
        await peer.AskAsync(server, "teller", new Numbered(1), "asker-1");
        int sent = await ReadChunksAsync(peer, Window - Chunk + 1);

        for (int i = 0; i < 10; i++)
        {
            await peer.AskAsync(server, "busy", new Numbered(2), "asker-2");
        }

        await peer.GrantAsync(2 * Chunk);

        sent += await ReadChunksAsync(peer, Window + Chunk + 1 - sent);
        sent.Should().BeLessThanOrEqualTo(Window + (2 * Chunk));
        open.SetResult();
    }

    [Fact]
    public async Task LargeMessages_ToMoreActorsThanStreamsAreAllowed_BeginWhenOthersEnd()
    {
        await using ActorSystem server = TestNodes.Create(Transport, "server");
        SpawnTeller(server);
        await using RawPeer peer = await ConnectAsync(server, maxStreams: 2);
        for (int asker = 1; asker <= 5; asker++)
        {
            await peer.AskAsync(server, "teller", new Numbered(asker), $"asker-{asker}");
        }

        var missing = new Dictionary<int, int>();
        int begun = 0;
        while (begun < 5 || missing.Count > 0)
        {
            byte[] frame = await peer.ReadFrameAsync();
            if (ReadStreamBegin(frame) is { } begin)
            {
                begun++;
                missing.Add(begin.Stream, begin.Length);
                missing.Count.Should().BeLessThanOrEqualTo(2);
            }
            else if (ReadChunk(frame) is { } chunk)
            {
                missing[chunk.Stream] -= chunk.Length;
                if (missing[chunk.Stream] == 0)
                {
                    missing.Remove(chunk.Stream);
                }

                await peer.GrantAsync(chunk.Length);
            }
        }
    }

    /// <summary>A question waited behind the whole window, as wide as it may be where nothing but large messages goes.</summary>
    [Fact]
    public async Task LargeMessages_BesideASmallOne_HaveLittleUnderWay()
    {
        const int Wide = 4 * SendWindow.NarrowBytes;
        await using ActorSystem server = TestNodes.Create(Transport, "server");
        SpawnTeller(server, values: 2 * Values);
        server.SpawnEcho();
        await using RawPeer peer = await ConnectAsync(server, maxStreams: 8, Wide);
        await peer.AskAsync(server, "teller", new Numbered(1), "asker-1");
        int sent = await ReadChunksAsync(peer, Wide - Chunk + 1);
        await peer.AskAsync(server, "echo", new Numbered(2), "asker-2");
        sent += await ReadChunksUntilAnAnswerAsync(peer);

        // What has arrived is granted, up to where no more than the narrow part is out. Nothing comes of it but the answer.
        int granted = sent - SendWindow.NarrowBytes;
        await peer.GrantAsync(granted);
        await peer.AskAsync(server, "echo", new Numbered(2), "asker-2");
        (await ReadChunksUntilAnAnswerAsync(peer)).Should().Be(0);

        await peer.GrantAsync(2 * Chunk);
        int more = await ReadChunksAsync(peer, Chunk + 1);
        await peer.AskAsync(server, "echo", new Numbered(2), "asker-2");
        (more + await ReadChunksUntilAnAnswerAsync(peer)).Should().BeLessThanOrEqualTo(2 * Chunk);
    }

    /// <summary>The other side counts on it: with less than that under way it would wait for ever.</summary>
    [Fact]
    public async Task Chunks_OfAsMuchAsANodeGrantsBy_AreGrantedAnew()
    {
        await using ActorSystem server = TestNodes.Create(Transport, "server");
        server.SpawnSink("busy", _ => { });
        await using RawPeer peer = await RawPeer.DialAsync(Transport, await server.Remote.ListenAsync(TestNodes.AnyPort));
        Greeting welcome = await peer.ShakeHandsAsync("peer", incarnation: 1);
        welcome.GrantBytes.Should().BeInRange(1, welcome.BulkWindowBytes / 2);

        byte[] body = await BeginLargeAsync(peer, 1, new Blob(new float[1_000_000]));
        await SendChunkAsync(peer, 1, body[..welcome.GrantBytes]);

        (await ReadCreditAsync(peer)).Should().Be(welcome.GrantBytes);
    }

    /// <summary>Each new connection began with a whole window, so that who breaks off and dials again could fill a node that has no room.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Connection_ThatComesAnewWithoutRoom_IsGrantedItsWindowWhenThereIsSome(bool beforeItIsInUse)
    {
        var open = new TaskCompletionSource();
        await using ActorSystem server = Full(open);
        TransportAddress address = await server.Remote.ListenAsync(TestNodes.AnyPort);
        await FillAsync(server, address);

        await using RawPeer again = await RawPeer.DialAsync(Transport, address);
        Greeting welcome = await again.GreetAsync(RawPeer.Greeting("peer"));
        welcome.WithheldBytes.Should().Be(welcome.BulkWindowBytes);
        if (beforeItIsInUse)
        {
            open.SetResult();
            await Eventually.True(() => server.Remote.Unhandled.Held == 0);
        }

        await again.SendReadyAsync(welcome);
        if (!beforeItIsInUse)
        {
            await Eventually.True(() => server.Remote.ConnectedNodes.Count == 1);
            open.SetResult();
        }

        (await ReadCreditAsync(again)).Should().Be(welcome.BulkWindowBytes);
        await SendLargeAsync(again, 2);
    }

    [Fact]
    public async Task Connection_ThatComesAnewWithoutRoomAndSendsAllTheSame_IsEnded()
    {
        var open = new TaskCompletionSource();
        await using ActorSystem server = Full(open);
        TransportAddress address = await server.Remote.ListenAsync(TestNodes.AnyPort);
        await FillAsync(server, address);
        Task<PeerRefused> refused = server.NextAsync<PeerRefused>();

        await using RawPeer again = await RawPeer.DialAsync(Transport, address);
        await again.ShakeHandsAsync("peer", incarnation: 1);
        await SendLargeAsync(again, 1);

        await again.WhenHungUpAsync();
        (await refused.Limit()).Reason.Should().Contain("had been granted");
        open.SetResult();
    }

    /// <summary>A node that has no room for what an actor has not handled, and an actor that handles nothing yet.</summary>
    private ActorSystem Full(TaskCompletionSource open)
    {
        ActorSystem server = TestNodes.Create(Transport, "server", options => options with { Limits = RemotingLimits.Default with { MaxUnhandledBytes = 1 } });
        server.Spawn(Props.FromBehaviour(async (_, _) => await open.Task.Limit()), "busy");
        return server;
    }

    private async Task FillAsync(ActorSystem server, TransportAddress address)
    {
        await using (RawPeer peer = await RawPeer.DialAsync(Transport, address))
        {
            await peer.ShakeHandsAsync("peer", incarnation: 1);
            await SendLargeAsync(peer, 1);
            await Eventually.True(() => server.Remote.Unhandled.Held > 0);
        }

        await Eventually.True(() => server.Remote.ConnectedNodes.Count == 0);
    }

    private static async Task SendLargeAsync(RawPeer peer, int stream) =>
        await SendChunkAsync(peer, stream, await BeginLargeAsync(peer, stream, new Blob(new float[1000])));

    /// <returns>The bytes that are to follow.</returns>
    private static async Task<byte[]> BeginLargeAsync(RawPeer peer, int stream, Blob sent)
    {
        byte[] body = Encode.With(sent.Write);
        await peer.SendAsync((ref MessagePackWriter writer) =>
        {
            MessageFrame.Write(ref writer, FrameKind.StreamBegin, new ActorPath("server", "busy", 0), new Envelope(sent), Blob.TypeId, further: 3);
            writer.Write(stream);
            writer.Write(body.Length);
            writer.Write(0);
        });
        return body;
    }

    private static Task SendChunkAsync(RawPeer peer, int stream, byte[] bytes) => peer.SendAsync((ref MessagePackWriter writer) =>
    {
        writer.WriteArrayHeader(3);
        writer.Write((int)FrameKind.Chunk);
        writer.Write(stream);
        writer.WriteBinary(bytes);
    });

    private static async Task<int> ReadCreditAsync(RawPeer peer)
    {
        byte[] frame;
        do
        {
            frame = await peer.ReadFrameAsync();
        }
        while (KindOf(frame) != FrameKind.Credit);
        return ReadCredit(frame);
    }

    private static int ReadCredit(byte[] frame)
    {
        var reader = new MessagePackReader(frame);
        reader.ReadArrayHeader();
        reader.ReadInt32();
        return reader.ReadInt32();
    }

    private static void SpawnTeller(ActorSystem server, int values = Values) => server.Spawn(
        Props.FromBehaviour((context, _) =>
        {
            context.Respond(new Blob(new float[values]));
            return ValueTask.CompletedTask;
        }),
        "teller");

    private async Task<RawPeer> ConnectAsync(ActorSystem server, int maxStreams, int window = Window)
    {
        RawPeer peer = await RawPeer.DialAsync(Transport, await server.Remote.ListenAsync(TestNodes.AnyPort));
        await peer.ShakeHandsAsync(RawPeer.Greeting("peer") with { BulkWindowBytes = window, GrantBytes = 2 * Chunk, MaxStreams = maxStreams, MaxMessageBytes = 16 << 20 });
        return peer;
    }

    /// <summary>Reads until chunks make up so many bytes.</summary>
    private static async Task<int> ReadChunksAsync(RawPeer peer, int bytes)
    {
        int read = 0;
        while (read < bytes)
        {
            read += ReadChunk(await peer.ReadFrameAsync())?.Length ?? 0;
        }

        return read;
    }

    /// <summary>Reads until a small message comes.</summary>
    /// <returns>Bytes of chunks before it.</returns>
    private static async Task<int> ReadChunksUntilAnAnswerAsync(RawPeer peer)
    {
        int read = 0;
        while (true)
        {
            byte[] frame = await peer.ReadFrameAsync();
            if (KindOf(frame) is FrameKind.Brief or FrameKind.Message)
            {
                return read;
            }

            read += ReadChunk(frame)?.Length ?? 0;
        }
    }

    private static FrameKind KindOf(byte[] frame)
    {
        var reader = new MessagePackReader(frame);
        reader.ReadArrayHeader();
        return (FrameKind)reader.ReadInt32();
    }

    private static (int Stream, int Length)? ReadChunk(byte[] frame)
    {
        var reader = new MessagePackReader(frame);
        reader.ReadArrayHeader();
        if (reader.ReadInt32() != (int)FrameKind.Chunk)
        {
            return null;
        }

        int stream = reader.ReadInt32();
        int length = reader.ReadBinary().Length;
        length.Should().BeInRange(1, RemotingLimits.Default.MaxFrameBytes);
        return (stream, length);
    }

    private static (int Stream, int Length)? ReadStreamBegin(byte[] frame)
    {
        var reader = new MessagePackReader(frame);
        int fields = reader.ReadArrayHeader();
        if (reader.ReadInt32() != (int)FrameKind.StreamBegin)
        {
            return null;
        }

        // Behind the head come the stream's number, its length, and a vector's place.
        for (int i = 1; i < fields - 3; i++)
        {
            reader.Skip();
        }

        return (reader.ReadInt32(), reader.ReadInt32());
    }
}
