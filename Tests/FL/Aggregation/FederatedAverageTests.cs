using System.Numerics;
using FedActors.FL.Aggregation;
using FedActors.FL.Models;
using FedActors.FL.Numerics;
using FsCheck;
using FsCheck.Fluent;

namespace FedActors.Tests.FL.Aggregation;

public sealed class FederatedAverageTests
{
    // 19 numbers: one whole vector of sixteen and a tail.
    private static readonly ParameterLayout Layout = new(new TensorShape("W", 4, 4), new TensorShape("b", 3));

    [Fact]
    public void Mean_AnyOrder_SameBits() => Check(updates =>
    {
        Update[] shuffled = [.. updates];
        new RandomStream((ulong)updates.Length).Shuffle(shuffled.AsSpan());

        return Mean(updates).Hash() == Mean(shuffled).Hash();
    });

    [Fact]
    public void Mean_AnyGrouping_SameBits() => Check(updates =>
    {
        RandomStream random = new((ulong)updates.Length);
        FederatedAverage[] tiers = [new(Layout), new(Layout), new(Layout)];
        foreach (Update update in updates)
        {
            Add(tiers[random.NextInt(3)], update);
        }

        tiers[2].TryMerge(tiers[0], out _).Should().BeTrue();
        tiers[1].TryMerge(tiers[2], out _).Should().BeTrue();
        return Mean(updates).Hash() == tiers[1].ToMean().Hash();
    });

    [Fact]
    public void Mean_AnyUpdates_IsTheExactMeanRounded() => Check(updates =>
    {
        // Half a unit of float32, and half a unit of the low lane for each product.
        ParameterVector mean = Mean(updates);
        double lanes = updates.Length * Math.Pow(2, -63) / updates.Sum(update => update.Weight);
        for (int i = 0; i < Layout.Count; i++)
        {
            double exact = ExactMean(updates, i);
            double allowed = (Math.Abs(exact) * Math.Pow(2, -24) * 1.0000001) + (1.0000001 * lanes);
            Math.Abs(mean.Values[i] - exact).Should().BeLessThanOrEqualTo(allowed, "parameter {0}", i);
        }

        return true;
    });

    // 150,000 coordinates are three spans, which cores share.
    [Theory]
    [InlineData(19)]
    [InlineData(1043)]
    [InlineData(150_000)]
    public void TryAddAll_AnyLength_SameBitsAsOneByOne(int length)
    {
        ParameterLayout layout = new(new TensorShape("x", length));
        RandomStream random = new((ulong)length);
        float[][] rows = [.. Enumerable.Range(0, 9).Select(_ => Enumerable.Range(0, length).Select(_ => (float)random.NextGaussian()).ToArray())];
        double[] weights = [.. Enumerable.Range(1, 9).Select(i => 0.7 * i)];
        FederatedAverage apart = new(layout), together = new(layout);
        for (int i = 0; i < rows.Length; i++)
        {
            apart.TryAdd(rows[i], weights[i], out _).Should().BeTrue();
        }

        together.TryAddAll([.. rows.Select(row => new ReadOnlyMemory<float>(row))], weights, out _).Should().BeTrue();

        together.ToMean().Hash().Should().Be(apart.ToMean().Hash());
        (together.Updates, together.TotalWeight).Should().Be((apart.Updates, apart.TotalWeight));
    }

    [Theory]
    [InlineData(float.NaN, 1, "non-finite")]
    [InlineData(float.NegativeInfinity, 1, "non-finite")]
    [InlineData(2e6f, 1, "out-of-range")]
    [InlineData(1, 0, "invalid-weight")]
    [InlineData(1e6f, 1 << 29, "average-full")]
    public void TryAddAll_OneUnsound_LeavesEveryBitAsItWas(float value, double weight, string code)
    {
        FederatedAverage average = new(Layout);
        Add(average, Random(5, count: 1)[0]);
        string before = average.ToMean().Hash();
        float[] sound = Random(6, count: 1)[0].Values;

        average.TryAddAll([sound, With(7, value), sound], [3, weight, 1], out UpdateFault? fault).Should().BeFalse();

        fault!.Code.Should().Be(code);
        average.ToMean().Hash().Should().Be(before);
        average.Updates.Should().Be(1);
    }

