using FedActors.Actors;
using FedActors.Actors.Remoting;
using FedActors.Actors.Serialization;
using FedActors.Actors.Transport;
using FedActors.Actors.Transport.Memory;
using FedActors.Tests.TestKit;
using FedActors.Tests.TestKit.Remoting;

namespace FedActors.Tests.Actors.Remoting;

/// <summary>Messages write themselves under the outbox's lock, by code that the runtime does not know. It may come back to the same outbox, or to another, while others tell.</summary>
public sealed class OutboxForeignCodeTests : IAsyncDisposable
{
    private const int Tellers = 3;
    private const int Times = 2_000;

    private readonly ActorSystem _client = TestNodes.Create(new MemoryTransport(), "client");
    private readonly Outbox _outbox;
    private readonly Outbox _other;
    private readonly RemoteActorRef _target;

    public OutboxForeignCodeTests()
    {
        _outbox = Make();
        _other = Make();
        _target = (RemoteActorRef)_client.Remote.Connect(new TransportAddress("127.0.0.1", 1)).ActorOf("sink");
    }

    public ValueTask DisposeAsync() => _client.DisposeAsync();

    [Fact]
    public async Task Write_ThatAsksHowMuchIsHeld_IsAnsweredWhileOthersTell()
    {
        long seen = 0;

        await BesideOthers(i => Offer(_outbox, new Hooking(i, () => seen = Math.Max(seen, _outbox.HeldBytes + _outbox.ReservedBytes))).Should().Be(DeliveryResult.Accepted));

        seen.Should().BePositive();
        ShouldHold<Hooking>(_outbox, Times);
    }

    /// <summary>As long as nothing that is meant for that one tells this one: one of the two is refused.</summary>
    [Fact]
    public async Task Write_ThatTellsAnotherNode_TellsItWhileOthersTell()
    {
        await BesideOthers(i => Offer(_outbox, new Hooking(i, () => Offer(_other, new Numbered(i)))).Should().Be(DeliveryResult.Accepted));

        ShouldHold<Hooking>(_outbox, Times);
        Taken(_other).Should().Equal(Enumerable.Range(0, Times).Select(i => new Numbered(i)));
    }

    /// <summary>The two waited for each other for ever, and with them all that was told to either node (ADR 0043).</summary>
    [Fact]
    public async Task Writes_ThatTellEachOthersNode_AreRefusedForOneAtLeast()
    {
        using var meeting = new Barrier(2);

        Exception?[] failures = await Task.WhenAll(TellBoth(_outbox, _other, meeting), TellBoth(_other, _outbox, meeting)).Limit();

        int refused = failures.OfType<InvalidOperationException>().Count(failure => failure.Message.Contains("may write and nothing else"));
        refused.Should().BeInRange(1, 2);
        Taken(_outbox).Concat(Taken(_other)).OfType<Hooking>().Should().HaveCount(2 - refused);
        Offer(_outbox, new Numbered(1)).Should().Be(DeliveryResult.Accepted);
        Offer(_other, new Numbered(1)).Should().Be(DeliveryResult.Accepted);
    }

    [Fact]
    public async Task Write_ThatTellsItsOwnNode_IsRefusedWhileOthersTell()
    {
        int refused = 0;

        await BesideOthers(i =>
        {
            try
            {
                Offer(_outbox, new Hooking(i, () => Offer(_outbox, new Numbered(i))));
            }
            catch (InvalidOperationException)
            {
                refused++;
            }
        });

        refused.Should().Be(Times);
        ShouldHold<Hooking>(_outbox, 0);
    }

    private Outbox Make() => new(
        new MessageRegistryBuilder().Add<Numbered>().Add<Hooking>().Build(),
        RemotingLimits.Default with { MaxQueuedBytes = int.MaxValue },
        new QueueBudget(long.MaxValue),
        new ManualTimeProvider(),
        _ => { },
        _client.Remote.Waits);

    private Task<Exception?> TellBoth(Outbox first, Outbox second, Barrier meeting) => Task.Factory.StartNew<Exception?>(
        () => Record.Exception(() => Offer(first, new Hooking(1, () =>
        {
            meeting.SignalAndWait(Eventually.Limit).Should().BeTrue();
            Offer(second, new Numbered(1));
        }))),
        CancellationToken.None,
        TaskCreationOptions.LongRunning,
        TaskScheduler.Default);

    /// <summary>Does the work as often as each of the others tells.</summary>
    private Task BesideOthers(Action<int> work) =>
        Task.WhenAll(Enumerable.Range(0, Tellers + 1).Select(thread => Task.Factory.StartNew(
            () =>
            {
                for (int i = 0; i < Times; i++)
                {
                    if (thread == Tellers)
                    {
                        work(i);
                    }
                    else
                    {
                        Offer(_outbox, new Numbered((thread * Times) + i)).Should().Be(DeliveryResult.Accepted);
                    }
                }
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default))).Limit();

    /// <summary>All that the others told is there, in each one's order, and so many of another kind.</summary>
    private static void ShouldHold<T>(Outbox outbox, int count)
    {
        object[] taken = Taken(outbox);
        taken.OfType<T>().Should().HaveCount(count);
        foreach (IGrouping<int, int> told in taken.OfType<Numbered>().Select(message => message.Number).GroupBy(number => number / Times))
        {
            told.Should().Equal(Enumerable.Range(told.Key * Times, Times));
        }

        taken.OfType<Numbered>().Should().HaveCount(Tellers * Times);
    }

    private static object[] Taken(Outbox outbox)
    {
        List<object> taken = [];
        while (outbox.TakeFrames() is { } batch)
        {
            taken.AddRange(batch.Messages.Select(message => message.Envelope.Message));
            outbox.EndFrames();
        }

        return [.. taken];
    }

    private DeliveryResult Offer(Outbox outbox, object message) => outbox.Offer(_target, new Envelope(message));

    /// <summary>Does something else when it writes itself.</summary>
    private sealed record Hooking(int Number, Action Hook) : IWireMessage<Hooking>
    {
        public static int TypeId => 9101;

        public static Hooking Read(ref MessagePackReader reader) => throw new NotSupportedException();

        public void Write(ref MessagePackWriter writer)
        {
            writer.WriteArrayHeader(1);
            Hook();
            writer.Write(Number);
        }
    }
}
