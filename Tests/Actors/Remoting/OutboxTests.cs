using FedActors.Actors;
using FedActors.Actors.Remoting;
using FedActors.Actors.Remoting.Frames;
using FedActors.Actors.Serialization;
using FedActors.Actors.Transport;
using FedActors.Actors.Transport.Memory;
using FedActors.Tests.TestKit;
using FedActors.Tests.TestKit.Remoting;

namespace FedActors.Tests.Actors.Remoting;

public sealed class OutboxTests
{
    private readonly ManualTimeProvider _clock = new();
    private readonly Outbox _outbox;
    private int _wakes;

    public OutboxTests() => _outbox = new Outbox(TestNodes.Registry, RemotingLimits.Default, new QueueBudget(long.MaxValue), _clock, _ => _wakes++);

    [Fact]
    public void Outbox_FilledAgainBeforeTheLoopHasLooked_WakesItOnce()
    {
        Post(1);
        Post(2);

        _wakes.Should().Be(1);
        Drain();
        Post(3);
        _wakes.Should().Be(2);
    }

    [Fact]
    public void Outbox_Corked_WakesTheLoopWhenItIsUncorkedAndNotBefore()
    {
        _outbox.Cork();
        Post(1);
        Post(2);
        _wakes.Should().Be(0);

        _outbox.Uncork();
        _wakes.Should().Be(1);
        _outbox.Uncork();
        _wakes.Should().Be(1);
    }

    [Fact]
    public void Outbox_CorkedWithMuchInIt_WakesTheLoop()
    {
        _outbox.Cork();
        for (int i = 0; i < 1000 && _wakes == 0; i++)
        {
            Post(i);
        }

        _wakes.Should().Be(1);
        _outbox.Uncork();
        _wakes.Should().Be(1);
    }

    [Fact]
    public void Outbox_UncorkedWithNothingInIt_WakesNobodyAndStillWakesForTheNext()
    {
        _outbox.Cork();
        _outbox.Uncork();
        _wakes.Should().Be(0);

        Post(1);
        _wakes.Should().Be(1);
    }

    [Fact]
    public void Batch_OfMessagesToldOneAfterTheOther_KnowsWhenItsFirstWasTold()
    {
        long told = _clock.GetTimestamp();
        Post(1);
        _clock.Advance(TimeSpan.FromSeconds(3));
        Post(2);

        _outbox.TakeFrames()!.Since.Should().Be(told);
        _outbox.EndFrames();
        Post(3);
        _outbox.TakeFrames()!.Since.Should().Be(_clock.GetTimestamp());
    }

    [Fact]
    public async Task Outbox_CorkedWithoutRoom_WakesTheLoopToSaySo()
    {
        await using ActorSystem client = TestNodes.Create(new MemoryTransport(), "client");
        RemoteActorRef target = Fill(client);
        int before = _wakes;

        _outbox.Cork();
        _outbox.Offer(target, Large).Should().Be(DeliveryResult.Full);

        _wakes.Should().Be(before + 1);
        _outbox.TakeWantsRoom().Should().BeTrue();
    }

    /// <summary>A small message stands among large ones to the same actor for the sake of order, and once made its whole type count as large.</summary>
    [Fact]
    public async Task Offer_OfASmallMessageWhileLargeOnesTakeAllRoom_IsAcceptedThoughOneBehindThemIsNot()
    {
        await using ActorSystem client = TestNodes.Create(new MemoryTransport(), "client");
        RemoteNode node = client.Remote.Connect(new TransportAddress("127.0.0.1", 1));
        var (busy, other) = ((RemoteActorRef)node.ActorOf("busy"), (RemoteActorRef)node.ActorOf("other"));
        _outbox.Offer(busy, Large).Should().Be(DeliveryResult.Accepted);

        _outbox.Offer(busy, new Envelope(new Numbered(1))).Should().Be(DeliveryResult.Full);
        _outbox.Offer(other, new Envelope(new Numbered(2))).Should().Be(DeliveryResult.Accepted);
    }