    [Fact]
    public void TryAddAll_ProductsTooLargeForTheFastWay_SameBitsAsOneByOne()
    {
        float[] large = With(3, 9e5f);
        FederatedAverage apart = new(Layout), together = new(Layout);
        apart.TryAdd(large, 1 << 20, out _).Should().BeTrue();
        apart.TryAdd(large, 5, out _).Should().BeTrue();

        together.TryAddAll([large, large], [1 << 20, 5], out _).Should().BeTrue();

        together.ToMean().Hash().Should().Be(apart.ToMean().Hash());
    }

    [Fact]
    public void FastAndLargeWay_AnyProducts_SameLanes() => Check(updates =>
    {
        foreach (Update update in updates.Where(update => update.Weight * update.Values.Max(Math.Abs) < FixedPointLanes.MaxProduct))
        {
            FixedPointLanes fast = new(Layout.Count), large = new(Layout.Count);
            fast.Add<FixedPointLanes.Forward>(update.Values, update.Weight, 0);
            large.AddLarge(update.Values, update.Weight);
            (float[] one, float[] other) = (new float[Layout.Count], new float[Layout.Count]);
            fast.Divide(1, one);
            large.Divide(1, other);
            one.Should().Equal(other);
        }

        return true;
    });

    [Fact]
    public void Mean_OneUpdate_IsThatUpdate()
    {
        Update update = Random(9, count: 1)[0];

        Mean([update]).Values.ToArray().Should().Equal(update.Values);
    }

    [Fact]
    public void Mean_OppositeHugeAndTiny_KeepsTheTiny()
    {
        // In float64 the two huge products would swallow the tiny one in one order and not in another.
        float[] huge = Fill(1e6f), tiny = Fill(1e-9f), negative = Fill(-1e6f);

        foreach (float[][] order in new[] { new[] { huge, tiny, negative }, [huge, negative, tiny], [tiny, huge, negative] })
        {
            ParameterVector mean = Mean([.. order.Select(values => new Update(values, 3))]);

            mean.Values.ToArray().Should().AllBeEquivalentTo((float)(1e-9f / 3.0));
        }
    }

    [Fact]
    public void TryAdd_Faults_AreNamedAndLeaveTheAverageUnchanged()
    {
        FederatedAverage average = new(Layout);
        Add(average, Random(1, count: 1)[0]);
        string before = average.ToMean().Hash();
        (float[] Values, double Weight, string Code)[] bad =
        [
            (new float[18], 1, "wrong-shape"),
            (With(4, float.NaN), 1, "non-finite"),
            (With(18, float.NegativeInfinity), 1, "non-finite"),
            (With(17, -1.1e6f), 1, "out-of-range"),
            (new float[19], 0, "invalid-weight"),
            (new float[19], -5, "invalid-weight"),
            (new float[19], double.NaN, "invalid-weight"),
            (new float[19], 1e9, "invalid-weight"),
        ];

        foreach ((float[] values, double weight, string code) in bad)
        {
            average.TryAdd(values, weight, out UpdateFault? fault).Should().BeFalse("of {0}", code);
            fault!.Code.Should().Be(code);
        }

        average.Updates.Should().Be(1);
        average.ToMean().Hash().Should().Be(before);
    }

    [Theory]
    [InlineData(4, "W[1,0]")]
    [InlineData(15, "W[3,3]")]
    [InlineData(16, "b[0]")]
    [InlineData(18, "b[2]")]
    public void FindFault_NonFinite_NamesTheFirst(int index, string name)
    {
        float[] values = With(index, float.NaN);
        values[18] = float.PositiveInfinity;

        UpdateInspection.FindFault(Layout, values, 1)!.Text.Should().Contain($"Parameter {name} is ");
    }

    [Fact]
    public void FindFault_ExtremeButAllowed_IsNull()
    {
        UpdateInspection.FindFault(Layout, With(3, -UpdateInspection.MaxMagnitude), UpdateInspection.MaxWeight).Should().BeNull();
        UpdateInspection.FindFault(Layout, With(3, float.Epsilon), UpdateInspection.MinWeight).Should().BeNull();
    }

    [Fact]
    public void TryAdd_WeightedSumBeyondLimit_IsRefusedBeforeItOverflows()
    {
        FederatedAverage average = new(Layout);
        float[] largest = Fill(UpdateInspection.MaxMagnitude);
        int taken = 0;
        while (average.TryAdd(largest, 1 << 20, out UpdateFault? fault))
        {
            taken++;
            fault.Should().BeNull();
        }

        taken.Should().Be(4);
        average.ToMean().Values.ToArray().Should().AllBeEquivalentTo(UpdateInspection.MaxMagnitude);
        average.TryMerge(average, out UpdateFault? full).Should().BeFalse();
        full!.Code.Should().Be("average-full");
    }

