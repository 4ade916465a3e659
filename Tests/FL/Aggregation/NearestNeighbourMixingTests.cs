using FedActors.FL.Aggregation;
using FedActors.FL.Configuration;
using FedActors.FL.Numerics;
using FedActors.FL.Strategies;

namespace FedActors.Tests.FL.Aggregation;

public sealed class NearestNeighbourMixingTests
{
    public static TheoryData<AggregationRule> Inner =>
        [new WeightedMean(), new CoordinateMedian(), new TrimmedMean(0.3), new Krum(2), new MultiKrum(2, 0), new Bulyan(2), new GeometricMedian(32), new NormClipping(), new CenteredClipping(1, 10)];

    [Fact]
    public void Neighbours_FiveOnALine_AreTheNearestAndTheLowerIndexWhereTwoAreEquallyNear()
    {
        UpdateBatch<double> batch = Batch([[0], [1], [2], [10], [-100]]);

        int[][] neighbours = new NearestNeighbourMixing(2, new CoordinateMedian()).Neighbours(batch);

        // 1 is as near to 0 as to 2, and three of five are taken; from 10 the nearest are 2 and 1; from -100, 0 and 1.
        neighbours.Should().BeEquivalentTo(new int[][] { [0, 1, 2], [0, 1, 2], [0, 1, 2], [1, 2, 3], [0, 1, 4] }, options => options.WithStrictOrdering());
    }

    [Fact]
    public void Reduce_FiveOnALine_IsTheRuleOfTheMeans()
    {
        // The means are 1, 1, 1, 13 / 3 and -33.
        new NearestNeighbourMixing(2, new CoordinateMedian()).Reduce(Batch([[0], [1], [2], [10], [-100]])).Should().Equal(1.0);
        new NearestNeighbourMixing(2, new WeightedMean(weighted: false)).Reduce(Batch([[0], [1], [2], [10], [-100]]))[0].Should().BeApproximately((3 + (13.0 / 3) - 33) / 5, 1e-12);
    }

    // Algorithm 2 of the paper as it stands there, with a sort and plain loops.
    [Theory]
    [MemberData(nameof(Inner))]
    public void Reduce_RandomUpdates_IsTheRuleOfWhatThePaperMixes(AggregationRule rule)
    {
        RandomStream random = new(5);
        double[][] rows = [.. Enumerable.Range(0, 13).Select(_ => Enumerable.Range(0, 40).Select(_ => random.NextGaussian()).ToArray())];
        const int Attackers = 3;

        double[] found = new NearestNeighbourMixing(Attackers, rule).Reduce(Batch(rows));

        double[][] mixed = [.. rows.Select(row => rows
            .OrderBy(other => row.Zip(other, (a, b) => (a - b) * (a - b)).Sum())
            .Take(rows.Length - Attackers)
            .Aggregate(new double[40], (sum, other) => [.. sum.Zip(other, (a, b) => a + b)])
            .Select(sum => sum / (rows.Length - Attackers)).ToArray())];
        double[] expected = rule.Reduce(Batch(mixed));
        found.Zip(expected).Should().OnlyContain(pair => Math.Abs(pair.First - pair.Second) < 1e-10);
        found.Zip(rule.Reduce(Batch(rows))).Should().Contain(pair => Math.Abs(pair.First - pair.Second) > 1e-6, "mixing does something");
    }

    [Fact]
    public void FindFault_TooFewUpdates_SaysWhoseNumberItIs()
    {
        new NearestNeighbourMixing(2, new CoordinateMedian()).FindFault(4).Should().Be("nnm+median needs at least 5 updates (2f + 1 for f = 2 attackers: lower f, or let more workers take part) and has 4.");
        new NearestNeighbourMixing(2, new Krum(2)).FindFault(6).Should().Contain("nnm+krum needs at least 7 updates");
        new NearestNeighbourMixing(2, new Krum(2)).FindFault(7).Should().BeNull();
    }

    [Fact]
    public void Strategy_PreAggregation_StandsBeforeTheRuleOrTheMean()
    {
        StrategyOptions options = new() { Name = "fedmedian", PreAggregation = PreAggregations.NearestNeighbours, Malicious = 2 };

        Strategy.From(options, 0.1f).Rule.Should().BeOfType<NearestNeighbourMixing>().Which.Rule.Should().BeOfType<CoordinateMedian>();
        Strategy.From(options with { Name = "fedadam" }, 0.1f).Rule.Should().BeOfType<NearestNeighbourMixing>().Which.Rule.Should().BeOfType<WeightedMean>();
        FluentActions.Invoking(() => Strategy.From(options with { Name = "scaffold" }, 0.1f)).Should().Throw<ArgumentException>().WithMessage("nnm works with strategies that reduce updates*scaffold does not*");
        FluentActions.Invoking(() => Strategy.From(options with { PreAggregation = "magic" }, 0.1f)).Should().Throw<ArgumentException>().WithMessage("'magic' is nothing to do before a rule; known: none, nnm*");
    }

    private static UpdateBatch<double> Batch(double[][] rows) =>
        new([.. rows.Select(row => (ReadOnlyMemory<double>)row)], [.. Enumerable.Repeat(1.0, rows.Length)], new double[rows[0].Length]);
}
