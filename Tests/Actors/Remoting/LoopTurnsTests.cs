using System.Buffers;
using System.IO.Pipelines;
using FedActors.Actors;
using FedActors.Actors.Remoting;
using FedActors.Actors.Remoting.Frames;
using FedActors.Actors.Serialization;
using FedActors.Actors.Transport;
using FedActors.Actors.Transport.Memory;
using FedActors.Tests.TestKit;
using FedActors.Tests.TestKit.Remoting;
using FedActors.Tests.TestKit.Transport;

namespace FedActors.Tests.Actors.Remoting;

/// <summary>A connection on which all completes at once gives its thread back all the same, and a flush is for all that there is to say.</summary>
public sealed class LoopTurnsTests
{
    private const int Turns = 1000;
    private const int MostWithoutAYield = 33;

    [Fact]
    public async Task Sending_FlushesThatCompleteAtOnce_GiveTheThreadBack()
    {
        await using ActorSystem system = TestNodes.Create(new MemoryTransport(), "node");
        var endpoint = new Endpoint(system.Remote, "peer", "peer");
        var target = new RemoteActorRef(endpoint, new ActorPath("peer", "sink", 0));
        int flushes = 0;
        var output = new EagerWriter(() =>
        {
            // There is always more to say.
            if (++flushes < Turns)
            {
                endpoint.Offer(target, new Envelope(new Numbered(flushes)));
            }
        });
        var sender = new LinkSender(endpoint, output, RemotingLimits.Default, RawPeer.Greeting("peer"));
        endpoint.Offer(target, new Envelope(new Numbered(0)));
        sender.Close();

        var thread = new PumpedContext();
        Task sending = thread.Begin(() => sender.RunAsync(new EagerConnection(null, output), CancellationToken.None));

        flushes.Should().BeLessThanOrEqualTo(MostWithoutAYield, "whoever started the loop has its thread back");
        thread.RunUntil(sending).Should().BeGreaterThanOrEqualTo((Turns / MostWithoutAYield) - 1);
        flushes.Should().Be(Turns + 1, "each message, and the goodbye");
    }

    [Fact]
    public async Task Receiving_ReadsThatCompleteAtOnce_GiveTheThreadBack()
    {
        await using ActorSystem system = TestNodes.Create(new MemoryTransport(), "node");
        var endpoint = new Endpoint(system.Remote, "peer", "peer");
        byte[] heartbeat = RawPeer.Frame((ref MessagePackWriter writer) =>
        {
            writer.WriteArrayHeader(1);
            writer.Write((int)FrameKind.Heartbeat);
        });
        var input = new EagerReader(heartbeat, Turns);
        var connection = new EagerConnection(input, new EagerWriter(() => { }));
        var sender = new LinkSender(endpoint, connection.Output, RemotingLimits.Default, RawPeer.Greeting("peer"));
        var receiver = new LinkReceiver(endpoint, connection, system.Remote.Options, "peer", 0, sender, CancellationToken.None);

        var thread = new PumpedContext();
        Task receiving = thread.Begin(receiver.RunAsync);

        input.Reads.Should().BeLessThanOrEqualTo(MostWithoutAYield);
        thread.RunUntil(receiving).Should().BeGreaterThanOrEqualTo((Turns / MostWithoutAYield) - 1);
        input.Reads.Should().Be(Turns + 1, "each frame, and the end");
    }

