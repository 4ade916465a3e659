using FedActors.Crdt;
using FedActors.Crdt.Gossip;

namespace FedActors.Tests.Crdt.Gossip;

/// <summary>Large bodies, which are judged away from the exchange's turn, and what may happen meanwhile.</summary>
public sealed class JudgedBodyTests
{
    private static readonly Body Large = new(Enumerable.Range(0, 400_000).Select(i => (byte)(i * 7 / 3)).ToArray());

    private static readonly OwnerCheck NamesItsKey = (header, body) => header.Key == "model/b" ? null : "it is forged";

    private readonly GossipPair _pair = new(Options());

    [Fact]
    public void Body_Large_IsTakenOnceItIsJudged()
    {
        JudgeBody judge = Begin(_pair);
        _pair.A.State.Map.Count.Should().Be(0);
        _pair.A.ResidentBytes.Should().Be(Large.Bytes.Length, "its room stays set aside");

        _pair.Give("a", judge.Judge(null));

        _pair.A.State.Map.Find("model/b")!.Body!.Hash.Should().Be(Large.Hash);
        _pair.At<AdoptEntry>("a").Should().ContainSingle();
        _pair.A.Transfers.Should().Be(0);
        _pair.A.ResidentBytes.Should().Be(Large.Bytes.Length);
    }

    [Fact]
    public void Body_Small_IsTakenAtOnce()
    {
        _pair.B.State.Map.PutOwned("model/b", new Body(new byte[1_000]), sequence: 1);

        _pair.Exchange();

        _pair.At<JudgeBody>("a").Should().BeEmpty();
        _pair.A.State.Map.Count.Should().Be(1);
    }

    [Fact]
    public void Body_BeingJudged_IsNotAskedForAgain()
    {
        JudgeBody judge = Begin(_pair);
        _pair.Exchange();
        _pair.Now += 60_000;
        _pair.Give("a", new TimePassed());
        _pair.Give("a", new NeighbourClosed(1));
        _pair.At<ReportWantTimeout>("a").Should().BeEmpty();
        _pair.ChunkBytes.Should().Be(Large.Bytes.Length);

        _pair.Give("a", judge.Judge(null));

        _pair.A.State.Map.Count.Should().Be(1, "also without the neighbour that sent it");
    }

    [Fact]
    public void Body_WhoseEntryIsReplacedMeanwhile_HasNoEffect()
    {
        JudgeBody judge = Begin(_pair);
        _pair.B.State.Map.PutOwned("model/b", new Body(new byte[] { 1 }), sequence: 2);
        _pair.Exchange();

        _pair.Give("a", judge.Judge(null));

        _pair.A.State.Map.Find("model/b")!.Stamp.Tick.Should().Be(2);
        _pair.At<AdoptEntry>("a").Should().ContainSingle();
        _pair.A.ResidentBytes.Should().Be(1);
    }

    [Fact]
    public void Body_Wrong_IsRefusedAndNotAskedOfThisNeighbourAgain()
    {
        _pair.Wire = message => message is BodyChunk chunk ? chunk with { Bytes = new byte[chunk.Bytes.Length] } : message;
        JudgeBody judge = Begin(_pair);

        _pair.Give("a", judge.Judge(null));
        _pair.Exchange(full: true);

        _pair.RefusalsAt("a").Should().Equal(ExchangeRefusal.WrongBody);
        _pair.A.State.Map.Count.Should().Be(0);
        _pair.A.ResidentBytes.Should().Be(0);
        _pair.ChunkBytes.Should().Be(Large.Bytes.Length);
    }

    [Fact]
    public void Body_ForWhichAnotherEntryWaitsByThen_IsJudgedForThatOneToo()
    {
        GossipPair pair = new(Options() with { OwnerCheck = NamesItsKey });
        JudgeBody first = Begin(pair);
        pair.AnswerInPlaceOfB([new EntryHeader("model/c", new Stamp(1, 9, IsTombstone: false, "c", Large.Hash), Large.Bytes.Length)]);

        pair.Give("a", first.Judge(NamesItsKey));
        pair.A.State.Map.Count.Should().Be(0);
        pair.Give("a", pair.At<JudgeBody>("a").Last().Judge(NamesItsKey));

        pair.A.State.Map.Entries.Select(entry => entry.Key).Should().Equal("model/b");
        pair.RefusalsAt("a").Should().Equal(ExchangeRefusal.Unproved);
    }

    [Fact]
    public void Judgement_GivenTwice_HasOneEffect()
    {
        BodyJudged judged = Begin(_pair).Judge(null);

        _pair.Give("a", judged);
        _pair.Give("a", judged);

        _pair.At<AdoptEntry>("a").Should().ContainSingle();
    }

    private static ExchangeOptions Options() => new() { Limits = new ExchangeLimits { MaxBytesJudgedAtOnce = 100_000 } };

    /// <summary>Lets all of a large body come.</summary>
    private static JudgeBody Begin(GossipPair pair)
    {
        pair.B.State.Map.PutOwned("model/b", Large, sequence: 1);
        pair.Exchange();
        return pair.At<JudgeBody>("a").Should().ContainSingle().Which;
    }
}
