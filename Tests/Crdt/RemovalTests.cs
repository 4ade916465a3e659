using FedActors.Crdt;
using FedActors.Crdt.Gossip;
using FedActors.Tests.Crdt.Gossip;

namespace FedActors.Tests.Crdt;

public sealed class RemovalTests
{
    private static readonly Body Nothing = new(new byte[] { 0 });

    private readonly GossipPair _pair = new();

    [Theory]
    [InlineData("b", 1UL)]
    [InlineData("a site/of ours", ulong.MaxValue)]
    public void TryRead_Record_NamesWhoWasRemoved(string replica, ulong incarnation)
    {
        EntryHeader record = Removal.RecordOf(new Member(replica, incarnation)).Header;

        Removal.TryRead(record, out Member member).Should().BeTrue();

        member.Should().Be(new Member(replica, incarnation));
        record.Key.Should().Be(Removal.KeyOf(replica));
    }

    [Fact]
    public void TryRead_AnythingElse_IsRefused()
    {
        EntryHeader record = Removal.RecordOf(new Member("b", 1)).Header;
        EntryHeader[] others =
        [
            record with { Key = "removed/" }, record with { Key = "removed/c" }, record with { Key = "model/b" }, record with { Key = $"removed/{new string('b', 201)}" },
            record with { BodyBytes = 2 }, record with { Stamp = record.Stamp with { Tick = 0 } }, record with { Stamp = record.Stamp with { Incarnation = 1 } },
            record with { Stamp = record.Stamp with { Content = ContentHash.Of([1]) } }, record with { Stamp = record.Stamp with { IsTombstone = true } },
        ];

        others.Where(header => Removal.TryRead(header, out _)).Should().BeEmpty();
    }

    [Fact]
    public void Remove_Member_DeletesModelsAndDescriptionUpToItsIncarnation()
    {
        LwwMap map = _pair.A.State.Map;
        Adopt(map, "model/c", 1);
        Adopt(map, "info/c", 2);
        Adopt(map, "moments/c", 1);

        map.Remove(new Member("c", 1)).Entries.Select(entry => entry.Key).Should().BeEquivalentTo("removed/c", "model/c", "model2/c");

        map.TryGet("model/c", out _).Should().BeFalse();
        map.TryGet("info/c", out _).Should().BeTrue("its next life has published that");
        map.TryGet("moments/c", out _).Should().BeTrue("others' models are scaled by them");
        map.Removed.Should().Equal(new Member("c", 1));
        map.Remove(new Member("c", 1)).Entries.Should().BeEmpty("it was removed before");
    }

    [Fact]
    public void Remove_OneNameAgainAndAgain_KeepsOneRecordAndTheHighest()
    {
        LwwMap map = _pair.A.State.Map;
        foreach (ulong incarnation in new ulong[] { 1, 3, 2, 7 })
        {
            map.Remove(new Member("c", incarnation));
        }

        map.Count.Should().Be(4, "a record and three tombstones");
        map.Removed.Should().Equal(new Member("c", 7));
    }

    [Fact]
    public void Remove_OfItself_WritesTheRecordAlone() =>
        _pair.A.State.Map.Remove(new Member("a", 1)).Entries.Select(entry => entry.Key).Should().Equal("removed/a");

    [Fact]
    public void HasRoomFor_FullOfMadeUpNames_LeavesRoomForThoseWhoWereHere()
    {
        LwwMap map = _pair.A.State.Map;
        Adopt(map, "info/c", 1);
        for (int i = 0; i < Removal.MaxUnknown; i++)
        {
            map.HasRoomFor(new Member($"x{i}", 1), int.MaxValue).Should().BeTrue();
            map.Remove(new Member($"x{i}", 1));
        }

        map.HasRoomFor(new Member("y", 1), int.MaxValue).Should().BeFalse("nothing of it is here");
        map.HasRoomFor(new Member("x0", 2), int.MaxValue).Should().BeTrue("its record is here");
        map.HasRoomFor(new Member("c", 1), int.MaxValue).Should().BeTrue();
        map.HasRoomFor(new Member("c", 1), map.Count + 2).Should().BeFalse("its record and two tombstones are new keys");
        map.HasRoomFor(new Member("c", 1), map.Count + 3).Should().BeTrue();
    }

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

        _pair.A.State.Map.Remove(new Member("c", 1));
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
    [InlineData("c", Removal.MaxAhead + 2)]
    [InlineData("d", Removal.MaxAhead + 1)]
    public void Exchange_RecordOutOfAllProportion_IsRefused(string replica, ulong incarnation)
    {
        Adopt(_pair.A.State.Map, "info/c", 1);

        _pair.AnswerInPlaceOfB([Removal.RecordOf(new Member(replica, incarnation)).Header]);

        _pair.RefusalsAt("a").Should().Equal(ExchangeRefusal.Malformed);
        _pair.A.State.Map.HasRemovals.Should().BeFalse();
    }

    [Fact]
    public void Exchange_RecordThatNoRemovalWrites_IsRefused()
    {
        _pair.AnswerInPlaceOfB([new EntryHeader("removed/c", new Stamp(0, HybridTime.At(_pair.Now).Value, IsTombstone: false, "b", Nothing.Hash), 1)]);

        _pair.RefusalsAt("a").Should().Equal(ExchangeRefusal.Malformed);
    }

