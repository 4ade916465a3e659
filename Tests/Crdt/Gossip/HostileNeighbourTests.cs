using FedActors.Crdt;
using FedActors.Crdt.Gossip;

namespace FedActors.Tests.Crdt.Gossip;

public sealed class HostileNeighbourTests
{
    private static readonly ulong Tick = HybridTime.At(GossipPair.Start).Value;

    [Theory]
    [InlineData("model/c", "b", 1UL, ExchangeRefusal.ForgedKey)]
    [InlineData("model/b", "b", 0UL, ExchangeRefusal.ForgedKey)]
    [InlineData("k", "b", 1UL, ExchangeRefusal.Malformed)]
    public void Digest_ForgedEntry_IsRefused(string key, string replica, ulong incarnation, ExchangeRefusal refusal)
    {
        GossipPair pair = new(provedB: "b");

        pair.AnswerInPlaceOfB([GossipPair.Header(key, 1, incarnation: incarnation, replica: replica)]);

        NothingTaken(pair, refusal);
    }

    [Fact]
    public void Digest_NewerVersionOfMyOwnKey_IsReportedAndNotTaken()
    {
        GossipPair pair = new();
        pair.A.State.Map.PutOwned("model/a", new Body(new byte[] { 1 }), sequence: 1);

        pair.AnswerInPlaceOfB([GossipPair.Header("model/a", 5, incarnation: 9, replica: "a")]);

        pair.At<ReportOwnVersionSeen>("a").Should().ContainSingle().Which.Seen.Incarnation.Should().Be(9);
        pair.Sent.OfType<BodyWants>().Should().BeEmpty();
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(2, false)]
    public void Digest_OtherContentOfMyOwnFormerLife_IsTakenByTheOrderOfAll(ulong incarnation, bool isTaken)
    {
        GossipPair pair = new(aIncarnation: 2);
        Body mine = new(new byte[] { 1 });
        Body other = Enumerable.Range(2, 100).Select(i => new Body(new[] { (byte)i })).First(body => body.Hash.CompareTo(mine.Hash) > 0);
        pair.A.State.Map.Merge(new LwwMap(new Member("a", 1)).PutOwned("model/a", mine, sequence: 4));

        pair.AnswerInPlaceOfB([new EntryHeader("model/a", new Stamp(incarnation, 4, IsTombstone: false, "a", other.Hash), other.Bytes.Length)]);

        pair.Sent.OfType<BodyWants>().Should().HaveCount(isTaken ? 1 : 0);
        pair.At<ReportOwnVersionSeen>("a").Should().HaveCount(isTaken ? 0 : 1);
    }

    [Fact]
    public void Digest_OtherContentUnderAKnownVersion_IsReported()
    {
        GossipPair pair = new();
        pair.A.State.Map.Merge(new LwwMap(new Member("c", 1)).PutOwned("model/c", new Body(new byte[] { 1 }), sequence: 1));

        pair.AnswerInPlaceOfB([GossipPair.Header("model/c", 1, incarnation: 1, replica: "c")]);

        pair.At<ReportEquivocation>("a").Should().ContainSingle().Which.Equivocation.Key.Should().Be("model/c");
    }

    [Fact]
    public void Digest_StampFromTheFuture_IsTakenOnlyOnceTimeHasCome()
    {
        GossipPair pair = new();
        pair.B.State.Put("k", new Body(new byte[] { 1 }), GossipPair.Start + 3_600_000);

        pair.Exchange();
        NothingTaken(pair, ExchangeRefusal.FutureStamp);
        pair.A.State.Clock.Last.Should().Be(default(HybridTime));

        pair.Now += 3_600_000;
        pair.Exchange();
        pair.A.State.Map.Count.Should().Be(1);
    }

    [Fact]
    public void Message_OfANeighbourThatIsNotConnected_IsRefusedAndAnsweredByNothing()
    {
        GossipPair pair = new();
        pair.Give("a", new NeighbourClosed(1));
        int sent = pair.Sent.Count;

        pair.GiveFromB(new RootOffer(1, pair.B.State.RootHash, AlwaysAnswer: false));

        pair.RefusalsAt("a").Should().Equal(ExchangeRefusal.UnknownNeighbour);
        pair.Sent.Should().HaveCount(sent);
        NothingTaken(pair, ExchangeRefusal.UnknownNeighbour);
    }