    [Fact]
    public void TryMerge_ManyUpdatesBeyondLimit_IsRefused()
    {
        // Doubling reaches the limit of 2^21 updates in 21 steps, at the largest low parts there are.
        FederatedAverage average = new(Layout);
        average.TryAdd(Fill(0.99999994f / (1 << 21)), 1, out _).Should().BeTrue();
        for (int i = 0; i < 21; i++)
        {
            average.TryMerge(Copy(average), out _).Should().BeTrue();
        }

        average.Updates.Should().Be(FederatedAverage.MaxUpdates);
        average.ToMean().Values.ToArray().Should().AllBeEquivalentTo(0.99999994f / (1 << 21));
        average.TryAdd(Fill(0), 1, out UpdateFault? fault).Should().BeFalse();
        fault!.Text.Should().Contain("2097152 updates");
    }

    [Fact]
    public void TryMerge_OtherLayout_IsRefused()
    {
        FederatedAverage other = new(new ModelSpecification(ModelSpecification.Softmax, 4, 4).Layout);

        FluentActions.Invoking(() => new FederatedAverage(Layout).TryMerge(other, out _)).Should().Throw<ArgumentException>();
    }

    [Fact]
    public void ToMean_NoUpdates_IsRefused()
    {
        FluentActions.Invoking(() => new FederatedAverage(Layout).ToMean()).Should().Throw<InvalidOperationException>();
    }

    [Fact]
    public void Clear_UsedAverage_StartsAfresh()
    {
        Update[] updates = Random(3, 5);
        FederatedAverage average = new(Layout);
        Add(average, Random(4, count: 1)[0]);
        average.Clear();
        foreach (Update update in updates)
        {
            Add(average, update);
        }

        average.ToMean().Hash().Should().Be(Mean(updates).Hash());
        average.TotalWeight.Should().Be(updates.Sum(update => update.Weight));
    }

    private static void Check(Func<Update[], bool> law) =>
        FsCheck.Check.One(Config.QuickThrowOnFailure, Prop.ForAll(Gen.Choose(1, 30).SelectMany(n => Gen.Choose(0, int.MaxValue).Select(seed => Random((ulong)seed, n))).ToArbitrary(), law));

    private static Update[] Random(ulong seed, int count)
    {
        RandomStream random = new(seed);
        Update[] updates = new Update[count];
        for (int k = 0; k < count; k++)
        {
            float[] values = new float[Layout.Count];
            foreach (ref float value in values.AsSpan())
            {
                value = (float)Math.ScaleB(random.NextGaussian(), random.NextInt(50) - 35);
            }

            // Half of the weights are whole, as example counts are.
            updates[k] = new Update(values, random.NextInt(2) == 0 ? random.NextInt(100_000) + 1 : random.NextDouble() + 0.001);
        }

        return updates;
    }

    private static ParameterVector Mean(IEnumerable<Update> updates)
    {
        FederatedAverage average = new(Layout);
        foreach (Update update in updates)
        {
            Add(average, update);
        }

        return average.ToMean();
    }

    private static void Add(FederatedAverage average, Update update) => average.TryAdd(update.Values, update.Weight, out _).Should().BeTrue();

    private static FederatedAverage Copy(FederatedAverage average)
    {
        FederatedAverage copy = new(average.Layout);
        copy.TryMerge(average, out _).Should().BeTrue();
        return copy;
    }

    // Weights and values as multiples of 2^-149 and 2^-100: the sums are whole numbers.
    private static double ExactMean(Update[] updates, int index)
    {
        BigInteger sum = 0, weights = 0;
        foreach (Update update in updates)
        {
            BigInteger weight = new(Math.ScaleB(update.Weight, 100));
            sum += weight * new BigInteger(Math.ScaleB((double)update.Values[index], 149));
            weights += weight;
        }

        BigInteger quotient = (sum << 60) / weights;
        return Math.ScaleB((double)quotient, -209);
    }

    private static float[] Fill(float value)
    {
        float[] values = new float[Layout.Count];
        Array.Fill(values, value);
        return values;
    }

    private static float[] With(int index, float value)
    {
        float[] values = new float[Layout.Count];
        values[index] = value;
        return values;
    }

    private sealed record Update(float[] Values, double Weight);
}
