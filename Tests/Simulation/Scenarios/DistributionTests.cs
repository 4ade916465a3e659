using FedActors.FL.Numerics;
using FedActors.Simulation.Scenarios;

namespace FedActors.Tests.Simulation.Scenarios;

public sealed class DistributionTests
{
    [Theory]
    [InlineData("12", 12)]
    [InlineData("constant 3", 3)]
    [InlineData("uniform 10 20", 15)]
    [InlineData("exponential 30", 20.794)]
    [InlineData("lognormal 100 0.5", 100)]
    [InlineData("list 1 5 9", 5)]
    public void TryParse_KnownShape_HasItsMedianAndIsWrittenBack(string text, double median)
    {
        Distribution.TryParse(text, out Distribution? distribution).Should().BeTrue();

        distribution!.Median.Should().BeApproximately(median, 0.001);
        distribution.ToString().Should().Be(text.Replace("constant ", ""));
        RandomStream random = RandomStream.For(1, "test");
        double[] drawn = [.. Enumerable.Range(0, 4001).Select(i => distribution.Draw(random, i)).Order()];
        drawn[2000].Should().BeApproximately(median, median * 0.1);
        drawn.Should().OnlyContain(value => value >= 0);
    }

    [Theory]
    [InlineData("")]
    [InlineData("fast")]
    [InlineData("uniform 10")]
    [InlineData("uniform 20 10")]
    [InlineData("exponential")]
    [InlineData("-1")]
    [InlineData("NaN")]
    [InlineData("1e300")]
    [InlineData("12 13")]
    [InlineData("list")]
    public void TryParse_AnythingElse_IsRefused(string text) => Distribution.TryParse(text, out _).Should().BeFalse();
}