    [Fact]
    public void Neighbour_OneMoreThanMayBe_IsRefusedAndSoIsWhatItSays()
    {
        GossipPair pair = new(new ExchangeOptions { Limits = new ExchangeLimits { MaxNeighbours = 1 } });
        pair.Give("a", new NeighbourConnected(2, new Member("c", 1), null));

        pair.Give("a", new MessageReceived(2, new RootOffer(1, pair.B.State.RootHash, AlwaysAnswer: false)));

        pair.RefusalsAt("a").Should().Equal(ExchangeRefusal.UnknownNeighbour, ExchangeRefusal.UnknownNeighbour);
        pair.Sent.Should().BeEmpty();
    }

    [Fact]
    public void Digest_LongerThanAllowed_IsRefusedWhole()
    {
        GossipPair pair = new(new ExchangeOptions { Limits = new ExchangeLimits { MaxKeys = 2 } });

        pair.AnswerInPlaceOfB([.. Enumerable.Range(0, 3).Select(i => GossipPair.Header("k" + i, Tick))]);

        NothingTaken(pair, ExchangeRefusal.OversizedDigest);
    }

    [Fact]
    public void Digest_UnaskedOrTwice_IsRefused()
    {
        GossipPair pair = new();

        for (int i = 0; i < 100; i++)
        {
            pair.GiveFromB(new StateDigest(0, 0, IsComplete: true, default, [GossipPair.Header("k" + i, Tick)], [], []));
        }

        NothingTaken(pair, ExchangeRefusal.UnaskedDigest);
    }

    [Fact]
    public void Digests_EverNewKeysOfOneBody_AreBoundedByMaxKeys()
    {
        GossipPair pair = new(new ExchangeOptions { Limits = new ExchangeLimits { MaxKeys = 10 } });

        for (int i = 0; i < 4; i++)
        {
            pair.AnswerInPlaceOfB([.. Enumerable.Range(0, 5).Select(j => GossipPair.Header($"k{i}.{j}", Tick))]);
        }

        pair.At<ReportRefusal>("a").Sum(refusal => refusal.Refusal == ExchangeRefusal.Full ? refusal.Count : 0).Should().Be(10);
    }

    [Fact]
    public void Digest_BodiesBeyondTheBounds_AreNotAskedFor()
    {
        GossipPair pair = new(new ExchangeOptions { Limits = new ExchangeLimits { MaxBodyBytes = 100, MaxResidentBytes = 150 } });
        EntryHeader Of(string key, int bytes) => new(key, new Stamp(0, Tick, false, "b", ContentHash.Of([(byte)bytes])), bytes);

        pair.AnswerInPlaceOfB([Of("a", 101), Of("b", 90), Of("c", 61), Of("d", -1)]);

        pair.RefusalsAt("a").Should().BeEquivalentTo([ExchangeRefusal.OversizedBody, ExchangeRefusal.Full, ExchangeRefusal.Malformed]);
        pair.A.ResidentBytes.Should().Be(90);
    }

    [Theory]
    [InlineData("nothing", 0)]
    [InlineData("model/b", 1)]
    [InlineData("model/b", ExchangeLimits.ChunkBytes)]
    [InlineData("model/b", -ExchangeLimits.ChunkBytes)]
    public void Wants_WhatDoesNotExist_AreRefused(string key, int offset)
    {
        GossipPair pair = new();
        Body body = new(new byte[] { 1 });
        pair.B.State.Map.PutOwned("model/b", body, sequence: 1);

        pair.Give("b", new MessageReceived(1, new BodyWants([new BodyWant(key, body.Hash, offset)])));

        pair.RefusalsAt("b").Should().Equal(ExchangeRefusal.NoSuchBody);
        pair.ChunkBytes.Should().Be(0);
    }

