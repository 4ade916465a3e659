using FedActors.Crdt;
using FedActors.Crdt.Gossip;

namespace FedActors.Tests.Crdt.Gossip;

public sealed class GossipExchangeTests
{
    private static readonly Body Small = new(new byte[] { 1, 2, 3 });
    private readonly GossipPair _pair = new();

    [Fact]
    public void Exchange_EqualStates_SendsOneHash()
    {
        _pair.Exchange();

        _pair.Sent.Should().ContainSingle().Which.Should().BeOfType<RootOffer>();
    }

    [Fact]
    public void Exchange_FullAndEqual_ComparesDigestsAndSendsNoMore()
    {
        _pair.Exchange(full: true);

        _pair.Sent.Should().HaveCount(2).And.ContainSingle(message => message is StateDigest);
    }

    [Fact]
    public void Exchange_BothLackSomething_BothHaveAllAfterOne()
    {
        _pair.A.State.Put("x", Small, _pair.Now);
        _pair.A.State.Counter.Increment(3);
        _pair.B.State.Map.PutOwned("model/b", new Body(new byte[100]), sequence: 1);
        _pair.B.State.Delete("y", _pair.Now);
        _pair.B.State.Counter.Decrement();

        _pair.Exchange();

        Agree();
        _pair.A.State.Map.Count.Should().Be(3);
        _pair.B.State.Counter.Value.Should().Be(2);
        _pair.ChunkBytes.Should().Be(103);
    }

    /// <summary>A record once bore the time of whoever wrote it, and reached nobody until the others' clocks came there.</summary>
    [Fact]
    public void Exchange_RecordOfARemovalByOneWhoseClockIsAhead_IsTaken()
    {
        _pair.A.State.Clock.Next(_pair.Now + (long)TimeSpan.FromHours(9).TotalMilliseconds);
        _pair.A.State.Map.Remove(new Member("c", 1));

        _pair.Exchange();

        Agree();
        _pair.B.State.Map.RemovedUpTo("c").Should().Be(1);
    }

    [Fact]
    public void Exchange_SmallBodyThatTheOtherLacks_ComesWithItsHeader()
    {
        _pair.A.State.Map.PutOwned("info/a", new Body(new byte[ExchangeLimits.MaxSmallBodyBytes]), sequence: 1);
        _pair.A.State.Map.PutOwned("model/a", new Body(new byte[ExchangeLimits.MaxSmallBodyBytes + 1]), sequence: 2);

        _pair.Exchange();

        Agree();
        _pair.Sent.OfType<BodyWants>().Should().ContainSingle().Which.Wants.Should().ContainSingle().Which.Key.Should().Be("model/a");
        _pair.Sent.OfType<BodyChunk>().Should().ContainSingle();
    }

    [Fact]
    public void Exchange_SmallBodyThatDoesNotFitItsHeader_IsRefused()
    {
        _pair.A.State.Map.PutOwned("info/a", Small, sequence: 1);
        _pair.Wire = message => message is StateDigest { Bodies.Count: 1 } digest ? digest with { Bodies = [digest.Bodies[0] with { Bytes = new byte[3] }] } : message;

        _pair.Exchange();

        _pair.RefusalsAt("b").Should().Equal(ExchangeRefusal.WrongBody);
        _pair.B.State.Map.Count.Should().Be(0);
        _pair.B.ResidentBytes.Should().Be(0);
    }

    [Fact]
    public void Exchange_BodyThatCameUnasked_IsLetGo()
    {
        _pair.A.State.Map.PutOwned("info/a", Small, sequence: 1);
        _pair.Wire = message => message is StateDigest { Bodies.Count: 1 } digest ? digest with { Bodies = [.. digest.Bodies, new BodyChunk(ContentHash.Of([9]), 1, 0, new byte[] { 9 })] } : message;

        _pair.Exchange();

        Agree();
        _pair.RefusalsAt("b").Should().BeEmpty();
    }

