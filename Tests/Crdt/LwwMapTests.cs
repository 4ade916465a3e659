using FedActors.Crdt;

namespace FedActors.Tests.Crdt;

public sealed class LwwMapTests
{
    private static readonly Body One = new(new byte[] { 1 });
    private static readonly Body Two = new(new byte[] { 2 });
    private readonly LwwMap _map = new(new Member("a", 3));

    [Fact]
    public void Delete_KnownKey_HidesItAndAnOlderPutDoesNotBringItBack()
    {
        _map.Put("k", One, new HybridTime(5));
        _map.Delete("k", new HybridTime(7));

        MergeReport report = _map.Merge(new LwwMap(new Member("b", 1)).Put("k", Two, new HybridTime(6)));

        report.Changed.Should().Be(0);
        _map.TryGet("k", out _).Should().BeFalse();
        _map.Tombstones.Should().Be(1);
        _map.BodyBytes.Should().Be(0);
    }

    [Fact]
    public void Merge_TombstoneAndPutOfOneTick_TombstoneStays()
    {
        Delta put = new LwwMap(new Member("z", 1)).Put("k", One, new HybridTime(5));
        Delta delete = new LwwMap(new Member("b", 1)).Delete("k", new HybridTime(5));

        _map.Merge(delete);
        _map.Merge(put);

        _map.TryGet("k", out _).Should().BeFalse();
    }

    [Fact]
    public void PutOwned_HigherIncarnation_BeatsAnySequence()
    {
        Delta later = new LwwMap(new Member("b", 2)).PutOwned("model/b", One, sequence: 1);
        Delta earlier = new LwwMap(new Member("b", 1)).PutOwned("model/b", Two, sequence: 1_000_000);

        _map.Merge(later);
        _map.Merge(earlier);

        _map.Find("model/b")!.Body.Should().Be(One);
    }

    [Fact]
    public void Merge_TwoContentsUnderOneVersion_ConvergesByHashAndReports()
    {
        Delta one = new LwwMap(new Member("b", 1)).PutOwned("model/b", One, sequence: 4);
        Delta two = new LwwMap(new Member("b", 1)).PutOwned("model/b", Two, sequence: 4);
        LwwMap other = new(new Member("c", 1));
        _map.Merge(one);
        other.Merge(two);

        Equivocation here = _map.Merge(two).Equivocations.Should().ContainSingle().Subject;
        Equivocation there = other.Merge(one).Equivocations.Should().ContainSingle().Subject;

        here.Should().Be(there);
        _map.RootHash.Should().Be(other.RootHash);
    }

    [Theory]
    [InlineData("model/b")]
    [InlineData("model/")]
    [InlineData("k")]
    public void PutOwned_KeyOfAnother_IsRefused(string key) =>
        FluentActions.Invoking(() => _map.PutOwned(key, One, sequence: 1)).Should().Throw<ArgumentException>();

    [Fact]
    public void Put_OwnedKey_IsRefused() =>
        FluentActions.Invoking(() => _map.Put("model/a", One, new HybridTime(1))).Should().Throw<ArgumentException>();

    [Fact]
    public void SetRoster_WithoutThisReplica_IsRefused() =>
        FluentActions.Invoking(() => _map.SetRoster(new Roster([new Member("a", 2)]))).Should().Throw<ArgumentException>();

    [Fact]
    public void Acknowledge_OneMemberSilent_KeepsTheTombstone()
    {
        (LwwMap a, LwwMap b) = WithTombstone(new Roster([new("a", 3), new("b", 1), new("c", 1)]));

        Talk(a, b);

        a.Tombstones.Should().Be(1);
        b.Tombstones.Should().Be(1);
    }

    [Fact]
    public void SetRoster_SilentMemberRemoved_LetsTheOthersForget()
    {
        (LwwMap a, LwwMap b) = WithTombstone(new Roster([new("a", 3), new("b", 1), new("c", 1)]));
        Talk(a, b);

        Roster smaller = new([new("a", 3), new("b", 1)]);
        a.SetRoster(smaller);
        b.SetRoster(smaller);
        Talk(a, b);

        a.Count.Should().Be(0);
        b.Count.Should().Be(0);
        a.ReceiptsHash.Should().Be(default(ContentHash));
    }

    [Fact]
    public void Acknowledge_UnderAnotherRoster_DoesNotCount()
    {
        (LwwMap a, LwwMap b) = WithTombstone(new Roster([new("a", 3), new("b", 1)]));
        b.SetRoster(new Roster([new("a", 3), new("b", 1), new("c", 1)]));

        Talk(a, b);

        a.Tombstones.Should().Be(1);
    }

    [Fact]
    public void Delete_OnlyMember_ForgetsAtOnce()
    {
        _map.SetRoster(new Roster([new("a", 3)]));

        _map.Delete("k", new HybridTime(1));

        _map.Count.Should().Be(0);
    }

    private (LwwMap A, LwwMap B) WithTombstone(Roster roster)
    {
        LwwMap b = new(new Member("b", 1));
        _map.SetRoster(roster);
        b.SetRoster(roster);
        b.Merge(_map.Delete("k", new HybridTime(1)));
        return (_map, b);
    }

    private static void Talk(LwwMap a, LwwMap b)
    {
        for (int turn = 0; turn < 3; turn++)
        {
            a.Acknowledge(b.Roster!.Hash, b.ToReceipts(int.MaxValue));
            b.Acknowledge(a.Roster!.Hash, a.ToReceipts(int.MaxValue));
        }

        // One of the two may be a step behind; it follows when it sees that the other has forgotten.
        foreach ((LwwMap map, LwwMap other) in new[] { (a, b), (b, a) })
        {
            if (other.Count == 0)
            {
                map.TryFollow("k");
            }
        }
    }
}