    [Fact]
    public void Wants_WithoutMeasure_AreBoundedByTheWindow()
    {
        GossipPair pair = new();
        Body body = new(new byte[ExchangeLimits.ChunkBytes]);
        pair.B.State.Map.PutOwned("model/b", body, sequence: 1);

        pair.Give("b", new MessageReceived(1, new BodyWants([.. Enumerable.Repeat(new BodyWant("model/b", body.Hash, 0), 1_024)])));
        pair.ChunkBytes.Should().Be(ExchangeLimits.Default.WindowBytes);

        pair.Give("b", new MessageReceived(1, new BodyWants([.. Enumerable.Repeat(new BodyWant("model/b", body.Hash, 0), 1_025)])));
        pair.RefusalsAt("b").Should().Equal(ExchangeRefusal.TooManyWants);
    }

    [Fact]
    public void Chunk_BytesThatDoNotHaveTheHash_AreRefusedAndNotAskedForAgain()
    {
        GossipPair pair = new();
        EntryHeader header = GossipPair.Header("k", Tick);
        pair.AnswerInPlaceOfB([header]);

        pair.GiveFromB(new BodyChunk(header.Stamp.Content, 1, 0, new byte[] { 8 }));
        NothingTaken(pair, ExchangeRefusal.WrongBody);
        int wants = pair.Sent.OfType<BodyWants>().Count();

        pair.AnswerInPlaceOfB([header]);
        pair.Sent.OfType<BodyWants>().Should().HaveCount(wants);
        pair.A.ResidentBytes.Should().Be(0);
    }

    [Theory]
    [InlineData(2, 0, 2)]
    [InlineData(1, 0, 2)]
    [InlineData(1, 1, 0)]
    [InlineData(1, ExchangeLimits.ChunkBytes, 1)]
    [InlineData(1, -ExchangeLimits.ChunkBytes, 1)]
    public void Chunk_NotTheOneAskedFor_IsRefused(int bodyBytes, int offset, int length)
    {
        GossipPair pair = new();
        EntryHeader header = GossipPair.Header("k", Tick);
        pair.AnswerInPlaceOfB([header]);

        pair.GiveFromB(new BodyChunk(header.Stamp.Content, bodyBytes, offset, new byte[length]));

        NothingTaken(pair, ExchangeRefusal.WrongChunk);
    }

    [Fact]
    public void Chunk_Unasked_IsIgnored()
    {
        GossipPair pair = new();

        pair.GiveFromB(new BodyChunk(ContentHash.Of([1]), 1, 0, new byte[] { 1 }));

        pair.A.ResidentBytes.Should().Be(0);
    }

    [Fact]
    public void Header_WrongLengthForAHonestBody_DoesNotStopTheHonestOne()
    {
        GossipPair pair = new();
        EntryHeader lie = GossipPair.Header("k", Tick, bytes: 5_000);
        pair.AnswerInPlaceOfB([lie]);
        pair.Now += 10_000;
        pair.Give("a", new TimePassed());

        EntryHeader truth = lie with { BodyBytes = 1 };
        pair.AnswerInPlaceOfB([truth]);
        pair.GiveFromB(new BodyChunk(truth.Stamp.Content, 1, 0, new byte[] { 9 }));

        pair.A.State.Map.Count.Should().Be(1);
    }

    [Fact]
    public void Header_BodyThatNeverComes_KeepsNoRoom()
    {
        GossipPair pair = new();
        pair.AnswerInPlaceOfB([GossipPair.Header("k", Tick, bytes: 200_000_000)]);
        pair.A.ResidentBytes.Should().Be(200_000_000);

        pair.Now += 10_000;
        pair.Give("a", new TimePassed());

        pair.A.ResidentBytes.Should().Be(0);
    }

    [Fact]
    public void Message_FromWhoWasRemovedFromTheRoster_IsRefused()
    {
        GossipPair pair = new();
        pair.A.State.Map.SetRoster(new Roster([pair.A.State.Self, new Member("b", 2)]));

        pair.GiveFromB(new RootOffer(1, default, AlwaysAnswer: true));

        NothingTaken(pair, ExchangeRefusal.NotInRoster);
    }

    private static void NothingTaken(GossipPair pair, ExchangeRefusal refusal)
    {
        pair.A.State.Map.Count.Should().Be(0);
        pair.A.Transfers.Should().Be(0);
        pair.RefusalsAt("a").Should().OnlyContain(found => found == refusal).And.NotBeEmpty();
    }
}