    [Fact]
    public void Due_AgainBeforeTheAnswer_IsTheSameQuestionAndAnsweredOnce()
    {
        _pair.B.State.Put("x", Small, _pair.Now);
        _pair.Give("a", new ExchangeDue(1));
        _pair.A.State.Put("y", Small, _pair.Now);
        _pair.Give("a", new ExchangeDue(1));

        _pair.Run();

        Agree();
        _pair.Sent.OfType<RootOffer>().Select(offer => offer.Exchange).Distinct().Should().ContainSingle();
        _pair.Sent.OfType<StateDigest>().Where(digest => digest.IsComplete).Should().ContainSingle("one answer is enough for both");
        _pair.RefusalsAt("a").Should().BeEmpty();
    }

    [Fact]
    public void Due_AfterAnAnswerWasLost_IsANewQuestion()
    {
        _pair.B.State.Put("x", Small, _pair.Now);
        _pair.Wire = message => message is StateDigest ? null : message;
        _pair.Exchange();
        _pair.Wire = message => message;
        _pair.Exchange();
        _pair.A.State.Map.Count.Should().Be(0, "the answer may still be on its way");

        _pair.Now += 1_000;
        _pair.Exchange();

        Agree();
    }

    [Fact]
    public void IsTold_NeighbourThatOfferedTheSameOrWasOfferedIt_HasNothingToHear()
    {
        _pair.A.State.Put("x", Small, _pair.Now);
        _pair.A.IsTold(1).Should().BeFalse();

        _pair.Exchange();
        _pair.Give("b", new ExchangeDue(1));
        _pair.Run();

        _pair.A.IsTold(1).Should().BeTrue("B has offered what is here");
        _pair.B.IsTold(1).Should().BeTrue("A had nothing to object");
        _pair.A.State.Put("y", Small, _pair.Now);
        _pair.A.IsTold(1).Should().BeFalse();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(ExchangeLimits.ChunkBytes)]
    [InlineData(ExchangeLimits.ChunkBytes + 1)]
    [InlineData((20 * ExchangeLimits.ChunkBytes) + 17)]
    public void Exchange_BodyOfAnyLength_ArrivesInChunksOnce(int length)
    {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++)
        {
            bytes[i] = (byte)(i * 31 / 7);
        }

        _pair.B.State.Map.PutOwned("model/b", new Body(bytes), sequence: 1);
        _pair.Exchange();