    /// <summary>What small messages take beside large ones, for which they are not refused, has a bound all the same.</summary>
    [Fact]
    public async Task Offer_OfSmallMessagesWhileLargeOnesTakeAllRoom_IsAcceptedForHalfAsMuchAgain()
    {
        RemotingLimits limits = RemotingLimits.Default with { MaxQueuedBytes = 128 * 1024 };
        var outbox = new Outbox(TestNodes.Registry, limits, new QueueBudget(long.MaxValue), _clock, _ => { });
        await using ActorSystem client = TestNodes.Create(new MemoryTransport(), "client");
        RemoteNode node = client.Remote.Connect(new TransportAddress("127.0.0.1", 1));
        outbox.Offer((RemoteActorRef)node.ActorOf("busy"), Large).Should().Be(DeliveryResult.Accepted);
        long large = outbox.HeldBytes;
        var other = (RemoteActorRef)node.ActorOf("other");

        for (int i = 0; i < 10_000 && outbox.Offer(other, new Envelope(new Numbered(i), null)) == DeliveryResult.Accepted; i++)
        {
        }

        (outbox.HeldBytes - large).Should().BeCloseTo(limits.MaxQueuedBytes / 2, 1024, "the name of who is told the large one counts, too");
    }

    [Fact]
    public async Task Acknowledgement_ThatLetsALargeMessageIn_WakesTheLoop()
    {
        await using ActorSystem client = TestNodes.Create(new MemoryTransport(), "client");
        RemoteActorRef target = Fill(client);
        ValueTask<DeliveryResult> waiting = _outbox.OfferAsync(target, Large, CancellationToken.None);
        Drain();
        int before = _wakes;

        // A name, and the message that took all the room.
        _outbox.Acknowledge(2);

        _wakes.Should().Be(before + 1);
        (await waiting.Limit()).Should().Be(DeliveryResult.Accepted);
        _outbox.PeekBulk(mayBegin: true, out _).Should().NotBeNull();
    }

    /// <summary>Who waited behind a message that the other side turned out not to take waited for ever, if nothing else was sent.</summary>
    [Fact]
    public async Task LargeMessage_ThatTheOtherSideDoesNotTake_LeavesItsRoomToWhoWaits()
    {
        await using ActorSystem client = TestNodes.Create(new MemoryTransport(), "client");
        var target = (RemoteActorRef)client.Remote.Connect(new TransportAddress("127.0.0.1", 1)).ActorOf("sink");
        _outbox.Offer(target, Large).Should().Be(DeliveryResult.Accepted);
        ValueTask<DeliveryResult> waiting = _outbox.OfferAsync(target, new Envelope(new Blob(new float[100_000]), null), CancellationToken.None);
        waiting.IsCompleted.Should().BeFalse();

        _outbox.Limit(1_000_000).Should().ContainSingle();

        (await waiting.Limit()).Should().Be(DeliveryResult.Accepted);
        Drain();
        _outbox.PeekBulk(mayBegin: true, out _).Should().NotBeNull();
    }

    /// <summary>What a node remembers may be out of date when it is heard. Counted on from there, messages that came to nobody were held to have arrived.</summary>
    [Fact]
    public void Rewind_ToLessThanHasArrived_IsRefusedAndChangesNothing()
    {
        for (int i = 0; i < 5; i++)
        {
            Post(i);
            Drain();
        }

        _outbox.Acknowledge(3);

        FluentActions.Invoking(() => _outbox.Rewind(2)).Should().Throw<ProtocolException>();

        _outbox.Rewind(3).Should().Be(2);
    }

    [Fact]
    public async Task LargeMessage_BesideOneToAnotherActor_IsNotAlone()
    {
        await using ActorSystem client = TestNodes.Create(new MemoryTransport(), "client");
        RemoteNode node = client.Remote.Connect(new TransportAddress("127.0.0.1", 1));
        var small = new Envelope(new Blob(new float[100_000]), null);
        _outbox.Offer((RemoteActorRef)node.ActorOf("one"), small);
        _outbox.Offer((RemoteActorRef)node.ActorOf("one"), small);
        _outbox.PeekBulk(mayBegin: true, out bool isAlone);
        isAlone.Should().BeTrue("the second follows the first");

        _outbox.Offer((RemoteActorRef)node.ActorOf("two"), small);
        _outbox.PeekBulk(mayBegin: true, out isAlone);
        isAlone.Should().BeFalse();
    }

