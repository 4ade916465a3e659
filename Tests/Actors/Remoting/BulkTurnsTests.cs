using System.Buffers;
using System.IO.Pipelines;
using FedActors.Actors;
using FedActors.Actors.Remoting;
using FedActors.Actors.Remoting.Frames;
using FedActors.Actors.Transport;
using FedActors.Actors.Transport.Memory;
using FedActors.Tests.TestKit;
using FedActors.Tests.TestKit.Remoting;

namespace FedActors.Tests.Actors.Remoting;

/// <summary>How much of large messages goes in one flush: half of what may be under way, where that is handed on from where it lies.</summary>
public sealed class BulkTurnsTests
{
    private const int Window = 4 * SendWindow.NarrowBytes;
    private const int Usual = 256 * 1024;
    private const int Chunk = 64 * 1024;
    private const int Heads = 1024;

    private readonly List<int> _flushes = [];
    private readonly PumpedContext _thread = new();
    private int _yields;

    [Fact]
    public async Task Flush_OfLargeMessagesThatGoAlone_TakesHalfOfTheWindow()
    {
        await SendAsync(8 * Window, takesMore: true);

        _flushes.SkipLast(2).Should().AllSatisfy(bytes => bytes.Should().BeInRange((Window / 2) - Chunk, (Window / 2) + Heads));
    }

    /// <summary>So with TLS, whose records gather in memory, and where it is told bytes that it must copy.</summary>
    [Fact]
    public async Task Flush_IntoAConnectionThatTakesNoMore_IsTheUsualOne()
    {
        await SendAsync(8 * Window, takesMore: false);

        _flushes.SkipLast(2).Should().AllSatisfy(bytes => bytes.Should().BeInRange(Usual - Chunk, Usual + Heads));
    }

    [Fact]
    public async Task Flush_AfterASmallMessageBesideLargeOnes_IsTheUsualOne()
    {
        await SendAsync(8 * Window, takesMore: true, smallBehindFlush: 1);

        _flushes[0].Should().BeGreaterThan(Usual + Heads);
        _flushes.Skip(1).Should().AllSatisfy(bytes => bytes.Should().BeLessThan(Usual + Heads));
    }

    /// <summary>Flushes were counted, of which one now takes as long as four.</summary>
    [Fact]
    public async Task Sending_MuchThatGoesAtOnce_GivesTheThreadBackAsOftenAsWithUsualFlushes()
    {
        const int Bytes = 64 * 1024 * 1024;
        await SendAsync(Bytes, takesMore: true);

        _flushes.Max().Should().BeGreaterThan(Usual + Heads);
        _yields.Should().BeGreaterThanOrEqualTo((Bytes / (32 * Usual)) - 1);
    }

    private async Task SendAsync(int bytes, bool takesMore, int smallBehindFlush = 0)
    {
        await using ActorSystem system = TestNodes.Create(new MemoryTransport(), "node");
        var endpoint = new Endpoint(system.Remote, "peer", "peer");
        var large = new RemoteActorRef(endpoint, new ActorPath("peer", "large", 0));
        var small = new RemoteActorRef(endpoint, new ActorPath("peer", "small", 0));
        Greeting peer = RawPeer.Greeting("peer") with { BulkWindowBytes = Window, GrantBytes = Usual, MaxFrameBytes = Usual };
        LinkSender? sender = null;
        int ungranted = 0;
        var output = new ReferringWriter(takesMore, (flushed, referred) =>
        {
            _flushes.Add(flushed);
            ungranted += referred;
            if (_flushes.Count == smallBehindFlush)
            {
                // It goes while what went before it has not arrived yet.
                endpoint.Offer(small, new Envelope(new Numbered(1)));
            }
            else if (ungranted > 0)
            {
                sender!.AddCredit(ungranted);
                ungranted = 0;
            }
        });
        sender = new LinkSender(endpoint, output, RemotingLimits.Default, peer);
        endpoint.Offer(large, new Envelope(new Shared(string.Empty, new float[bytes / sizeof(float)], default)));
        sender.Close();

        Task sending = _thread.Begin(() => sender.RunAsync(new OneWay(output), CancellationToken.None));
        _yields = _thread.RunUntil(sending);
    }

    /// <summary>Takes all at once, and says after each flush how much it was, and how much of that it was referred to.</summary>
    private sealed class ReferringWriter(bool takesMore, Action<int, int> flushed) : PipeWriter, IDirectOutput
    {
        private readonly ArrayBufferWriter<byte> _copied = new();
        private int _referred;

        public bool TakesMore => takesMore;

        public void Refer(ReadOnlyMemory<byte> bytes) => _referred += bytes.Length;

        public override Memory<byte> GetMemory(int sizeHint = 0) => _copied.GetMemory(sizeHint);

        public override Span<byte> GetSpan(int sizeHint = 0) => _copied.GetSpan(sizeHint);

        public override void Advance(int bytes) => _copied.Advance(bytes);

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
        {
            (int copied, int referred) = (_copied.WrittenCount, _referred);
            _copied.Clear();
            _referred = 0;
            flushed(copied + referred, referred);
            return new ValueTask<FlushResult>(new FlushResult(isCanceled: false, isCompleted: false));
        }

        public override void CancelPendingFlush()
        {
        }

        public override void Complete(Exception? exception = null)
        {
        }
    }

    private sealed class OneWay(PipeWriter output) : ITransportConnection
    {
        public PipeReader Input => throw new NotSupportedException();

        public PipeWriter Output => output;

        public string RemoteAddress => "one way";

        public string Origin => "one way";

        public PeerIdentity? Peer => null;

        public ValueTask OpenAsync(CancellationToken cancellationToken = default) => ValueTask.CompletedTask;

        public ValueTask FinishAsync() => ValueTask.CompletedTask;

        public void Abort()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
