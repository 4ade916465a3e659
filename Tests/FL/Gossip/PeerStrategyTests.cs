using FedActors.Crdt;
using FedActors.FL.Configuration;
using FedActors.FL.Gossip;
using FedActors.FL.Models;
using FedActors.FL.Strategies;
using FedActors.FL.Topologies;

namespace FedActors.Tests.FL.Gossip;

public sealed class PeerStrategyTests
{
    private static readonly ParameterLayout Layout = new ModelSpecification(ModelSpecification.Softmax, 1, 2).Layout;

    public static TheoryData<string> Peers => [.. StrategyNames.Peers];

    [Theory]
    [MemberData(nameof(Peers))]
    public void Average_OneOfFiveFarAway_IsNearTheOthersWhereTheRuleWithstandsIt(string name)
    {
        PeerStrategy strategy = new(new StrategyOptions { Name = name, Malicious = name == StrategyNames.Bulyan ? 0 : 1, Trim = 0.2, Iterations = 30 }, new TrainingOptions());
        ModelEntry[] entries = [Entry("a", 1f), Entry("b", 1.1f), Entry("c", 0.9f), Entry("d", 1f), Entry("e", 1_000f)];

        strategy.TryAverage(Layout, new ComputeMean(1, entries), NoLoss, [], out ParameterVector? mean, out _).Should().BeTrue();

        bool withstands = name is not (StrategyNames.FedAvg or StrategyNames.FedProx or StrategyNames.Bulyan or StrategyNames.GossipAvg);
        (Math.Abs(mean!.Values[0] - 1) < 1.5f).Should().Be(withstands, $"it is {mean.Values[0]}");
    }

    [Theory]
    [MemberData(nameof(Peers))]
    public void Average_OfModelsThatAreNotFinite_LeavesThemOutAndSaysWhose(string name)
    {
        PeerStrategy strategy = new(new StrategyOptions { Name = name }, new TrainingOptions());
        List<string> faults = [];

        strategy.TryAverage(Layout, new ComputeMean(1, [Entry("a", 2f), Entry("b", float.NaN), Entry("c", 2f), Entry("d", 2f)]), NoLoss, faults, out ParameterVector? mean, out _).Should().BeTrue();

        mean!.Values.ToArray().Should().OnlyContain(value => Math.Abs(value - 2) < 1e-5f);
        faults.Should().ContainSingle().Which.Should().Contain("model of b");
    }

    [Fact]
    public void Average_OfTooFewForTheRule_SaysHowManyItNeeds()
    {
        PeerStrategy strategy = new(new StrategyOptions { Name = StrategyNames.Krum, Malicious = 1 }, new TrainingOptions());

        strategy.TryAverage(Layout, new ComputeMean(1, [Entry("a", 1f), Entry("b", 1f)]), NoLoss, [], out _, out string? reason).Should().BeFalse();

        reason.Should().Contain("at least 5").And.Contain("has 2");
    }

    [Theory]
    [InlineData("fedavgm", "server")]
    [InlineData("fedadagrad", "server")]
    [InlineData("fedadam", "server")]
    [InlineData("fedyogi", "server")]
    [InlineData("scaffold", "control variates")]
    [InlineData("fednova", "measured")]
    [InlineData("qfedavg", "measured")]
    [InlineData("fedasync", "provider")]
    [InlineData("fedstride", "provider")]
    public void Strategy_ThatNeedsAServer_IsRefusedWithTheAlternatives(string name, string why)
    {
        PeerStrategy.FindFault(new StrategyOptions { Name = name }).Should().Contain(name).And.Contain(why).And.Contain("fedmedian").And.Contain("krum");
        FluentActions.Invoking(() => new PeerStrategy(new StrategyOptions { Name = name }, new TrainingOptions())).Should().Throw<ArgumentException>();
    }

    [Fact]
    public void Strategy_OfTooFewPeers_IsRefusedBeforeItBegins()
    {
        StrategyOptions krum = new() { Name = StrategyNames.Krum, Malicious = 1 };

        PeerStrategy.FindFault(krum, peers: 4).Should().Contain("at least 5").And.Contain("fedmedian");
        PeerStrategy.FindFault(krum, peers: 5).Should().BeNull();
    }

    [Fact]
    public void Settings_OfAStrategyThatDoesNotReadThem_MayDiffer()
    {
        PeerOptions one = new() { Strategy = new StrategyOptions { Malicious = 1 } };
        PeerOptions other = new() { Strategy = new StrategyOptions { Malicious = 2 } };

        SharedSettings.Of(one, Topology.Complete).Should().Be(SharedSettings.Of(other, Topology.Complete));
        SharedSettings.Of(one with { Strategy = one.Strategy with { Name = "krum" } }, Topology.Complete)
            .DescribeDifferences("A", "B", SharedSettings.Of(other with { Strategy = other.Strategy with { Name = "krum" } }, Topology.Complete))
            .Should().Equal("A has Strategy:Malicious 1, B 2");
    }

