using FedActors.Crdt;
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
        FeatureStandard[] standards = [Of(0, 1, 2), Of(1, 2, 3), Of(0, 2, 3), Of(0, 1), Of(3, 4, 5)];
        for (ulong seed = 0; seed < 50; seed++)
        {
            StandardChoice one = Choice(3);
            StandardChoice other = Choice(3);
            foreach (FeatureStandard standard in standards)
            {
                one.Hear(standard).Should().BeNull();
            }

            new RandomStream(seed).Shuffle(standards.AsSpan());
            foreach (FeatureStandard standard in standards)
            {
                other.Hear(standard).Should().BeNull();
            }

            other.Current!.Hash.Should().Be(one.Current!.Hash);
            one.Current.Peers.Should().HaveCount(3);
        }
    }

    [Fact]
    public void Standard_ThatIsNotTheSumOfWhatIsKnown_IsRefused()
    {
        StandardChoice choice = Choice(3);
        for (int i = 0; i < 2; i++)
        {
            choice.Hear(Name(i), Moments[i]);
        }

        FeatureStandard forged = new(["a", "b"], Moments[0].Merge(Moments[5]), GossipBodies.OfStandard(["a", "b"], Moments[0].Merge(Moments[5])).Hash);

        choice.Hear(forged).Should().Contain("a, b");
        choice.Current.Should().BeNull();
        choice.Hear(Of(0, 1)).Should().BeNull();
    }

    [Fact]
    public void Standard_OverMorePeersThanExpectedOrOutOfOrder_IsRefused()
    {
        StandardChoice choice = Choice(2);

        choice.Hear(Of(0, 1, 2)).Should().Contain("3 peers");
        choice.Hear(Of(0, 1) with { Peers = ["b", "a"] }).Should().Contain("out of order");
    }

    private static StandardChoice Choice(int peers) => new(new GossipOptions { Peers = peers }, Hash, 0);

    private static FeatureStandard Of(params int[] peers)
    {
        FeatureMoments sum = peers.Select(peer => Moments[peer]).Aggregate((one, next) => one.Merge(next));
        string[] names = [.. peers.Select(Name)];
        return new FeatureStandard(names, sum, Hash(names, sum));
    }

    private static ContentHash Hash(IReadOnlyList<string> peers, FeatureMoments moments) => GossipBodies.OfStandard(peers, moments).Hash;

    private static string Name(int peer) => ((char)('a' + peer)).ToString();
}
