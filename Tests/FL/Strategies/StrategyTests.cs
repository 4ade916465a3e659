using FedActors.FL.Aggregation;
using FedActors.FL.Configuration;
using FedActors.FL.Strategies;

namespace FedActors.Tests.FL.Strategies;

public sealed class StrategyTests
{
    public static TheoryData<string> Names => [.. StrategyNames.All];

    [Theory]
    [MemberData(nameof(Names))]
    public void From_EveryName_MakesAStrategyWithTheDefaults(string name)
    {
        Strategy strategy = Strategy.From(new StrategyOptions { Name = name }, 0.1f);

        strategy.Name.Should().Be(name);
        strategy.MinUpdates.Should().BeInRange(1, 3);
    }

    [Fact]
    public void From_DefaultsOfTheReference_AreThose()
    {
        ((AdaptiveOptimizer)Optimizer("fedadam")).Should().BeEquivalentTo(new { LearningRate = 0.1, Beta1 = 0.9, Beta2 = 0.99, Tau = 1e-3 });
        ((AdaptiveOptimizer)Optimizer("fedyogi")).Should().BeEquivalentTo(new { LearningRate = 0.01, Beta1 = 0.9, Beta2 = 0.99, Tau = 1e-3 });
        ((AdaptiveOptimizer)Optimizer("fedadagrad")).Should().BeEquivalentTo(new { LearningRate = 0.1, Beta1 = 0.0, Tau = 1e-3 });
        ((TrimmedMean)Rule("fedtrimmedavg")).Beta.Should().Be(0.2);
        ((MultiKrum)Rule("multikrum")).Should().BeEquivalentTo(new { Attackers = 0, Keep = 1 });
        ((GeometricMedian)Rule("rfa")).Should().BeEquivalentTo(new { Steps = 3, Smoothing = 1e-6 });
        ((QFedAvg)Rule("qfedavg")).Q.Should().Be(0.1);
    }

    [Fact]
    public void From_UnknownName_NamesThoseThatThereAre()
    {
        Action make = () => Strategy.From(new StrategyOptions { Name = "fedmagic" }, 0.1f);

        make.Should().Throw<ArgumentException>().WithMessage("Strategy 'fedmagic' is not known; known: fedavg, fedprox, *centeredclipping*");
    }

    private static ServerOptimizer Optimizer(string name) => Strategy.From(new StrategyOptions { Name = name }, 0.1f).Optimizer;

    private static AggregationRule Rule(string name) => Strategy.From(new StrategyOptions { Name = name }, 0.1f).Rule!;
}
