using System.Collections.Concurrent;
using FedActors.Actors;
using FedActors.Actors.Mailboxes;
using FedActors.Actors.Remoting;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.Contracts;

/// <summary>What every kind of mailbox holds, in every full mode that it has.</summary>
public abstract class MailboxContract
{
    private readonly List<Envelope> _dropped = [];

    [Fact]
    public void Take_OfferedInOrder_ComesOutInOrderWithEverythingBesideIt()
    {
        Mailbox mailbox = Make(capacity: 100);
        var headers = new MessageHeaders { TraceParent = "trace" };
        for (int i = 0; i < 50; i++)
        {
            mailbox.Offer(new Envelope(i, null, i % 2 == 0 ? headers : null)).Should().Be(DeliveryResult.Accepted);
        }

        for (int i = 0; i < 50; i++)
        {
            mailbox.TryTake(out MailboxSlot[] slots, out int index).Should().BeTrue();
            slots[index].Envelope.Should().Be(new Envelope(i, null, i % 2 == 0 ? headers : null));
        }

        Take(mailbox).Should().BeNull();
    }

    [Fact]
    public void Messages_SteadyTraffic_AllocateNothing()
    {
        const int Burst = 50;
        Mailbox mailbox = Make(capacity: 100);
        var envelope = new Envelope("message");
        Pass(1_000);

        // A collection that another test brings about counts what the thread had been given and not used.
        long least = Enumerable.Range(0, 5).Min(_ =>
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            Pass(2_000);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        });

        least.Should().Be(0);