    [Fact]
    public void Exchange_RecordSaidToBeDeleted_IsRefused()
    {
        _pair.A.State.Map.Remove(new Member("c", 1));

        _pair.AnswerInPlaceOfB([new EntryHeader("removed/c", new Stamp(0, HybridTime.At(_pair.Now + 1).Value, IsTombstone: true, "b", default), 0)]);

        _pair.RefusalsAt("a").Should().Equal(ExchangeRefusal.Malformed);
        _pair.A.State.Map.IsRemoved(new Member("c", 1)).Should().BeTrue();
    }

    [Fact]
    public void Exchange_Record_BringsItsTombstonesAndThatsAll()
    {
        Adopt(_pair.A.State.Map, "model/c", 1);

        _pair.AnswerInPlaceOfB([Removal.RecordOf(new Member("c", 1)).Header]);

        _pair.A.State.Map.RootHash.Should().Be(MapWithout("c").RootHash);
        _pair.At<AdoptEntry>("a").Should().HaveCount(4, "all of them have to be stored");
        _pair.Sent.OfType<BodyWants>().Should().BeEmpty();
    }

    [Fact]
    public void Exchange_RecordsOfMadeUpNames_FillNoMoreThanTheirRoom()
    {
        _pair.AnswerInPlaceOfB([.. Enumerable.Range(0, 20_000).Select(i => Removal.RecordOf(new Member($"x{i}", 1)).Header)]);

        _pair.RefusalsAt("a").Should().Equal(ExchangeRefusal.Full);
        _pair.A.State.Map.Removed.Should().HaveCount(Removal.MaxUnknown);
        _pair.A.State.Map.Count.Should().Be(4 * Removal.MaxUnknown);
    }

    [Fact]
    public void Exchange_RecordsWhereKeysAreFull_LeaveRoomForTheirTombstones()
    {
        GossipPair pair = new(new ExchangeOptions { Limits = ExchangeLimits.Default with { MaxKeys = 10 } });

        pair.AnswerInPlaceOfB([.. Enumerable.Range(0, 5).Select(i => Removal.RecordOf(new Member($"x{i}", 1)).Header)]);

        pair.A.State.Map.Count.Should().Be(8, "whoever holds more than that is heard by nobody");
        pair.RefusalsAt("a").Should().Equal(ExchangeRefusal.Full);
    }

    /// <summary>Once all have acknowledged the tombstones and forgotten them, there is only the record.</summary>
    [Theory]
    [InlineData("model/c", 1, true)]
    [InlineData("model2/c", 1, true)]
    [InlineData("info/c", 1, true)]
    [InlineData("model/c", 2, false)]
    [InlineData("moments/c", 1, false)]
    [InlineData("standard/c", 1, false)]
    public void Exchange_WhatARemovedMemberHadPublished_DoesNotComeBackThoughItsTombstonesAreForgotten(string key, ulong incarnation, bool isRefused)
    {
        _pair.A.State.Map.Merge(new Delta([Removal.RecordOf(new Member("c", 1))]));

        _pair.AnswerInPlaceOfB([GossipPair.Header(key, tick: 5, incarnation: incarnation, replica: "c")]);

        _pair.RefusalsAt("a").Should().Equal(isRefused ? [ExchangeRefusal.Removed] : []);
        _pair.Sent.OfType<BodyWants>().Should().HaveCount(isRefused ? 0 : 1);
    }

    [Theory]
    [InlineData("moments/c", 7UL)]
    [InlineData("moments/c", ulong.MaxValue)]
    [InlineData("standard/c", ulong.MaxValue)]
    [InlineData("model/c", 7UL)]
    public void Exchange_TombstoneOfTheRemovedThatDoesNotFollowFromTheRecord_IsNotFromItsOwner(string key, ulong tick)
    {
        GossipPair pair = new(new ExchangeOptions { OwnerCheck = (_, _) => null });
        pair.A.State.Map.Merge(new Delta([Removal.RecordOf(new Member("c", 1))]));
        Adopt(pair.A.State.Map, key, 1);

        pair.AnswerInPlaceOfB([new EntryHeader(key, new Stamp(1, tick, IsTombstone: true, "c", default), 0)]);

        pair.RefusalsAt("a").Should().Equal(ExchangeRefusal.NotFromOwner);
        pair.A.State.Map.TryGet(key, out _).Should().BeTrue();
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

        pair.A.State.Map.Merge(new Delta([Removal.RecordOf(new Member("c", 1))]));
        pair.AnswerInPlaceOfB([tombstone]);
        pair.A.State.Map.TryGet("model/c", out _).Should().BeFalse();
        pair.RefusalsAt("a").Should().BeEmpty();
    }

    private static LwwMap MapWithout(string removed)
    {
        LwwMap map = new(new Member("z", 1));
        map.Remove(new Member(removed, 1));
        return map;
    }

    private static void Adopt(LwwMap map, string key, ulong incarnation) =>
        map.Merge(new Delta([new Entry(new EntryHeader(key, new Stamp(incarnation, 5, IsTombstone: false, key[(key.IndexOf('/') + 1)..], Nothing.Hash), 1), Nothing)]));
}
