using FedActors.Crdt;
using FedActors.FL.Configuration;
using FedActors.FL.Data;
using FedActors.FL.Gossip;
using FedActors.FL.Numerics;
using FedActors.FL.Protocol;
using FedActors.Tests.FL.Roles;

namespace FedActors.Tests.FL.Gossip;

public sealed partial class StandardChoiceTests
{
    private static readonly FeatureMoments[] Moments = [.. new TinyData(6) is { } data ? data.Manifest.Sites.Select(site => FeatureMoments.Of(data.LoadSite(site.Name))) : []];

    [Fact]
    public void Choice_AllExpectedKnown_SumsThemInAnyOrderToOneStandard()
    {
        StandardChoice forwards = Choice(3);
        StandardChoice backwards = Choice(3);
        for (int i = 0; i < 3; i++)
        {
            forwards.TryDecide(0).Should().BeFalse("one is missing");
            Meet(forwards, i);
            Meet(backwards, 2 - i);
        }

        forwards.TryDecide(0).Should().BeTrue();
        backwards.TryDecide(0).Should().BeTrue();
        backwards.Current!.Hash.Should().Be(forwards.Current!.Hash);
        forwards.Current.Moments.Count.Should().Be(Moments.Take(3).Sum(moments => moments.Count));
    }

    [Fact]
    public void Choice_TooFewAfterTheStartTimeout_BeginsWithThoseWhoAreThere()
    {
        StandardChoice choice = Choice(4);
        for (int i = 0; i < 3; i++)
        {
            Meet(choice, i);
        }

        choice.TryDecide(59_999).Should().BeFalse();
        choice.Due.Should().Be(60_000);
        choice.TryDecide(60_000).Should().BeTrue();
        choice.Current!.Peers.Should().Equal("a", "b", "c");
    }

    [Fact]
    public void Standards_HeardInAnyOrder_LeadToOneChoice()
    {
        (string Peer, NamedStandard Standard)[] taken = [("b", Of(0, 1, 2)), ("c", Of(1, 2, 3)), ("d", Of(0, 2, 3)), ("e", Of(0, 1)), ("f", Of(3, 4, 5))];
        for (ulong seed = 0; seed < 50; seed++)
        {
            StandardChoice one = Choice(3, "x");
            StandardChoice other = Choice(3, "y");
            foreach (StandardChoice choice in new[] { one, other })
            {
                // Moments and names come in any order: a standard counts once all of its moments are here.
                Action[] news = [
                    .. Enumerable.Range(0, 6).Select(i => (Action)(() => choice.Hear(Name(i), Moments[i]).Should().BeEmpty())),
                    .. taken.Select(news => (Action)(() => choice.Hear(news.Peer, news.Standard).Should().BeEmpty()))];
                new RandomStream(seed).Shuffle(news.AsSpan());
                Array.ForEach(news, tell => tell());
                new RandomStream(seed + 1).Shuffle(taken.AsSpan());
            }

            one.Hear("y", Told(other));
            other.Hear("x", Told(one));
            one.Hear("y", Told(other));
            other.Current!.Hash.Should().Be(one.Current!.Hash, $"seed {seed}");
        }
    }

    [Fact]
    public void Late_WithMoreMoments_DrawsNobodyAwayFromWhatIsAgreed()
    {
        NamedStandard agreed = Of(0, 1, 2);
        StandardChoice early = Knowing(Choice(4, "a"));
        foreach (string peer in new[] { "a", "b", "c" })
        {
            early.Hear(peer, agreed).Should().BeEmpty();
        }

        early.Hear("d", Of(0, 1, 2, 3)).Should().BeEmpty("it is a standard like any other");
        early.Current!.Hash.Should().Be(agreed.Hash, "three train on it");

        StandardChoice late = Choice(4, "d");
        for (int i = 0; i < 4; i++)
        {
            Meet(late, i);
        }

        late.TryDecide(0).Should().BeTrue("nobody has said that there is one");
        late.Hear("a", agreed);
        late.Hear("b", agreed);
        late.Current!.Hash.Should().Be(agreed.Hash);
    }