        void Pass(int bursts)
        {
            for (int i = 0; i < bursts; i++)
            {
                for (int n = 0; n < Burst; n++)
                {
                    mailbox.Offer(envelope);
                }

                for (int n = 0; n < Burst; n++)
                {
                    mailbox.TryTake(out _, out _);
                }
            }
        }
    }

    /// <summary>Places are used again: what travelled beside one message must not stick to the next.</summary>
    [Fact]
    public void Take_PlacesUsedAgain_CarryNothingOver()
    {
        Mailbox mailbox = Make(capacity: 4);
        var headers = new MessageHeaders { TraceParent = "trace" };
        for (int i = 0; i < 100; i++)
        {
            mailbox.Offer(new Envelope(i, null, i % 3 == 0 ? headers : null));
            mailbox.TryTake(out MailboxSlot[] slots, out int index).Should().BeTrue();
            slots[index].Envelope.Should().Be(new Envelope(i, null, i % 3 == 0 ? headers : null));
        }
    }

    [Fact]
    public void Count_OffersAndTakes_IsWhatWaits()
    {
        Mailbox mailbox = Make(capacity: 10);
        for (int i = 0; i < 5; i++)
        {
            mailbox.Offer(new Envelope(i));
        }

        Take(mailbox);
        Take(mailbox);

        (mailbox.Count, mailbox.Taken, mailbox.HasMore).Should().Be((3, 2, true));
        Drain(mailbox).Should().Equal(2, 3, 4);
        (mailbox.Count, mailbox.Taken, mailbox.HasMore).Should().Be((0, 5, false));
    }

    /// <summary>A batch that the reader holds already counts as waiting: the bound is one bound, not two.</summary>
    [Fact]
    public void Offer_FullWhileABatchIsRead_DoesWhatTheModeSays()
    {
        Mailbox mailbox = Make(capacity: 4);
        for (int i = 0; i < 5; i++)
        {
            mailbox.Offer(new Envelope(i)).Should().Be(i < 4 || Mode == MailboxFullMode.DropOldest ? DeliveryResult.Accepted : DeliveryResult.Full);
        }

        Take(mailbox).Should().Be(Mode == MailboxFullMode.DropOldest ? 1 : 0);
        mailbox.Offer(new Envelope(5)).Should().Be(DeliveryResult.Accepted);
        mailbox.Offer(new Envelope(6)).Should().Be(Mode == MailboxFullMode.DropOldest ? DeliveryResult.Accepted : DeliveryResult.Full);

        Drain(mailbox).Should().Equal(Mode == MailboxFullMode.DropOldest ? [3, 4, 5, 6] : [1, 2, 3, 5]);
        _dropped.Select(envelope => envelope.Message).Should().Equal(Mode == MailboxFullMode.DropOldest ? [0, 2] : []);
    }

    [Fact]
    public async Task OfferAsync_Full_DoesWhatTheModeSays()
    {
        Mailbox mailbox = Make(capacity: 1);
        mailbox.Offer(new Envelope("first"));

        ValueTask<DeliveryResult> second = mailbox.OfferAsync(new Envelope("second"), CancellationToken.None);

        second.IsCompleted.Should().Be(Mode != MailboxFullMode.Wait);
        if (Mode == MailboxFullMode.Wait)
        {
            Take(mailbox).Should().Be("first");
            Drain(mailbox).Should().Equal("second");
        }

        (await second.Limit()).Should().Be(Mode == MailboxFullMode.Reject ? DeliveryResult.Full : DeliveryResult.Accepted);
    }

    [Fact]
    public async Task Close_MessagesInside_RefusesFurtherOnesAndKeepsThose()
    {
        Mailbox mailbox = Make(capacity: 1);
        mailbox.Offer(new Envelope(0));
        Task<DeliveryResult>? waiting = Mode == MailboxFullMode.Wait ? mailbox.OfferAsync(new Envelope(1), CancellationToken.None).AsTask() : null;

        mailbox.Close();
        mailbox.Close();

        mailbox.Offer(new Envelope(2)).Should().Be(DeliveryResult.NoSuchActor);
        (await mailbox.OfferAsync(new Envelope(3), CancellationToken.None).Limit()).Should().Be(DeliveryResult.NoSuchActor);
        if (waiting is not null)
        {
            (await waiting.Limit()).Should().Be(DeliveryResult.NoSuchActor);
        }

        Drain(mailbox).Should().Equal(0);
    }

    /// <summary>The handler that hangs still looks at its message, while another reader goes on.</summary>
    [Fact]
    public void LeaveBatchBehind_InTheMiddle_KeepsTheOldMessageAndGoesOnWithTheRest()
    {
        Mailbox mailbox = Make(capacity: 100);
        for (int i = 0; i < 10; i++)
        {
            mailbox.Offer(new Envelope(i));
        }

        mailbox.TryTake(out MailboxSlot[] left, out int at).Should().BeTrue();
        mailbox.LeaveBatchBehind();

        Drain(mailbox).Should().Equal(Enumerable.Range(1, 9).Cast<object>());
        for (int i = 0; i < 100; i++)
        {
            mailbox.Offer(new Envelope("later"));
            Take(mailbox).Should().Be("later");
        }

        left[at].Message.Should().Be(0);
    }

    /// <summary>Nothing is kept alive by a place from which it was taken long ago.</summary>
    [Fact]
    public void Take_ComesBackEmpty_LetsGoOfTheLastMessage()
    {
        Mailbox mailbox = Make(capacity: 4);
        mailbox.Offer(new Envelope("last"));
        mailbox.TryTake(out MailboxSlot[] slots, out int index).Should().BeTrue();

        mailbox.TryTake(out _, out _).Should().BeFalse();

        slots[index].Should().Be(default(MailboxSlot));
    }

    [Fact]
    public void Arrivals_OfferedAndTaken_CountUntilTheNextIsTaken()
    {
        var unhandled = new UnhandledBytes(long.MaxValue, null, () => { });
        Mailbox mailbox = Make(capacity: 4);
        var counted = new List<long>();
        for (int i = 0; i < 6; i++)
        {
            mailbox.Offer(new Envelope(i, null, new MessageHeaders { Arrival = new LargeArrival(unhandled, 1) }));
        }

        unhandled.Held.Should().Be(4);
        while (Take(mailbox) is not null)
        {
            counted.Add(unhandled.Held);
        }

        counted.Should().Equal(4, 3, 2, 1);
        unhandled.Held.Should().Be(0);
    }

    [Fact]
    public void Arrivals_LeftBehindWithTheirBatch_CountNoMore()
    {
        var unhandled = new UnhandledBytes(long.MaxValue, null, () => { });
        Mailbox mailbox = Make(capacity: 4);
        for (int i = 0; i < 4; i++)
        {
            mailbox.Offer(new Envelope(i, null, new MessageHeaders { Arrival = new LargeArrival(unhandled, 1) }));
        }

        Take(mailbox);
        mailbox.LeaveBatchBehind();
        unhandled.Held.Should().Be(3);

        Drain(mailbox).Should().HaveCount(3);
        unhandled.Held.Should().Be(0);
    }

    /// <summary>Writers on all threads, waiting and not, cancelled and not, against one reader and a close at the worst time.</summary>
    [Fact]
    public async Task Writers_ManyAndAClose_EachMessageIsTakenOrRefusedOnceInEachWritersOrder()
    {
        for (ulong seed = 0; seed < 20; seed++)
        {
            await RaceAsync(new SplitMix(seed));
        }
    }

    protected abstract MailboxFullMode Mode { get; }

    private protected abstract Mailbox Make(MailboxOptions options, Action<Envelope> dropped);

    private protected static object? Take(Mailbox mailbox) => mailbox.TryTake(out MailboxSlot[] slots, out int index) ? slots[index].Message : null;

    private protected static List<object> Drain(Mailbox mailbox)
    {
        List<object> all = [];
        while (Take(mailbox) is { } message)
        {
            all.Add(message);
        }

        return all;
    }

    private protected Mailbox Make(int capacity) => Make(new MailboxOptions { Capacity = capacity, FullMode = Mode }, _dropped.Add);

    private async Task RaceAsync(SplitMix chance)
    {
        const int Writers = 4;
        const int Each = 2000;
        var dropped = new ConcurrentQueue<object>();
        Mailbox mailbox = Make(new MailboxOptions { Capacity = 1 + chance.Next(20), FullMode = Mode }, envelope => dropped.Enqueue(envelope.Message));
        int closeAfter = chance.Next(2 * Writers * Each);
        var refused = new ConcurrentQueue<object>();
        int done = 0;
        Task[] writers = [.. Enumerable.Range(0, Writers).Select(writer => Task.Run(async () =>
        {
            for (int i = 0; i < Each; i++)
            {
                (int, int) message = (writer, i);
                if (!await OfferAsync(mailbox, message, way: i % 3))
                {
                    refused.Enqueue(message);
                }
            }

            Interlocked.Increment(ref done);
        }))];

        List<(int Writer, int Number)> taken = await Task.Run(async () =>
        {
            List<(int, int)> all = [];
            while (Volatile.Read(ref done) < Writers || mailbox.HasMore)
            {
                if (Take(mailbox) is { } message)
                {
                    all.Add(((int, int))message);
                    if (all.Count == closeAfter)
                    {
                        mailbox.Close();
                    }
                }
                else
                {
                    await Task.Yield();
                }
            }

            return all;
        }).Limit();
        await Task.WhenAll(writers).Limit();

        taken.Cast<object>().Concat(refused).Concat(dropped).Should().OnlyHaveUniqueItems().And.HaveCount(Writers * Each);
        foreach (IGrouping<int, (int Writer, int Number)> writer in taken.GroupBy(message => message.Writer))
        {
            writer.Select(message => message.Number).Should().BeInAscendingOrder();
        }
    }

    private static async Task<bool> OfferAsync(Mailbox mailbox, object message, int way)
    {
        if (way == 0)
        {
            return mailbox.Offer(new Envelope(message)) == DeliveryResult.Accepted;
        }

        using var cancellation = new CancellationTokenSource();
        ValueTask<DeliveryResult> offer = mailbox.OfferAsync(new Envelope(message), cancellation.Token);
        if (way == 1)
        {
            await cancellation.CancelAsync();
        }

        try
        {
            return await offer == DeliveryResult.Accepted;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
