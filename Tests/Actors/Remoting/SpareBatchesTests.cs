using FedActors.Actors;
using FedActors.Actors.Remoting;

namespace FedActors.Tests.Actors.Remoting;

public sealed class SpareBatchesTests
{
    private readonly SpareBatches _spare = new(long.MaxValue);

    [Fact]
    public void Take_OfWhatWasAdded_IsTheSameBatchAndEmpty()
    {
        OutboxBatch batch = _spare.Take();
        batch.Add(null, default);
        _spare.Add(batch);

        _spare.Take().Should().BeSameAs(batch);
        batch.Count.Should().Be(0);
        _spare.Take().Should().NotBeSameAs(batch);
    }

    /// <summary>Entries are filled part by part. What a former message left there would be named as the sender of one that is not delivered.</summary>
    [Fact]
    public async Task Take_OfABatchWhoseMessagesHadSenders_HasNoneOfThem()
    {
        await using var system = new ActorSystem(new ActorSystemOptions());
        ActorRef sender = system.Spawn(Props.FromBehaviour(static (_, _) => ValueTask.CompletedTask), "sender");
        OutboxBatch batch = _spare.Take();
        batch.Add(null, new Envelope("first", sender, new MessageHeaders { TraceParent = "trace" }));
        _spare.Add(batch);

        _spare.Take().Should().BeSameAs(batch);
        batch.Add(null, new Envelope("second"));

        batch.Entries.Should().ContainSingle().Which.Envelope.Should().Be(new Envelope("second"));
    }

    [Fact]
    public void Arrival_OfAll_LeavesFew()
    {
        TakeAndAdd(40);

        _spare.OnAllArrived();

        _spare.Count.Should().Be(SpareBatches.FirstCount);
    }

    [Fact]
    public void Arrival_OfAllAgainAndAgain_KeepsWhatIsNeededEachTime()
    {
        for (int i = 0; i < 5; i++)
        {
            TakeAndAdd(40);
            _spare.OnAllArrived();
        }

        _spare.Count.Should().Be(40);
    }

    [Fact]
    public void Arrival_OfAllThatNeededNoMoreThanWasKept_KeepsNoMore()
    {
        TakeAndAdd(40);
        for (int i = 0; i < 5; i++)
        {
            _spare.OnAllArrived();
            TakeAndAdd(SpareBatches.FirstCount);
        }

        _spare.Count.Should().Be(SpareBatches.FirstCount);
    }

    [Fact]
    public void Arrival_OfLargeBatches_IsBoundedInBytes()
    {
        var narrow = new SpareBatches(5000);
        OutboxBatch[] batches = [.. Enumerable.Range(0, 3).Select(_ => narrow.Take())];
        foreach (OutboxBatch batch in batches)
        {
            batch.Frames.EndFrame(batch.Frames.BeginFrame());
            narrow.Add(batch);
        }

        narrow.Bytes.Should().Be(3 * 4096);
        narrow.OnAllArrived();

        narrow.Bytes.Should().Be(4096);
    }

    [Fact]
    public void Rest_WhileMuchIsNeeded_KeepsIt()
    {
        Arrival_OfAllAgainAndAgain_KeepsWhatIsNeededEachTime();
        for (int i = 0; i < 3; i++)
        {
            TakeAndAdd(30);
            _spare.Rest();
        }

        _spare.Count.Should().Be(30, "ten were needed by nobody");
    }

    [Fact]
    public void Rest_WithLittleNeededSinceTheLastTime_GivesAllBack()
    {
        Arrival_OfAllAgainAndAgain_KeepsWhatIsNeededEachTime();
        _spare.Rest();
        TakeAndAdd(1);

        _spare.Rest();

        _spare.Count.Should().Be(0);
        TakeAndAdd(40);
        _spare.OnAllArrived();
        _spare.Count.Should().Be(SpareBatches.FirstCount, "what was needed once is forgotten");
    }

    [Fact]
    public void Add_MoreThanTheCapacity_KeepsNoMore()
    {
        TakeAndAdd(SpareBatches.Capacity + 5);

        _spare.Count.Should().Be(SpareBatches.Capacity);
    }

    [Fact]
    public void Clear_WithManyBatches_GivesAllBack()
    {
        TakeAndAdd(20);

        _spare.Clear();

        _spare.Count.Should().Be(0);
    }

    private void TakeAndAdd(int batches)
    {
        OutboxBatch[] taken = [.. Enumerable.Range(0, batches).Select(_ => _spare.Take())];
        foreach (OutboxBatch batch in taken)
        {
            _spare.Add(batch);
        }
    }
}
