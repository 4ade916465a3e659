using FedActors.Crdt;
using FedActors.Crdt.Gossip;

namespace FedActors.Tests.Crdt.Gossip;

/// <summary>Changes that neighbours tell each other of between comparisons.</summary>
public sealed class NewsTests
{
    private static readonly Body Small = new(new byte[] { 1, 2, 3 });
    private static readonly Body Other = new(new byte[] { 4 });
    private readonly GossipPair _pair = new();

    public NewsTests()
    {
        // Two that have compared know a number of each other's.
        _pair.Exchange(full: true);
        _pair.Sent.Clear();
    }

    [Fact]
    public void News_OwnSmallEntry_TakeOneMessage()
    {
        _pair.A.State.Map.PutOwned("info/a", Small, sequence: 1);
        _pair.A.State.Counter.Increment();
        _pair.A.IsTold(1).Should().BeFalse();

        Tell("a");

        Agree();
        _pair.Sent.Should().ContainSingle().Which.Should().BeOfType<RootOffer>();
        _pair.A.IsTold(1).Should().BeTrue();
        _pair.B.IsTold(1).Should().BeTrue("A has told it");
    }

    [Fact]
    public void News_LargeBody_IsAskedForOnce()
    {
        _pair.A.State.Map.PutOwned("model/a", new Body(new byte[ExchangeLimits.MaxSmallBodyBytes + 1]), sequence: 1);

        Tell("a");

        Agree();
        _pair.Sent.Select(message => message.GetType()).Should().Equal(typeof(RootOffer), typeof(BodyWants), typeof(BodyChunk));
    }

    [Fact]
    public void News_InBothDirectionsAtOnce_NeedNoComparison()
    {
        _pair.A.State.Map.PutOwned("info/a", Small, sequence: 1);
        _pair.B.State.Map.PutOwned("info/b", Other, sequence: 1);
        _pair.Give("a", new NewsDue(1));
        _pair.Give("b", new NewsDue(1));

        _pair.Run();

        Agree();
        _pair.Sent.Should().HaveCount(2);
    }

    [Fact]
    public void News_WhatTheNeighbourHasShown_IsNotToldBack()
    {
        _pair.A.State.Map.PutOwned("info/a", Small, sequence: 1);
        _pair.B.State.Map.PutOwned("info/b", Other, sequence: 1);
        Tell("a");
        Tell("b");

        RootOffer told = _pair.Sent.OfType<RootOffer>().Last();
        told.News!.Headers.Select(header => header.Key).Should().Equal("info/b");
        Tell("b");
        _pair.Sent.Should().HaveCount(2, "there is nothing more to tell");
    }

    [Fact]
    public void News_ThatWereLost_AComparisonMakesUpFor()
    {
        _pair.A.State.Map.PutOwned("info/a", Small, sequence: 1);
        _pair.Wire = _ => null;
        Tell("a");
        _pair.Wire = message => message;
        Tell("a");
        _pair.B.State.Map.Count.Should().Be(0, "A believes to have told it");

        _pair.Exchange();

        Agree();
    }

    [Fact]
    public void News_MoreThanAreRemembered_AreCompared()
    {
        for (int i = 0; i <= RecentChanges<string>.Capacity; i++)
        {
            _pair.A.State.Put("k" + i, Small, _pair.Now);
        }

        Tell("a");

        Agree();
        _pair.Sent.OfType<RootOffer>().Should().ContainSingle().Which.News.Should().BeNull();
    }

    [Fact]
    public void News_WhileADeletionIsNotAcknowledged_AreCompared()
    {
        _pair.A.State.Delete("x", _pair.Now);

        Tell("a");

        Agree();
        _pair.Sent.OfType<RootOffer>().Should().ContainSingle().Which.News.Should().BeNull();
    }

    /// <summary>A value that was told of before its key was deleted, and that comes when the deletion is forgotten.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void News_FromBeforeSomethingWasForgotten_DoNotBringItBack(bool believed)
    {
        GossipPair pair = new(new ExchangeOptions { BelievesOldNews = believed });
        Roster roster = new([pair.A.State.Self, pair.B.State.Self]);
        pair.A.State.Map.SetRoster(roster);
        pair.B.State.Map.SetRoster(roster);
        pair.Exchange(full: true);
        pair.A.State.Put("x", Small, pair.Now);
        pair.Give("a", new NewsDue(1));
        ExchangeMessage late = pair.Sent.Last();
        pair.Run();
        pair.B.State.Delete("x", pair.Now + 1);
        for (int i = 0; i < 8; i++)
        {
            pair.Now += 1_000;
            pair.Exchange(full: true);
        }

        (pair.A.State.Map.Count + pair.B.State.Map.Count).Should().Be(0, "both have acknowledged the deletion, and forgotten it");
        pair.Give("b", new MessageReceived(1, late));

        pair.B.State.Map.TryGet("x", out _).Should().Be(believed);
    }

    [Fact]
    public void News_ForAFormerExchange_AreNotBelieved()
    {
        _pair.A.State.Map.PutOwned("info/a", Small, sequence: 1);
        _pair.Give("a", new NewsDue(1));
        GossipExchange renewed = new(new ReplicatedState(new Member("b", 2)), former: _pair.B);
        renewed.Handle(new NeighbourConnected(1, _pair.A.State.Self, null), _pair.Now);

        IReadOnlyList<ExchangeEffect> effects = renewed.Handle(new MessageReceived(1, _pair.Sent.Last()), _pair.Now);

        renewed.State.Map.Count.Should().Be(0);
        effects.Should().ContainSingle().Which.Should().BeOfType<SendMessage>().Which.Message.Should().BeOfType<StateDigest>("it compares instead");
    }

    [Fact]
    public void News_ThatClaimToBeAll_AreRefused()
    {
        _pair.A.State.Map.PutOwned("info/a", Small, sequence: 1);
        _pair.Wire = message => message is RootOffer { News: { } news } offer ? offer with { News = news with { IsComplete = true } } : message;

        Tell("a");

        _pair.RefusalsAt("b").Should().Equal(ExchangeRefusal.Malformed);
        _pair.B.State.Map.Count.Should().Be(0);
    }

    private void Tell(string replica)
    {
        _pair.Give(replica, new NewsDue(1));
        _pair.Run();
    }

    private void Agree() => _pair.A.State.RootHash.Should().Be(_pair.B.State.RootHash);
}