    /// <summary>A read that puts a quarter of a megabyte in its place takes as long as many small ones.</summary>
    [Fact]
    public async Task Receiving_MuchThatIsThereAtOnce_GivesTheThreadBackOften()
    {
        const int Chunks = 64;
        const int ChunkBytes = 250_000;
        await using ActorSystem system = TestNodes.Create(new MemoryTransport(), "node");
        var endpoint = new Endpoint(system.Remote, "peer", "peer");
        byte[] begin = RawPeer.Frame((ref MessagePackWriter writer) =>
        {
            MessageFrame.Write(ref writer, FrameKind.StreamBegin, new ActorPath("node", "sink", 0), new Envelope(new Numbered(1)), int.MaxValue, further: 3);
            writer.Write(1);
            writer.Write(Chunks * ChunkBytes);
            writer.Write(0);
        });
        byte[] chunk = RawPeer.Frame((ref MessagePackWriter writer) =>
        {
            writer.WriteArrayHeader(3);
            writer.Write((int)FrameKind.Chunk);
            writer.Write(1);
            writer.WriteBinary(new byte[ChunkBytes]);
        });
        var input = new EagerPlacer([.. begin, .. Enumerable.Repeat(chunk, Chunks).SelectMany(bytes => bytes)]);
        var connection = new EagerConnection(input, new EagerWriter(() => { }));
        var sender = new LinkSender(endpoint, connection.Output, RemotingLimits.Default, RawPeer.Greeting("peer"));
        var receiver = new LinkReceiver(endpoint, connection, system.Remote.Options, "peer", 0, sender, CancellationToken.None);

        var thread = new PumpedContext();
        Task receiving = thread.Begin(receiver.RunAsync);

        thread.RunUntil(receiving).Should().BeGreaterThanOrEqualTo(Chunks * ChunkBytes / (3 * 1024 * 1024));
        input.Placed.Should().BeGreaterThan(Chunks * ChunkBytes * 9 / 10);
    }

    /// <summary>All that one connection brings at once was handled in one turn, and questions of others stood behind it in actors' mailboxes.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Receiving_ManyFramesInOneRead_GivesWayIfOthersWait(bool othersWait)
    {
        var scheduler = new TurningScheduler { Busy = othersWait };
        ActorSystem system = TestNodes.Create(new MemoryTransport(), "node", system: options => options with { Scheduler = scheduler });
        var endpoint = new Endpoint(system.Remote, "peer", "peer");
        byte[] heartbeat = RawPeer.Frame((ref MessagePackWriter writer) =>
        {
            writer.WriteArrayHeader(1);
            writer.Write((int)FrameKind.Heartbeat);
        });
        var connection = new EagerConnection(new EagerReader([.. Enumerable.Repeat(heartbeat, 5 * Turns).SelectMany(bytes => bytes)], 1), new EagerWriter(() => { }));
        var sender = new LinkSender(endpoint, connection.Output, RemotingLimits.Default, RawPeer.Greeting("peer"));
        var receiver = new LinkReceiver(endpoint, connection, system.Remote.Options, "peer", 0, sender, CancellationToken.None);

        var thread = new PumpedContext();
        Task receiving = thread.Begin(receiver.RunAsync);

        // Each 64 of a new connection's first thousand, and each 512 of the rest.
        thread.RunUntil(receiving).Should().Be(othersWait ? 15 + (((5 * Turns) - (15 * 64)) / 512) : 0);
        Task stopping = system.StopAsync();
        scheduler.Run();
        await stopping.Limit();
    }

    [Fact]
    public async Task Accepting_ConnectionsThatAreThereAtOnce_GivesTheThreadBackAfterEach()
    {
        await using ActorSystem system = TestNodes.Create(new MemoryTransport(), "node", TestNodes.Unpaced);
        var flood = new EagerListener(Turns);
        NodeListener? listener = null;

        var thread = new PumpedContext();
        await thread.Begin(() =>
        {
            listener = new NodeListener(system.Remote, flood);
            listener.Start();
            return Task.CompletedTask;
        });

        flood.Accepted.Should().Be(1);
        thread.RunUntil(flood.Ended).Should().BeGreaterThanOrEqualTo(Turns);
        system.Remote.Refused.Should().Be(Turns, "each was refused for itself");
        thread.RunUntil(thread.Begin(listener!.CloseAsync));
    }