    [Fact]
    public void Settings_OfAdjacenciesThatDiffer_Differ()
    {
        static ITopology Custom(string from, string to) => Topology.Create("custom", adjacency: new Dictionary<string, IReadOnlyList<string>> { ["A"] = ["B"], [from] = [to] });

        SharedSettings.Of(new PeerOptions(), Custom("B", "C")).DescribeDifferences("A", "B", SharedSettings.Of(new PeerOptions(), Custom("C", "A")))
            .Should().Equal("A has Gossip:Topology custom A:B, B:C, B custom A:B, A:C");
    }

    [Theory]
    [InlineData(0.0, 1f)]
    [InlineData(0.5, 2f)]
    [InlineData(1.0, 3f)]
    public void GossipAvg_MixingParameter_SaysHowFarAPeerMoves(double mixing, float expected)
    {
        PeerStrategy strategy = new(new StrategyOptions { Name = StrategyNames.GossipAvg, Mixing = mixing }, new TrainingOptions());
        ComputeMean request = new(1, [Entry("a", 1f), Entry("b", 3f), Entry("c", 5f)], new Neighbourhood("a", [1.0 / 3, 1.0 / 3, 1.0 / 3], 0));

        Average(strategy, request).Should().Be(expected);
    }

    [Fact]
    public void Balance_NeighboursTooFarAway_AreLeftOutAndTheLimitShrinks()
    {
        PeerStrategy strategy = new(new StrategyOptions { Name = StrategyNames.Balance }, new TrainingOptions());
        ModelEntry[] entries = [Entry("a", 1f), Entry("b", 2.5f), Entry("c", 100f)];

        Average(strategy, new ComputeMean(1, entries, new Neighbourhood("a", [0, 0.5, 0.5], 0))).Should().Be(1.75f, "b is within two lengths");
        Average(strategy, new ComputeMean(1, [Entry("a", 1f), Entry("b", 2.5f), Entry("d", 1.5f)], new Neighbourhood("a", [0, 0.5, 0.5], 1))).Should().Be(1.25f, "at the end only d is");
        Average(strategy, new ComputeMean(1, [Entry("a", 1f), Entry("b", 40f), Entry("c", 100f)], new Neighbourhood("a", [0, 0.5, 0.5], 0))).Should().Be(20.5f, "of none the nearest is taken");
    }

    [Fact]
    public void Ubar_NearestShareAndThenByLoss_IsWhatCounts()
    {
        PeerStrategy strategy = new(new StrategyOptions { Name = StrategyNames.Ubar, Nearest = 0.5 }, new TrainingOptions());
        ModelEntry[] entries = [Entry("a", 1f), Entry("b", 2f), Entry("c", 0f), Entry("d", 50f), Entry("e", -50f)];
        Neighbourhood around = new("a", [0.2, 0.2, 0.2, 0.2, 0.2], 0);

        Average(strategy, new ComputeMean(1, entries, around), loss: model => Math.Abs(model.Values[0] - 2)).Should().Be(1.5f, "b is near and better; c is near and worse");
        Average(strategy, new ComputeMean(1, entries, around), loss: model => Math.Abs(model.Values[0] - 1)).Should().Be(1.5f, "neither is better, and b is as good as c and first");
    }

    [Fact]
    public void Clipping_AmongNeighbours_MeasuresFromThePeersOwnModel()
    {
        PeerStrategy strategy = new(new StrategyOptions { Name = StrategyNames.NormClipping, ClipNorm = 2 }, new TrainingOptions());
        ModelEntry[] entries = [Entry("a", 0f), Entry("b", 1_000f), Entry("c", 1_000f)];

        Average(strategy, new ComputeMean(1, entries, new Neighbourhood("a", [0, 0.5, 0.5], 0))).Should().BeApproximately(2f / 3, 1e-4f, "each moves it by two at most, over four parameters one each");
    }

    private static float Average(PeerStrategy strategy, ComputeMean request, Func<ParameterVector, double>? loss = null)
    {
        strategy.TryAverage(Layout, request, loss ?? NoLoss, [], out ParameterVector? mean, out _).Should().BeTrue();
        return mean!.Values[0];
    }

    private static double NoLoss(ParameterVector model) => throw new InvalidOperationException("only ubar asks for losses");

    private static ModelEntry Entry(string peer, float value)
    {
        float[] values = new float[Layout.Count];
        Array.Fill(values, value);
        return new ModelEntry(peer, new ModelVersion(1, 1), 1, 10, ContentHash.Of([1]), new ParameterVector(Layout, values));
    }
}