    [Fact]
    public void Late_ToldThatOthersHaveAStandard_WaitsForItAndMakesNone()
    {
        NamedStandard agreed = Of(0, 1, 2);
        StandardChoice late = Choice(4, "d");
        for (int i = 0; i < 4; i++)
        {
            Meet(late, i);
            late.Hear(Name(i), i < 3 ? agreed.Hash : default);
        }

        late.TryDecide(0).Should().BeFalse("what the others train on is on its way");
        late.Hear("b", agreed).Should().BeEmpty();
        late.TryDecide(0).Should().BeFalse("a and c have said what they train on");
        late.Current!.Hash.Should().Be(agreed.Hash);
    }

    [Fact]
    public void Peer_ThatHasNotDescribedItself_DoesNotCountYet()
    {
        StandardChoice choice = Choice(2);
        Meet(choice, 0);
        choice.Hear("b", Moments[1]);
        choice.TryDecide(0).Should().BeFalse("b may train already");

        choice.Hear("b", default(ContentHash));
        choice.TryDecide(0).Should().BeTrue();
    }

    [Fact]
    public void Halves_WithStandardsOfTheirOwn_ComeToOneInAnyOrder()
    {
        for (ulong seed = 0; seed < 200; seed++)
        {
            RandomStream random = new(seed);
            int peers = 2 + random.NextInt(6);
            StandardChoice[] choices = [.. Enumerable.Range(0, peers).Select(i => Knowing(Choice(3, Name(i))))];
            for (int i = 0; i < peers; i++)
            {
                choices[i].Hear(Name(i), random.NextInt(2) == 0 ? Of(0, 1, 2) : random.NextInt(2) == 0 ? Of(3, 4, 5) : Of(0, 1));
            }

            // Each hears of each in some order, again and again, with what the other has by then.
            for (int step = 0; step < 4 * peers * peers; step++)
            {
                int from = random.NextInt(peers);
                choices[random.NextInt(peers)].Hear(Name(from), Told(choices[from]));
            }

            foreach (int from in Enumerable.Range(0, peers).Concat(Enumerable.Range(0, peers)))
            {
                Array.ForEach(choices, choice => choice.Hear(Name(from), Told(choices[from])));
            }

            choices.Select(choice => choice.Current!.Hash).Distinct().Should().ContainSingle($"seed {seed}");
        }
    }

    [Fact]
    public void Standard_OfPeersWhoseMomentsAreUnknown_IsTakenOnceTheyCome()
    {
        StandardChoice choice = Choice(3);
        choice.Hear(Name(0), Moments[0]).Should().BeEmpty();
        choice.Hear("x", Of(0, 1)).Should().BeEmpty();
        choice.Current.Should().BeNull("the moments of b are not here");

        choice.Hear(Name(1), Moments[1]).Should().BeEmpty();

        choice.Current!.Hash.Should().Be(Of(0, 1).Hash);
        choice.Current.Moments.Count.Should().Be(Moments[0].Count + Moments[1].Count);
    }

    [Fact]
    public void Standard_ThatIsNotTheSumOfWhatIsKnown_IsRefused()
    {
        StandardChoice choice = Choice(3);
        for (int i = 0; i < 2; i++)
        {
            Meet(choice, i);
        }

        choice.Hear("x", Of(0, 1) with { Hash = Of(0, 5).Hash }).Should().ContainSingle().Which.Should().Contain("x").And.Contain("a, b");
        choice.Current.Should().BeNull();
        choice.Hear("x", Of(0, 1)).Should().BeEmpty();
        choice.Current.Should().NotBeNull();
    }

    /// <summary>A peer whose rows are others than went into the standard could not add it up, made one of its own, and all waited for it for ever.</summary>
    [Fact]
    public void Standard_WhoseMomentsHaveChanged_IsTakenOnceMostOfTheOthersSayThatTheyTrainOnIt()
    {
        NamedStandard agreed = Of(0, 1, 2, 3);
        StandardChoice early = Knowing(Choice(4, "a"));
        early.Hear("a", agreed);
        early.TellsSum.Should().BeFalse("whoever knows the moments can add them up");
        early.Hear("d", Moments[4]).Should().BeEmpty();
        early.TellsSum.Should().BeTrue();
        NamedStandard told = Told(early) with { Sum = early.Current!.Moments };

        StandardChoice late = Choice(4, "d");
        foreach ((string peer, int rows) in new[] { ("a", 0), ("b", 1), ("c", 2), ("d", 4) })
        {
            late.Hear(peer, Moments[rows]).Should().BeEmpty();
        }

        late.Hear("b", agreed).Should().ContainSingle("b has not heard of the change");
        late.Hear("a", told).Should().BeEmpty();
        late.Hear("a", agreed.Hash);
        late.Current.Should().BeNull("one of three says so");
        late.Hear("b", agreed.Hash);

        late.Current!.Hash.Should().Be(agreed.Hash);
        late.Current.Moments.ToBytes().Should().Equal(early.Current.Moments.ToBytes());
        late.TellsSum.Should().BeTrue("others may come later still");
    }