    [Fact]
    public async Task Sending_ManyMessagesThatWait_IsOneFlushAndNoWaitForMore()
    {
        var clock = new ManualTimeProvider();
        await using ActorSystem system = TestNodes.Create(new MemoryTransport(), "node", system: options => options with { Time = clock });
        var endpoint = new Endpoint(system.Remote, "peer", "peer");
        var target = new RemoteActorRef(endpoint, new ActorPath("peer", "sink", 0));
        int flushes = 0;
        var output = new EagerWriter(() => flushes++);
        var sender = new LinkSender(endpoint, output, RemotingLimits.Default, RawPeer.Greeting("peer"));
        for (int i = 0; i < Turns; i++)
        {
            endpoint.Offer(target, new Envelope(new Numbered(i)));
        }

        var thread = new PumpedContext();
        Task sending = thread.Begin(() => sender.RunAsync(new EagerConnection(null, output), CancellationToken.None));
        thread.Run();

        flushes.Should().Be(1);
        output.Frames.Should().Be(Turns + 2, "the actor's name goes before them, and who has acknowledged nothing yet is asked for a word behind so many");

        // The clock stands still.
        endpoint.Offer(target, new Envelope(new Numbered(Turns)));
        sender.Wake(isAwaited: false);
        thread.Run();

        flushes.Should().Be(2);
        output.Frames.Should().Be(Turns + 4);
        sender.Close();
        thread.RunUntil(sending);
    }

    /// <summary>Has the same bytes there each time, so many times, and then the end.</summary>
    private sealed class EagerReader(byte[] bytes, int times) : PipeReader
    {
        public int Reads { get; private set; }

        public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
        {
            bool isEnd = ++Reads > times;
            return new ValueTask<ReadResult>(new ReadResult(isEnd ? ReadOnlySequence<byte>.Empty : new ReadOnlySequence<byte>(bytes), isCanceled: false, isCompleted: isEnd));
        }

        public override bool TryRead(out ReadResult result) => throw new NotSupportedException();

        public override void AdvanceTo(SequencePosition consumed)
        {
        }

        public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
        {
        }

        public override void CancelPendingRead()
        {
        }

        public override void Complete(Exception? exception = null)
        {
        }
    }

    /// <summary>Has everything there at once, and puts it where it is told to.</summary>
    private sealed class EagerPlacer(byte[] bytes) : PipeReader, IDirectInput
    {
        private const int HeadBytes = 4096;

        private Memory<byte> _place;
        private int _at;
        private int _shown;
        private int _placed;

        public int Placed { get; private set; }

        public void PlaceNext(Memory<byte> destination) => _place = destination;

        public int TakePlaced()
        {
            Placed += _placed;
            return _placed;
        }

        public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
        {
            _placed = _place.Length;
            bytes.AsMemory(_at, _placed).CopyTo(_place);
            _at += _placed;
            _shown = _placed > 0 ? 0 : Math.Min(HeadBytes, bytes.Length - _at);
            return new ValueTask<ReadResult>(new ReadResult(new ReadOnlySequence<byte>(bytes, _at, _shown), isCanceled: false, _at + _shown == bytes.Length));
        }

        public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

        public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) =>
            _at += (int)new ReadOnlySequence<byte>(bytes, _at, _shown).Slice(0, consumed).Length;

        public override bool TryRead(out ReadResult result) => throw new NotSupportedException();

        public override void CancelPendingRead()
        {
        }

        public override void Complete(Exception? exception = null)
        {
        }
    }

    /// <summary>Has so many connections there at once, and then the end.</summary>
    private sealed class EagerListener(int connections) : ITransportListener
    {
        private readonly TaskCompletionSource _ended = new();

        public TransportAddress Address { get; } = new("eager", 1);

        public int Accepted { get; private set; }

        public Task Ended => _ended.Task;

        public ValueTask<ITransportConnection?> AcceptAsync(CancellationToken cancellationToken = default)
        {
            if (Accepted == connections)
            {
                _ended.TrySetResult();
                return new ValueTask<ITransportConnection?>((ITransportConnection?)null);
            }

            Accepted++;
            return new ValueTask<ITransportConnection?>(new EagerConnection(null, new EagerWriter(() => { })));
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