    /// <summary>The loop takes one batch, then bulk: what was told between the two, or does not fit into one batch, comes first all the same.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(10_000)]
    public async Task LargeMessage_BehindSmallOnes_BeginsWhenTheyAreTaken(int before)
    {
        await using ActorSystem client = TestNodes.Create(new MemoryTransport(), "client");
        var target = (RemoteActorRef)client.Remote.Connect(new TransportAddress("127.0.0.1", 1)).ActorOf("sink");
        for (int i = 0; i < before; i++)
        {
            _outbox.Offer(target, new Envelope(new Numbered(i), null)).Should().Be(DeliveryResult.Accepted);
        }

        _outbox.Offer(target, new Envelope(new Blob(new float[100_000]), null)).Should().Be(DeliveryResult.Accepted);

        int taken = 0;
        while (_outbox.PeekBulk(mayBegin: true, out _) is null)
        {
            taken += _outbox.TakeFrames()!.Messages.Count();
            _outbox.EndFrames();
        }

        taken.Should().Be(before);
        _outbox.Offer((RemoteActorRef)client.Remote.Connect(new TransportAddress("127.0.0.1", 1)).ActorOf("other"), new Envelope(new Numbered(0), null));
        _outbox.PeekBulk(mayBegin: true, out _).Should().NotBeNull("what was told later holds up nobody");
    }

    [Fact]
    public void Outbox_AfterABurst_KeepsLittleMemoryAndAtRestNone()
    {
        long frames = 0;
        int[] bounds = [64 * 1024, 128 * 1024];
        foreach (int bound in bounds)
        {
            for (int i = 0; i < 100_000; i++, frames++)
            {
                Post(i);
            }

            Drain();
            _outbox.ReservedBytes.Should().BeLessThan(200_000, "what was taken is not counted");
            _outbox.Acknowledge(frames);

            _outbox.ReservedBytes.Should().BePositive().And.BeLessThanOrEqualTo(bound + (128 * 1024), "a node may know thousands of others");
        }

        _outbox.Rest();
        _outbox.Rest();

        _outbox.ReservedBytes.Should().Be(0, "nothing was said from one to the next");
        Post(1);
        _outbox.TakeFrames()!.Written.Length.Should().BePositive();
        _outbox.EndFrames();
    }

    [Fact]
    public void Outbox_AtRestWithFramesThatWait_KeepsThem()
    {
        Post(1);
        Post(2);

        _outbox.Rest();

        _outbox.TakeFrames()!.Count.Should().Be(2);
        _outbox.EndFrames();
    }

    /// <summary>All has arrived many times a second while messages stream: what was given back then is needed again at once, until that is seen.</summary>
    [Fact]
    public async Task Outbox_OfMessagesThatAllArriveNowAndThen_AllocatesNothing()
    {
        await using ActorSystem client = TestNodes.Create(new MemoryTransport(), "client");
        var target = (RemoteActorRef)client.Remote.Connect(new TransportAddress("127.0.0.1", 1)).ActorOf("sink");
        var envelope = new Envelope(new Numbered(1), null);
        long sent = 0;
        SendAndAcknowledge(rounds: 10);

        // A collection takes memory out of the pool, and other tests bring one about as often as they like.
        long least = long.MaxValue;
        for (int attempt = 0; attempt < 100 && least > 0; attempt++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            SendAndAcknowledge(rounds: 10);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        least.Should().Be(0);

        void SendAndAcknowledge(int rounds)
        {
            for (int round = 0; round < rounds; round++)
            {
                for (int batch = 0; batch < 40; batch++)
                {
                    for (int i = 0; i < 300; i++)
                    {
                        _outbox.Offer(target, envelope);
                    }

                    sent += _outbox.TakeFrames()!.Count;
                    _outbox.EndFrames();
                }

                _outbox.Acknowledge(sent);
            }
        }
    }

    private static Envelope Large => new(new Blob(new float[RemotingLimits.Default.MaxQueuedBytes / sizeof(float)]), null);

    /// <summary>Sends so much that there is no room until it has arrived.</summary>
    private RemoteActorRef Fill(ActorSystem client)
    {
        var target = (RemoteActorRef)client.Remote.Connect(new TransportAddress("127.0.0.1", 1)).ActorOf("sink");
        _outbox.Offer(target, Large).Should().Be(DeliveryResult.Accepted);
        Drain();
        BulkMessage message = _outbox.PeekBulk(mayBegin: true, out _)!;
        message.ReadChunk(new byte[message.Length]);
        _outbox.EndBulkTurn(message);
        Drain();
        return target;
    }

    private void Post(int number) => _outbox.Post((ref MessagePackWriter writer) =>
    {
        writer.WriteArrayHeader(2);
        writer.Write((int)FrameKind.AskFailed);
        writer.Write(number);
    });

    private void Drain()
    {
        while (_outbox.TakeFrames() is not null)
        {
            _outbox.EndFrames();
        }
    }
}