    [Fact]
    public void Standard_OfMomentsThatComeAfterIt_IsTakenThen()
    {
        StandardChoice choice = Choice(3);
        choice.Hear("a", Moments[0]);
        choice.Hear("b", Moments[5]);
        choice.Hear("x", Of(0, 1)).Should().ContainSingle("b said something else before");

        choice.Hear("b", Moments[1]).Should().BeEmpty();

        choice.Current!.Hash.Should().Be(Of(0, 1).Hash);
    }

    [Fact]
    public void Standard_ThatIsNotTheSumToldWithIt_IsRefused()
    {
        StandardChoice choice = Knowing(Choice(3));

        choice.Hear("x", Of(0, 1) with { Sum = Moments[2] }).Single().Should().Contain("told with it");

        choice.Current.Should().BeNull();
    }

    [Fact]
    public void Body_OfAStandardWithItsSum_SaysAllAgain()
    {
        NamedStandard standard = Of(0, 1) with { Sum = Moments[0].Merge(Moments[1]) };

        NamedStandard read = GossipBodies.ReadStandard(GossipBodies.OfStandard(standard).Bytes.Span, Moments[0].Features);

        read.Peers.Should().Equal(standard.Peers);
        read.Hash.Should().Be(standard.Hash);
        read.Sum!.ToBytes().Should().Equal(standard.Sum!.ToBytes());
        GossipBodies.ReadStandard(GossipBodies.OfStandard(Of(0, 1)).Bytes.Span, Moments[0].Features).Sum.Should().BeNull();
    }

    [Fact]
    public void Standard_OverMorePeersThanExpectedOrOutOfOrder_IsRefused()
    {
        StandardChoice choice = Choice(2);

        choice.Hear("x", Of(0, 1, 2)).Single().Should().Contain("3 peers");
        choice.Hear("x", Of(0, 1) with { Peers = ["b", "a"] }).Single().Should().Contain("out of order");
    }

    /// <summary>The sum of two such claims is more than moments can count, and adding them up ended the peer.</summary>
    [Fact]
    public void Moments_OfMoreRowsThanAPeerCanHave_AreRefused()
    {
        StandardChoice choice = Choice(2);
        FeatureMoments zeros = new(FeatureMoments.MaxCount, [0], [0]);

        choice.Hear("x", zeros).Should().ContainSingle().Which.Should().Contain("x claims");
        choice.Hear("y", zeros);

        choice.TryDecide(0).Should().BeFalse();
        choice.Known.Should().BeEmpty();
    }

    private static StandardChoice Choice(int peers, string self = "a") => new(self, new GossipOptions { Peers = peers }, GossipBodies.NameStandard, 0);

    private static void Meet(StandardChoice choice, int peer)
    {
        choice.Hear(Name(peer), default(ContentHash));
        choice.Hear(Name(peer), Moments[peer]);
    }

    private static StandardChoice Knowing(StandardChoice choice)
    {
        for (int i = 0; i < Moments.Length; i++)
        {
            choice.Hear(Name(i), Moments[i]);
        }

        return choice;
    }

    private static NamedStandard Told(StandardChoice choice) => new(choice.Current!.Peers, choice.Current.Hash);

    private static NamedStandard Of(params int[] peers)
    {
        string[] names = [.. peers.Select(Name)];
        return new NamedStandard(names, GossipBodies.NameStandard(names, peers.Select(peer => Moments[peer]).Aggregate((one, next) => one.Merge(next))));
    }

    private static string Name(int peer) => ((char)('a' + peer)).ToString();
}
