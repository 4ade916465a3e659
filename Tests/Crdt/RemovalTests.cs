using FedActors.Crdt;
using FedActors.Crdt.Gossip;
using FedActors.Tests.Crdt.Gossip;

namespace FedActors.Tests.Crdt;

public sealed class RemovalTests
{
    private static readonly Body Nothing = new(new byte[] { 0 });

    private readonly GossipPair _pair = new();

    [Theory]
    [InlineData("removed/b/1", "b", 1UL)]
    [InlineData("removed/a site/of ours/18446744073709551615", "a site/of ours", ulong.MaxValue)]
    public void TryParse_Record_NamesWhoWasRemoved(string key, string replica, ulong incarnation)
    {
        Removal.TryParse(key, out Member member).Should().BeTrue();

        member.Should().Be(new Member(replica, incarnation));
        Removal.KeyOf(member).Should().Be(key);
    }

    [Theory]
    [InlineData("removed/")]
    [InlineData("removed//1")]
    [InlineData("removed/b")]
    [InlineData("removed/b/0")]
    [InlineData("removed/b/01")]
    [InlineData("removed/b/+1")]
    [InlineData("removed/b/18446744073709551616")]
    [InlineData("model/b")]
    public void TryParse_AnythingElse_IsRefused(string key) => Removal.TryParse(key, out _).Should().BeFalse();

    [Fact]
    public void Bury_MemberWithARecord_DeletesModelsAndDescriptionUpToItsIncarnation()
    {
        LwwMap map = _pair.A.State.Map;
        Adopt(map, "model/c", 1);
        Adopt(map, "info/c", 2);
        Adopt(map, "moments/c", 1);
        _pair.A.State.Put(Removal.KeyOf(new Member("c", 1)), Nothing, _pair.Now);

        map.Bury(new Member("c", 1)).Entries.Select(entry => entry.Key).Should().BeEquivalentTo("model/c", "model2/c");

        map.TryGet("model/c", out _).Should().BeFalse();
        map.TryGet("info/c", out _).Should().BeTrue("its next life has published that");
        map.TryGet("moments/c", out _).Should().BeTrue("others' models are scaled by them");
        map.Removed.Should().Equal(new Member("c", 1));
    }

    [Fact]
    public void Bury_WithoutARecord_IsACallersMistake() =>
        FluentActions.Invoking(() => _pair.A.State.Map.Bury(new Member("c", 1))).Should().Throw<ArgumentException>();

    [Fact]
    public void ToRoster_OfTwoThatHoldTheSame_IsOneWithoutTheRemoved()
    {
        foreach (LwwMap map in new[] { _pair.A.State.Map, _pair.B.State.Map })
        {
            Adopt(map, "info/a", 1);
            Adopt(map, "info/b", 1);
            Adopt(map, "info/c", 1);
            Adopt(map, "info/d", 3);
        }

        _pair.A.State.Put(Removal.KeyOf(new Member("c", 1)), Nothing, _pair.Now);
        _pair.B.State.Map.ToRoster([]).Members.Should().Contain(new Member("c", 1));
        _pair.Exchange();

        Roster roster = _pair.A.State.Map.ToRoster([new Member("b", 1)]);
        roster.Members.Should().BeEquivalentTo([new Member("a", 1), new Member("b", 1), new Member("d", 3)]);
        _pair.B.State.Map.ToRoster([new Member("a", 1)]).Hash.Should().Be(roster.Hash);
    }

    [Fact]
    public void MayForget_OneWhoDoesNotKnowThatAllHoldIt_KeepsTheTombstone()
    {
        Member a = new("a", 1);
        Member b = new("b", 1);
        Roster roster = new([a, b]);

        AcknowledgementRule.MayForget(roster, new Dictionary<Member, ReceiptLevel> { [a] = ReceiptLevel.KnownByAll }).Should().BeFalse();
        AcknowledgementRule.MayForget(roster, new Dictionary<Member, ReceiptLevel> { [a] = ReceiptLevel.KnownByAll, [b] = ReceiptLevel.Held }).Should().BeFalse();
        AcknowledgementRule.MayForget(roster, new Dictionary<Member, ReceiptLevel> { [a] = ReceiptLevel.KnownByAll, [b] = ReceiptLevel.KnownByAll }).Should().BeTrue();
    }

    [Theory]
    [InlineData("removed/c/x")]
    [InlineData("removed/c/1000002")]
    public void Exchange_RecordThatNoRemovalCouldWrite_IsRefused(string key)
    {
        Adopt(_pair.A.State.Map, "info/c", 1);

        _pair.AnswerInPlaceOfB([new EntryHeader(key, new Stamp(0, HybridTime.At(_pair.Now).Value, IsTombstone: false, "b", Nothing.Hash), 1)]);

        _pair.RefusalsAt("a").Should().Equal(ExchangeRefusal.Malformed);
    }

    [Fact]
    public void Exchange_RecordSaidToBeDeleted_IsRefused()
    {
        _pair.A.State.Put(Removal.KeyOf(new Member("c", 1)), Nothing, _pair.Now);

        _pair.AnswerInPlaceOfB([new EntryHeader("removed/c/1", new Stamp(0, HybridTime.At(_pair.Now + 1).Value, IsTombstone: true, "b", default), 0)]);

        _pair.RefusalsAt("a").Should().Equal(ExchangeRefusal.Malformed);
        _pair.A.State.Map.IsRemoved(new Member("c", 1)).Should().BeTrue();
    }

    /// <summary>Where owners prove what they write, nobody can sign in the name of one who is gone.</summary>
    [Fact]
    public void Exchange_TombstoneOfTheRemoved_CountsWithItsRecordAndIsPassedOverWithout()
    {
        GossipPair pair = new(new ExchangeOptions { OwnerCheck = (_, _) => null });
        Adopt(pair.A.State.Map, "model/c", 1);
        EntryHeader tombstone = new("model/c", new Stamp(1, ulong.MaxValue, IsTombstone: true, "c", default), 0);

        pair.AnswerInPlaceOfB([tombstone]);
        pair.A.State.Map.TryGet("model/c", out _).Should().BeTrue();
        pair.RefusalsAt("a").Should().BeEmpty();

        pair.A.State.Put(Removal.KeyOf(new Member("c", 1)), Nothing, pair.Now);
        pair.AnswerInPlaceOfB([tombstone]);
        pair.A.State.Map.TryGet("model/c", out _).Should().BeFalse();
        pair.RefusalsAt("a").Should().BeEmpty();
    }

    private static void Adopt(LwwMap map, string key, ulong incarnation) =>
        map.Merge(new Delta([new Entry(new EntryHeader(key, new Stamp(incarnation, 5, IsTombstone: false, key[(key.IndexOf('/') + 1)..], Nothing.Hash), 1), Nothing)]));
}
