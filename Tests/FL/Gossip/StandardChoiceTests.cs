using FedActors.FL.Configuration;
using FedActors.FL.Data;
using FedActors.FL.Gossip;
using FedActors.FL.Numerics;
using FedActors.FL.Protocol;
using FedActors.Tests.FL.Roles;

namespace FedActors.Tests.FL.Gossip;

public sealed class StandardChoiceTests
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
            forwards.Hear(Name(i), Moments[i]);
            backwards.Hear(Name(2 - i), Moments[2 - i]);
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
            choice.Hear(Name(i), Moments[i]);
        }

        choice.TryDecide(59_999).Should().BeFalse();
        choice.Due.Should().Be(60_000);
        choice.TryDecide(60_000).Should().BeTrue();
        choice.Current!.Peers.Should().Equal("a", "b", "c");
    }

    [Fact]
    public void Standards_HeardInAnyOrder_LeadToOneChoice()
    {
        NamedStandard[] standards = [Of(0, 1, 2), Of(1, 2, 3), Of(0, 2, 3), Of(0, 1), Of(3, 4, 5)];
        for (ulong seed = 0; seed < 50; seed++)
        {
            StandardChoice[] choices = [Choice(3), Choice(3)];
            foreach (StandardChoice choice in choices)
            {
                // Moments and names come in any order: a standard is taken once all of its moments are here.
                Action[] news = [
                    .. Enumerable.Range(0, 6).Select(i => (Action)(() => choice.Hear(Name(i), Moments[i]).Should().BeEmpty())),
                    .. standards.Select((standard, i) => (Action)(() => choice.Hear(Name(i), standard).Should().BeEmpty()))];
                new RandomStream(seed).Shuffle(news.AsSpan());
                Array.ForEach(news, tell => tell());
                new RandomStream(seed + 1).Shuffle(standards.AsSpan());
            }

            choices[1].Current!.Hash.Should().Be(choices[0].Current!.Hash);
            choices[0].Current!.Peers.Should().HaveCount(3);
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
            choice.Hear(Name(i), Moments[i]);
        }

        choice.Hear("x", Of(0, 1) with { Hash = Of(0, 5).Hash }).Should().ContainSingle().Which.Should().Contain("x").And.Contain("a, b");
        choice.Current.Should().BeNull();
        choice.Hear("x", Of(0, 1)).Should().BeEmpty();
        choice.Current.Should().NotBeNull();
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

    private static StandardChoice Choice(int peers) => new(new GossipOptions { Peers = peers }, GossipBodies.NameStandard, 0);

    private static NamedStandard Of(params int[] peers)
    {
        string[] names = [.. peers.Select(Name)];
        return new NamedStandard(names, GossipBodies.NameStandard(names, peers.Select(peer => Moments[peer]).Aggregate((one, next) => one.Merge(next))));
    }

    private static string Name(int peer) => ((char)('a' + peer)).ToString();
}
