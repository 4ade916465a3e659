using FedActors.Actors;
using FedActors.Actors.Cells;
using FedActors.Actors.Remoting;
using FedActors.Actors.Remoting.Frames;
using FedActors.Actors.Serialization;
using FedActors.Actors.Transport;
using FedActors.Actors.Transport.Memory;
using FedActors.Tests.TestKit;
using FedActors.Tests.TestKit.Remoting;

namespace FedActors.Tests.Actors.Remoting;

/// <summary>What was told and watched by a node's address, when the node turns out to be one that is connected already.</summary>
public sealed class HandingOverTests : IAsyncDisposable
{
    private const int NotWrittenAnew = 1012;
    private readonly MemoryTransport _transport = new();
    private readonly CollectedLog _log = new();
    private readonly ActorSystem _client;

    public HandingOverTests() => _client = TestNodes.Create(_transport, "client", options => options with
    {
        Registry = new MessageRegistryBuilder().Add<Numbered>().Add<Rewritten>().Build(),
    }, options => options with { LoggerFactory = _log });

    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        _log.Dispose();
    }

    /// <summary>It was lost without a word, with all that was told behind it, and the attempt to connect failed.</summary>
    [Fact]
    public async Task Message_ThatCannotWriteItselfAnew_IsADeadLetterAndThoseBehindItArrive()
    {
        await using RawPeer server = await ConnectAsync();
        await using ITransportListener listener = await _transport.ListenAsync(TestNodes.AnyPort);
        RemoteNode node = _client.Remote.Connect(listener.Address);
        await using RawPeer dialled = new((await listener.AcceptAsync().Limit())!);
        Task<DeadLetter> dead = _client.NextAsync<DeadLetter>();
        node.ActorOf("sink").Tell(new Rewritten(() => throw new NotSupportedException("not again")));
        node.ActorOf("sink").Tell(new Rewritten(() => throw new NotSupportedException("nor this")));
        node.ActorOf("sink").Tell(new Numbered(1));

        await SayConnectedAlreadyAsync(dialled);

        (await dead.Limit()).Should().Match<DeadLetter>(letter => letter.Message is Rewritten && letter.Reason == DeadLetterReason.NotWrittenAnew);
        (await node.WhenConnectedAsync().Limit()).Should().Be("server");
        (await ReadWatchesAsync(server, messages: 1)).Should().BeEmpty();
        _log.Lines.Should().ContainSingle(line => line.EventId == NotWrittenAnew, "a queue may be full of such").Which.Text.Should().EndWith("1 others were, too");
    }

    /// <summary>It found the watch in neither place, and the other node kept it until the watched actor ended.</summary>
    [Fact]
    public async Task Watch_TakenBackWhileItIsHandedOver_IsKeptNowhere()
    {
        using ManualResetEventSlim isHeld = new();
        using ManualResetEventSlim mayGoOn = new();
        await using RawPeer server = await ConnectAsync();
        await using ITransportListener listener = await _transport.ListenAsync(TestNodes.AnyPort);
        ActorRef watched = _client.Remote.Connect(listener.Address).ActorOf("watched");
        await using RawPeer dialled = new((await listener.AcceptAsync().Limit())!);
        ActorRef watcher = _client.SpawnEcho("watcher");
        watched.SendSystem(new SystemMessage.Watch(watched, watcher));
        watched.Tell(new Rewritten(() =>
        {
            isHeld.Set();
            mayGoOn.Wait(Eventually.Limit).Should().BeTrue();
        }));
        Task refusing = Task.Run(() => SayConnectedAlreadyAsync(dialled));
        await Eventually.True(() => isHeld.IsSet, "what waits is handed over");
        Thread unwatching = new(() => watched.SendSystem(new SystemMessage.Unwatch(watched, watcher)));
        unwatching.Start();
        await Eventually.True(() => unwatching.ThreadState.HasFlag(ThreadState.WaitSleepJoin), "it waits until all is handed over");
        mayGoOn.Set();

        await refusing.Limit();
        await Eventually.True(() => !unwatching.IsAlive);
        watched.Tell(new Numbered(1));
        (await ReadWatchesAsync(server, messages: 2)).Should().Equal(FrameKind.Watch, FrameKind.Unwatch);
    }

    /// <summary>A node that has dialled the client.</summary>
    private async Task<RawPeer> ConnectAsync()
    {
        RawPeer server = await RawPeer.DialAsync(_transport, await _client.Remote.ListenAsync(TestNodes.AnyPort));
        await server.ShakeHandsAsync("server", 1);
        await Eventually.True(() => _client.Remote.ConnectedNodes.Count == 1);
        return server;
    }

    /// <summary>Whom the client has dialled is that node, too.</summary>
    private static async Task SayConnectedAlreadyAsync(RawPeer dialled)
    {
        await dialled.ReadFrameAsync();
        await dialled.SendAsync((ref MessagePackWriter writer) => new Refusal(RefusalCode.Connected, "server", "connected already").Write(ref writer));
    }

    /// <summary>Watches and their ends, until as many messages have come.</summary>
    private static async Task<List<FrameKind>> ReadWatchesAsync(RawPeer server, int messages)
    {
        List<FrameKind> watches = [];
        while (messages > 0)
        {
            FrameKind kind = KindOf(await server.ReadFrameAsync());
            messages -= kind == FrameKind.Brief ? 1 : 0;
            if (kind is FrameKind.Watch or FrameKind.Unwatch)
            {
                watches.Add(kind);
            }
        }

        return watches;
    }

    private static FrameKind KindOf(byte[] frame)
    {
        var reader = new MessagePackReader(frame);
        reader.ReadArrayHeader();
        return (FrameKind)reader.ReadInt32();
    }

    /// <summary>Does something else when it writes itself for the second time, which is when it goes from one outbox to another.</summary>
    private sealed record Rewritten(Action Again) : IWireMessage<Rewritten>
    {
        private int _writes;

        public static int TypeId => 9102;

        public static Rewritten Read(ref MessagePackReader reader) => throw new NotSupportedException();

        public void Write(ref MessagePackWriter writer)
        {
            if (++_writes == 2)
            {
                Again();
            }

            writer.WriteArrayHeader(0);
        }
    }
}
