using FedActors.FL.Aggregation;
using FedActors.FL.Numerics;

namespace FedActors.Tests.FL.Aggregation;

public sealed class AggregationRuleTests
{
    private static readonly AggregationRule[] RobustRules =
    [
        new CoordinateMedian(), new TrimmedMean(0.3), new Krum(3), new MultiKrum(3, 0), new Bulyan(2), new GeometricMedian(32), new CenteredClipping(1, 10),
        new NearestNeighbourMixing(3, new CoordinateMedian()), new NearestNeighbourMixing(2, new TrimmedMean(0.3)),
    ];

    public static TheoryData<AggregationRule> Robust => [.. RobustRules];

    public static TheoryData<AggregationRule> All => [new WeightedMean(), new NormClipping(), .. RobustRules];

    [Theory]
    [MemberData(nameof(All))]
    public void Rule_EqualUpdates_GivesThatUpdate(AggregationRule rule)
    {
        float[] update = Row(new RandomStream(1), 200);
        UpdateBatch<float> batch = new([.. Enumerable.Repeat<ReadOnlyMemory<float>>(update, 11)], Weights(11), update);

        rule.Reduce(batch).Zip(update).Should().OnlyContain(pair => Math.Abs(pair.First - pair.Second) <= 1e-6f);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Rule_UpdatesMoved_MovesAlong(AggregationRule rule)
    {
        RandomStream random = new(2);
        float[] shift = Row(random, 77);
        float[][] rows = [.. Enumerable.Range(0, 12).Select(_ => Row(random, 77))];
        float[][] moved = [.. rows.Select(row => row.Zip(shift, (a, b) => a + b).ToArray())];

        float[] before = rule.Reduce(Batch(rows, new float[77]));
        float[] after = rule.Reduce(Batch(moved, shift));

        after.Zip(before.Zip(shift, (a, b) => a + b)).Should().OnlyContain(pair => Math.Abs(pair.First - pair.Second) <= 1e-5f);
    }

    [Theory]
    [MemberData(nameof(Robust))]
    public void RobustRule_TwoOfElevenFarAway_StaysWithTheRest(AggregationRule rule)
    {
        RandomStream random = new(3);
        float[][] rows = [.. Enumerable.Range(0, 11).Select(i => Row(random, 50).Select(value => i < 2 ? 1e4f : value * 0.1f).ToArray())];

        float[] result = rule.Reduce(Batch(rows, new float[50]));

        result.Should().OnlyContain(value => Math.Abs(value) < 2.5f, "honest updates are within 0.5 and the rule moves by its radius at most");
        new WeightedMean().Reduce(Batch(rows, new float[50])).Should().OnlyContain(value => value > 100f);
    }

    // Lengths around a lane block, a tile and a block, so that every tail is reached.
    [Theory]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(257)]
    [InlineData(2048)]
    [InlineData(4101)]
    public void SortingRules_AnyLength_AgreeWithSortingEachCoordinate(int length)
    {
        RandomStream random = new((ulong)length);
        for (int count = 1; count <= 21; count += 4)
        {
            float[][] rows = [.. Enumerable.Range(0, count).Select(_ => Row(random, length))];

            float[] trimmed = new TrimmedMean(0.25).Reduce(Batch(rows));
            float[] median = new CoordinateMedian().Reduce(Batch(rows));

            int cut = (int)(0.25 * count);
            for (int i = 0; i < length; i++)
            {
                float[] column = [.. rows.Select(row => row[i]).Order()];
                trimmed[i].Should().BeApproximately(column[cut..(count - cut)].Average(), 1e-6f);
                median[i].Should().Be((column[(count - 1) / 2] + column[count / 2]) / 2);
            }
        }
    }

    [Theory]
    [InlineData(5)]
    [InlineData(4101)]
    public void PairwiseDistances_AnyLength_AgreeWithFloat64(int length)
    {
        RandomStream random = new((ulong)length);
        float[][] rows = [.. Enumerable.Range(0, 11).Select(_ => Row(random, length))];

        PairwiseDistances distances = PairwiseDistances.Of(Batch(rows));

        for (int i = 0; i < rows.Length; i++)
        {
            for (int j = 0; j < rows.Length; j++)
            {
                double exact = rows[i].Zip(rows[j], (a, b) => Math.Pow((double)a - b, 2)).Sum();
                distances[i, j].Should().BeApproximately(exact, 1e-5 * exact);
            }
        }
    }

    [Theory]
    [InlineData(2, 6)]
    [InlineData(0, 2)]
    public void Krum_TooFewForItsAttackers_SaysWhatIsNeeded(int attackers, int updates)
    {
        new Krum(attackers).FindFault(updates).Should().Contain($"at least {(2 * attackers) + 3} updates").And.Contain($"has {updates}");
        new Krum(attackers).FindFault((2 * attackers) + 3).Should().BeNull();

        Action reduce = () => new Krum(attackers).Reduce(Batch([.. Enumerable.Repeat(new float[1], updates)]));
        reduce.Should().Throw<ArgumentException>().WithMessage("*lower f*");
    }

    [Fact]
    public void Bulyan_TooFewForItsAttackers_SaysWhatIsNeeded()
    {
        new Bulyan(2).FindFault(10).Should().Contain("at least 11 updates").And.Contain("4f + 3");
        new Bulyan(2).FindFault(11).Should().BeNull();
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void Batch_NonFiniteUpdate_IsRefusedByItsName(float value)
    {
        Action build = () => Batch([[1, 2], [3, value]]);

        build.Should().Throw<ArgumentException>().WithMessage("Parameter 1 of update 1*finite*");
    }

    [Fact]
    public void Batch_UpdateOfAnotherShape_IsRefusedByItsName()
    {
        Action build = () => Batch([[1, 2], [3]]);

        build.Should().Throw<ArgumentException>().WithMessage("update 1 has 1 parameters; the first update has 2*");
    }

    [Fact]
    public void Batch_WithoutUpdates_IsRefused()
    {
        Action build = () => Batch([]);

        build.Should().Throw<ArgumentException>().WithMessage("There is no update*");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(double.NaN)]
    [InlineData(-1)]
    public void Batch_WeightNotOverZero_IsRefused(double weight)
    {
        Action build = () => _ = new UpdateBatch<float>([new float[1]], [weight]);

        build.Should().Throw<ArgumentException>().WithMessage("The weight of update 0*");
    }

    private static UpdateBatch<float> Batch(float[][] rows, float[]? reference = null) =>
        new([.. rows.Select(row => new ReadOnlyMemory<float>(row))], Weights(rows.Length), reference);

    private static double[] Weights(int count) => [.. Enumerable.Range(1, count).Select(i => (double)i)];

    private static float[] Row(RandomStream random, int length) => [.. Enumerable.Range(0, length).Select(_ => (float)random.NextGaussian())];
}
