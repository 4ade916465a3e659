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

/// <summary>A watch that was made by a node's address is taken back whole, also while the node turns out to be one that is connected already.</summary>
public sealed class HandedOverWatchTests
{
    /// <summary>It found the watch in neither place, and the other node kept it until the watched actor ended.</summary>
    [Fact]
    public async Task Watch_TakenBackWhileItIsHandedOver_IsKeptNowhere()
    {
        MemoryTransport transport = new();
        using ManualResetEventSlim isHeld = new();
        using ManualResetEventSlim mayGoOn = new();
        await using ActorSystem client = TestNodes.Create(transport, "client", options => options with
        {
            Registry = new MessageRegistryBuilder().Add<Numbered>().Add<Holding>().Build(),
        });
        TransportAddress address = await client.Remote.ListenAsync(TestNodes.AnyPort);
        await using ITransportListener listener = await transport.ListenAsync(TestNodes.AnyPort);
        await using RawPeer server = await RawPeer.DialAsync(transport, address);
        await server.ShakeHandsAsync("server", 1);
        await Eventually.True(() => client.Remote.ConnectedNodes.Count == 1);

        ActorRef watched = client.Remote.Connect(listener.Address).ActorOf("watched");
        await using RawPeer dialled = new((await listener.AcceptAsync().Limit())!);
        ActorRef watcher = client.SpawnEcho("watcher");
        watched.SendSystem(new SystemMessage.Watch(watched, watcher));
        watched.Tell(new Holding(() =>
        {
            isHeld.Set();
            mayGoOn.Wait(Eventually.Limit).Should().BeTrue();
        }));
        await dialled.ReadFrameAsync();
        Task refusing = Task.Run(() => dialled.SendAsync((ref MessagePackWriter writer) => new Refusal(RefusalCode.Connected, "server", "connected already").Write(ref writer)));
        await Eventually.True(() => isHeld.IsSet, "what waits is handed over");
        Thread unwatching = new(() => watched.SendSystem(new SystemMessage.Unwatch(watched, watcher)));
        unwatching.Start();
        await Eventually.True(() => unwatching.ThreadState.HasFlag(ThreadState.WaitSleepJoin), "it waits until all is handed over");
        mayGoOn.Set();

        await refusing.Limit();
        await Eventually.True(() => !unwatching.IsAlive);
        watched.Tell(new Numbered(1));
        (await ReadWatchesAsync(server)).Should().Equal(FrameKind.Watch, FrameKind.Unwatch);
    }

    /// <summary>Watches and their ends, until the second message.</summary>
    private static async Task<List<FrameKind>> ReadWatchesAsync(RawPeer server)
    {
        List<FrameKind> watches = [];
        for (int briefs = 0; briefs < 2;)
        {
            FrameKind kind = KindOf(await server.ReadFrameAsync());
            briefs += kind == FrameKind.Brief ? 1 : 0;
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

    /// <summary>Holds up whoever has it write itself for the second time, which is when it goes from one outbox to another.</summary>
    private sealed record Holding(Action Hold) : IWireMessage<Holding>
    {
        private int _writes;

        public static int TypeId => 9102;

        public static Holding Read(ref MessagePackReader reader) => throw new NotSupportedException();

        public void Write(ref MessagePackWriter writer)
        {
            if (++_writes == 2)
            {
                Hold();
            }

            writer.WriteArrayHeader(0);
        }
    }
}