        Agree();
        _pair.ChunkBytes.Should().Be(length);
        _pair.Sent.OfType<BodyChunk>().Should().OnlyContain(chunk => chunk.Bytes.Length <= ExchangeLimits.ChunkBytes);
        _pair.A.ResidentBytes.Should().Be(length);
        _pair.A.Transfers.Should().Be(0);
    }

    [Fact]
    public void Exchange_OneBodyFromTwoNeighbours_IsAskedOfOneAndOfTheOtherOnceThatIsGone()
    {
        _pair.B.State.Map.PutOwned("model/b", Small, sequence: 1);
        _pair.Wire = message => message is BodyWants ? null : message;
        _pair.Exchange();
        _pair.Give("a", new NeighbourConnected(2, new Member("c", 1), null));
        StateDigest digest = _pair.Sent.OfType<StateDigest>().Last();

        OfferFromC(digest);
        _pair.At<SendMessage>("a").Should().NotContain(send => send.Session == 2 && send.Message is BodyWants);
        _pair.Give("a", new NeighbourClosed(1));
        OfferFromC(digest);

        _pair.At<SendMessage>("a").Should().ContainSingle(send => send.Session == 2 && send.Message is BodyWants);
    }

    [Fact]
    public void TimePassed_NeighbourSilentInTheMiddleOfABody_GoesOnWhereItStopped()
    {
        _pair.B.State.Map.PutOwned("model/b", new Body(new byte[3 * ExchangeLimits.ChunkBytes]), sequence: 1);
        _pair.Wire = message => message is BodyChunk { Offset: > 0 } ? null : message;
        _pair.Exchange();
        long before = _pair.ChunkBytes;

        _pair.Now += 10_000;
        _pair.Give("a", new TimePassed());
        _pair.Wire = message => message;
        _pair.Exchange();

        Agree();
        _pair.At<ReportWantTimeout>("a").Should().ContainSingle();
        (_pair.ChunkBytes - before).Should().Be(2 * ExchangeLimits.ChunkBytes);
    }

    /// <summary>A question for a body was lost in a full queue, and its source went on sending others: that was taken for waiting behind them, for ever.</summary>
    [Fact]
    public void TimePassed_QuestionWasLostAndOtherBodiesCome_IsAskedAgain()
    {
        _pair.B.State.Map.PutOwned("model/b", new Body(new byte[ExchangeLimits.MaxSmallBodyBytes + 1]), sequence: 1);
        _pair.Wire = message => message is BodyWants ? null : message;
        _pair.Exchange();
        _pair.Wire = message => message;

        for (int i = 2; i < 10; i++)
        {
            _pair.Now += 2_000;
            _pair.B.State.Map.PutOwned("info/b", new Body(new byte[ExchangeLimits.MaxSmallBodyBytes + i]), sequence: (ulong)i);
            _pair.Exchange();
            _pair.Give("a", new TimePassed());
        }

        Agree();
        _pair.At<ReportWantTimeout>("a").Should().ContainSingle();
    }

    [Fact]
    public void TimePassed_NobodySendsTheRest_ForgetsTheParts()
    {
        EntryHeader header = GossipPair.Header("k", HybridTime.At(GossipPair.Start).Value, bytes: ExchangeLimits.ChunkBytes + 1);
        _pair.AnswerInPlaceOfB([header]);
        _pair.GiveFromB(new BodyChunk(header.Stamp.Content, header.BodyBytes, 0, new byte[ExchangeLimits.ChunkBytes]));

        _pair.Now += 10_000;
        _pair.Give("a", new TimePassed());
        _pair.A.ResidentBytes.Should().Be(header.BodyBytes, "somebody may send the rest");
        _pair.Now += 300_000;
        _pair.Give("a", new TimePassed());

        _pair.A.ResidentBytes.Should().Be(0);
        _pair.A.Transfers.Should().Be(0);
    }

    [Fact]
    public void Exchange_KeyReplacedWhileItsBodyIsOnTheWay_SaysThatItIsGoneAndGetsTheNext()
    {
        _pair.B.State.Map.PutOwned("model/b", Small, sequence: 1);
        _pair.Wire = message => message is BodyWants ? null : message;
        _pair.Exchange();
        BodyWants late = _pair.Sent.OfType<BodyWants>().Single();
        _pair.B.State.Map.PutOwned("model/b", new Body(new byte[] { 7 }), sequence: 2);
        _pair.Wire = message => message;

        _pair.Give("b", new MessageReceived(1, late));
        _pair.Run();
        _pair.Exchange();

        Agree();
        _pair.Sent.Should().ContainSingle(message => message is BodyMissing);
    }

    [Fact]
    public void Exchange_TombstoneEverybodyHolds_IsForgottenByAll()
    {
        Roster roster = new([_pair.A.State.Self, _pair.B.State.Self]);
        _pair.A.State.Map.SetRoster(roster);
        _pair.B.State.Map.SetRoster(roster);
        _pair.A.State.Put("k", Small, _pair.Now);
        _pair.Exchange();
        _pair.B.State.Delete("k", _pair.Now);

        for (int i = 0; i < 4; i++)
        {
            _pair.Exchange();
        }

        Agree();
        _pair.A.State.Map.Count.Should().Be(0);
        _pair.At<ForgetKeys>("a").Should().ContainSingle();
    }

    private void Agree()
    {
        _pair.A.State.RootHash.Should().Be(_pair.B.State.RootHash);
        MapTrial.Same(_pair.A.State.Map, _pair.B.State.Map).Should().BeTrue();
    }

    private void OfferFromC(StateDigest digest)
    {
        _pair.Give("a", new ExchangeDue(2));
        ulong open = _pair.Sent.OfType<RootOffer>().Last().Exchange;
        _pair.Give("a", new MessageReceived(2, digest with { Answers = open, Exchange = 0 }));
    }
}
