using FedActors.Storage;
using FedActors.Storage.Gossip;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.Contracts;

/// <summary>What every gossip store does, whatever holds it.</summary>
public abstract class GossipStoreContract : IDisposable
{
    private readonly Lazy<IGossipStore> _store;

    protected GossipStoreContract() => _store = new Lazy<IGossipStore>(() => Create(keepMetrics: 3));

    protected IGossipStore Store => _store.Value;

    /// <summary>An empty store.</summary>
    protected abstract IGossipStore Create(int keepMetrics);

    public virtual void Dispose()
    {
        if (_store.IsValueCreated)
        {
            _store.Value.Dispose();
        }

        GC.SuppressFinalize(this);
    }

    [Fact]
    public void Empty_AskedForAnything_HasNothing()
    {
        Store.DatabaseId.Should().HaveLength(32);
        Store.ListPeers().Should().BeEmpty();
        Store.FindPeer("A").Should().BeNull();
        Store.Load("A").Should().BeEmpty();
        Store.LoadHeads("A").Should().BeEmpty();
        Store.ListMetrics("A").Should().BeEmpty();
        Store.Invoking(s => s.Forget("A")).Should().NotThrow();
    }

    [Fact]
    public void FindPart_OneOfSeveral_IsItWithItsBody()
    {
        Begin("A", incarnation: 1);
        Begin("B", incarnation: 1);
        Store.Save("A", new StateChange { Parts = [new StatePart("mean", new byte[] { 1 }, new byte[] { 2, 3 }), new StatePart("clock", new byte[] { 4 })] }, Durability.Cached);

        StatePart found = Store.FindPart("A", "mean")!;
        (found.Key, Convert.ToHexString(found.Head.Span), Convert.ToHexString(found.Body!.Value.Span)).Should().Be(("mean", "01", "0203"));
        Store.FindPart("A", "clock")!.Body.Should().BeNull();
        Store.FindPart("A", "other").Should().BeNull();
        Store.FindPart("B", "mean").Should().BeNull();
        Store.FindPart("C", "mean").Should().BeNull();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4 << 20)]
    [InlineData((4 << 20) + 1)]
    [InlineData((9 << 20) + 17)]
    public void Save_BodyOfAnyLength_ComesBackAndIsReplaced(int length)
    {
        Begin("A", incarnation: 1);
        Begin("B", incarnation: 1);
        StatePart large = StoredGossip.Part("a", 1, length);
        Store.Save("A", new StateChange { Parts = [large, StoredGossip.Part("b", 1)] }, Durability.Cached);
        Store.Save("B", new StateChange { Parts = [StoredGossip.Part("a", 2, length)] }, Durability.Promised);

        StoredGossip.ShouldBe(Store.Load("A"), large, StoredGossip.Part("b", 1));
        StoredGossip.ShouldBe([Store.FindPart("B", "a")!], StoredGossip.Part("a", 2, length));
        Store.LoadHeads("A").Should().HaveCount(2).And.OnlyContain(part => part.Body == null);

        Store.Save("A", new StateChange { Parts = [StoredGossip.Part("a", 3)] }, Durability.Cached);
        Store.Save("B", new StateChange { Removed = ["a"] }, Durability.Cached);
        StoredGossip.ShouldBe(Store.Load("A"), StoredGossip.Part("a", 3), StoredGossip.Part("b", 1));
        Store.Load("B").Should().BeEmpty();
    }

    [Fact]
    public void Peer_NeverStarted_CanDoNothing()
    {
        ShouldConflict(() => Store.BeginIncarnation("A", 1), "A has not started");
        ShouldConflict(() => Store.AllocateSequence("A"), "A has not started");
        ShouldConflict(() => Store.Save("A", new StateChange(), Durability.Cached), "A has not started");
    }

    [Fact]
    public void BeginLife_NewPeer_HasNoIncarnation()
    {
        PeerRecord record = Store.BeginLife("A", life: ulong.MaxValue, StoredGossip.Start);

        record.Should().Be(new PeerRecord("A", 0, 0, ulong.MaxValue, 1, IsCopy: false, StoredGossip.Start));
        Store.FindPeer("A").Should().Be(record);
        ShouldConflict(() => Store.AllocateSequence("A"), "no incarnation");
    }

    [Fact]
    public void BeginLife_Again_KeepsTheIncarnationAndCounts()
    {
        Begin("A", incarnation: 7);
        Store.AllocateSequence("A");

        PeerRecord record = Store.BeginLife("A", life: 2, StoredGossip.Start.AddHours(1));

        record.Should().BeEquivalentTo(new { Incarnation = 7UL, Life = 2UL, Starts = 2L, IsCopy = false, StartedAt = StoredGossip.Start.AddHours(1) });
        record.LastSequence.Should().BeGreaterThanOrEqualTo(1);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(4)]
    [InlineData(0)]
    public void BeginIncarnation_NotHigher_IsRefused(ulong incarnation)
    {
        Begin("A", incarnation: 5);

        ShouldConflict(() => Store.BeginIncarnation("A", incarnation), "incarnation 5");
        Store.FindPeer("A")!.Incarnation.Should().Be(5);
    }

    [Fact]
    public void BeginIncarnation_BeyondWhatCanBeFollowed_IsACallersMistake()
    {
        Begin("A");

        Store.Invoking(s => s.BeginIncarnation("A", long.MaxValue)).Should().Throw<ArgumentOutOfRangeException>();
        Store.BeginIncarnation("A", long.MaxValue - 1);
        Store.FindPeer("A")!.Incarnation.Should().Be(long.MaxValue - 1);
    }

    [Fact]
    public void AllocateSequence_ManyOfOneLife_AreCountedWithoutGaps()
    {
        Begin("A");

        ulong[] given = [.. Enumerable.Range(0, 200).Select(_ => Store.AllocateSequence("A"))];

        given.Should().Equal(Enumerable.Range(1, 200).Select(i => (ulong)i));
        Store.FindPeer("A")!.LastSequence.Should().BeGreaterThanOrEqualTo(200).And.BeLessThan(300);
    }

    [Fact]
    public void AllocateSequence_AfterEveryStart_IsAboveAllThatWasGiven()
    {
        Begin("A");
        ulong last = 0;
        for (ulong life = 2; life < 12; life++)
        {
            for (ulong i = 0; i < life * 13; i++)
            {
                ulong next = Store.AllocateSequence("A");
                next.Should().BeGreaterThan(last);
                last = next;
            }

            Store.BeginLife("A", life, StoredGossip.Start).LastSequence.Should().BeGreaterThanOrEqualTo(last);
        }
    }

    [Fact]
    public void AllocateSequence_NewIncarnation_StartsFromOne()
    {
        Begin("A");
        Store.AllocateSequence("A");

        Store.BeginIncarnation("A", 2);

        Store.FindPeer("A")!.LastSequence.Should().Be(0);
        Store.AllocateSequence("A").Should().Be(1);
    }

    [Fact]
    public void AllocateSequence_SeveralThreadsAndPeers_GivesNoneTwice()
    {
        Begin("A");
        Begin("B");
        var given = new List<(string, ulong)>();

        Parallel.For(0, 8, worker =>
        {
            string peer = worker % 2 == 0 ? "A" : "B";
            for (int i = 0; i < 100; i++)
            {
                ulong sequence = Store.AllocateSequence(peer);
                lock (given)
                {
                    given.Add((peer, sequence));
                }
            }
        });

        given.Should().HaveCount(800).And.OnlyHaveUniqueItems();
    }

    [Theory]
    [InlineData(Durability.Cached)]
    [InlineData(Durability.Promised)]
    public void Save_ReadBack_IsTheSameInTheOrderOfKeys(Durability durability)
    {
        Begin("A");
        StatePart[] parts = [StoredGossip.Part("model/B", 2), StoredGossip.Part("counter", 3) with { Body = null }, StoredGossip.Part("model/A", 1), StoredGossip.Part("empty", 4) with { Body = ReadOnlyMemory<byte>.Empty }];

        Store.Save("A", new StateChange { Parts = parts }, durability);

        ShouldHold("A", parts);
        Store.LoadHeads("A").Select(p => p.Key).Should().Equal("counter", "empty", "model/A", "model/B");
        Store.LoadHeads("A").Should().OnlyContain(p => p.Body == null && p.Head.Length > 0);
    }

    [Fact]
    public void Save_Again_ReplacesAndRemovesOnlyWhatIsNamed()
    {
        Begin("A");
        Store.Save("A", new StateChange { Parts = [StoredGossip.Part("a", 1), StoredGossip.Part("b", 1), StoredGossip.Part("c", 1)] }, Durability.Cached);

        Store.Save("A", new StateChange { Removed = ["a", "never there"], Parts = [StoredGossip.Part("b", 2) with { Body = null }] }, Durability.Promised);
        ShouldHold("A", StoredGossip.Part("b", 2) with { Body = null }, StoredGossip.Part("c", 1));

        Store.Save("A", new StateChange { Removed = ["c"], Parts = [StoredGossip.Part("c", 9)] }, Durability.Cached);
        ShouldHold("A", StoredGossip.Part("b", 2) with { Body = null }, StoredGossip.Part("c", 9));
    }

    [Fact]
    public void Save_TwoPeers_DoNotMeet()
    {
        Begin("A");
        Begin("B", incarnation: 3);
        Store.Save("A", new StateChange { Parts = [StoredGossip.Part("a", 1)], Metrics = StoredGossip.Metrics(1) }, Durability.Cached);
        Store.Save("B", new StateChange { Parts = [StoredGossip.Part("a", 2)] }, Durability.Cached);

        Store.Forget("A");

        Store.Load("A").Should().BeEmpty();
        Store.ListMetrics("A").Should().BeEmpty();
        ShouldHold("B", StoredGossip.Part("a", 2));
        Store.ListPeers().Select(p => (p.Peer, p.Incarnation)).Should().Equal(("A", 1UL), ("B", 3UL));
    }

    [Fact]
    public void Forget_ThenPublish_UsesNoVersionAgain()
    {
        Begin("A");
        ulong before = Store.AllocateSequence("A");

        Store.Forget("A");
        Store.BeginLife("A", life: 2, StoredGossip.Start);

        Store.AllocateSequence("A").Should().BeGreaterThan(before);
    }

    [Fact]
    public void Metrics_ReadBack_AreTheSameInTheOrderOfRounds()
    {
        Begin("A");
        PeerMetrics strange = StoredGossip.Metrics(2) with { Loss = double.NaN, Accuracy = double.PositiveInfinity, ChangeNorm = double.NaN, EvaluationLoss = double.NaN, EvaluationAccuracy = 0.5 };
        PeerMetrics unevaluated = StoredGossip.Metrics(3) with { EvaluationLoss = null, EvaluationAccuracy = null };
        Store.Save("A", new StateChange { Metrics = unevaluated }, Durability.Cached);
        Store.Save("A", new StateChange { Metrics = StoredGossip.Metrics(1) }, Durability.Promised);
        Store.Save("A", new StateChange { Metrics = StoredGossip.Metrics(2) }, Durability.Cached);
        Store.Save("A", new StateChange { Metrics = strange }, Durability.Cached);

        Store.ListMetrics("A").Should().Equal(StoredGossip.Metrics(1), strange, unevaluated);
    }

    [Fact]
    public void Metrics_MoreThanAreKept_DropsTheOldest()
    {
        Begin("A");
        foreach (int round in new[] { 1, 2, 5, 9, 11 })
        {
            Store.Save("A", new StateChange { Metrics = StoredGossip.Metrics(round) }, Durability.Cached);
        }

        Store.ListMetrics("A").Select(m => m.Round).Should().Equal(5, 9, 11);
    }

    [Fact]
    public void Names_OutOfBounds_AreACallersMistake()
    {
        Begin("A");

        Store.Invoking(s => s.BeginLife(" ", 1, StoredGossip.Start)).Should().Throw<ArgumentException>();
        Store.Invoking(s => s.BeginLife(new string('x', 201), 1, StoredGossip.Start)).Should().Throw<ArgumentOutOfRangeException>();
        Store.Invoking(s => s.Save("A", new StateChange { Parts = [StoredGossip.Part("", 1)] }, Durability.Cached)).Should().Throw<ArgumentException>();
        Store.Invoking(s => s.Save("A", new StateChange { Parts = [StoredGossip.Part(new string('k', 321), 1)] }, Durability.Cached)).Should().Throw<ArgumentOutOfRangeException>();
        Store.Load("A").Should().BeEmpty();
    }

    protected void Begin(string peer, ulong incarnation = 1)
    {
        Store.BeginLife(peer, life: 1, StoredGossip.Start);
        Store.BeginIncarnation(peer, incarnation);
    }

    protected void ShouldHold(string peer, params StatePart[] parts) => StoredGossip.ShouldBe(Store.Load(peer), parts);

    private static void ShouldConflict(Action action, string part) =>
        action.Should().Throw<StoreException>().Where(e => e.Fault == StoreFault.Conflict).WithMessage($"*{part}*");
}
