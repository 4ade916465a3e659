using System.Numerics;
using FedActors.FL.Data;
using FedActors.FL.Numerics;
using FedActors.Tests.FL.Training;
using FsCheck;
using FsCheck.Fluent;

namespace FedActors.Tests.FL.Data;

public sealed class FeatureMomentsTests
{
    [Fact]
    public void Merge_AnyPartitionAndOrder_SameBytes() => Check(data =>
    {
        RandomStream random = new((ulong)data.Count);
        int[] rows = random.Permutation(data.Count);
        int first = random.NextInt(data.Count + 1);
        int second = first + random.NextInt(data.Count - first + 1);
        FeatureMoments a = FeatureMoments.Of(data.Select(rows.AsSpan(0, first)));
        FeatureMoments b = FeatureMoments.Of(data.Select(rows.AsSpan(first, second - first)));
        FeatureMoments c = FeatureMoments.Of(data.Select(rows.AsSpan(second)));

        byte[] whole = FeatureMoments.Of(data).ToBytes();
        return whole.SequenceEqual(a.Merge(b).Merge(c).ToBytes()) && whole.SequenceEqual(c.Merge(a.Merge(b)).ToBytes());
    });

    [Fact]
    public void Of_AnyFloats_SumsExactly() => Check(data =>
    {
        FeatureMoments moments = FeatureMoments.Of(data);
        for (int feature = 0; feature < data.Features; feature++)
        {
            BigInteger sum = 0, squares = 0;
            for (int row = 0; row < data.Count; row++)
            {
                BigInteger value = new(Math.ScaleB((double)data.Row(row)[feature], 149));
                sum += value;
                squares += value * value;
            }

            moments.Sums[feature].Should().Be(sum);
            moments.Squares[feature].Should().Be(squares);
        }

        return true;
    });

    [Fact]
    public void ToStandardiser_AnyFloats_RoundsToTheNearest() => Check(data =>
    {
        FeatureMoments moments = FeatureMoments.Of(data);
        Standardiser standardiser = moments.ToStandardiser();
        for (int feature = 0; feature < data.Features; feature++)
        {
            BigInteger n = moments.Count, sum = moments.Sums[feature];
            BigInteger spread = (n * moments.Squares[feature]) - (sum * sum);
            IsNearest(standardiser.Means[feature], x => CompareMean(x, sum, n)).Should().BeTrue();
            if (!spread.IsZero)
            {
                IsNearest(standardiser.Scales[feature], x => CompareScale(x, spread, n)).Should().BeTrue();
            }
        }

        return true;
    });

    [Fact]
    public void ToStandardiser_KnownNumbers_GivesMeanAndPopulationDeviation()
    {
        Standardiser standardiser = FeatureMoments.Of(new DataSet(2, 2, [2, 7, 4, 7, 4, 7, 4, 7, 5, 7, 5, 7, 7, 7, 9, 7], new int[8])).ToStandardiser();

        standardiser.Means.ToArray().Should().Equal(5, 7);
        standardiser.Scales.ToArray().Should().Equal(2, 1);
    }

    [Fact]
    public void ToStandardiser_ConstantFeature_BecomesZero()
    {
        // A tenth is no binary fraction: a rounded sum would leave a tiny variance, and noise scaled up to 1.
        DataSet data = new(1, 2, [.. Enumerable.Repeat(0.1f, 1000)], new int[1000]);

        Standardiser standardiser = FeatureMoments.Of(data).ToStandardiser();

        standardiser.Scales[0].Should().Be(1);
        standardiser.Apply(data).Values.ToArray().Should().OnlyContain(value => value == 0);
    }

    [Fact]
    public void ToStandardiser_HugeOffset_KeepsTheSpread()
    {
        // The squares' difference cancels 14 digits, all that float64 has.
        DataSet data = new(1, 2, [10_000_000, 10_000_001, 10_000_002], [0, 0, 0]);

        FeatureMoments.Of(data).ToStandardiser().Scales[0].Should().Be(Math.Sqrt(2 / 3.0));
    }

    [Fact]
    public void Of_ExtremeFloats_AreSummedExactly()
    {
        DataSet data = new(1, 2, [float.MaxValue, float.Epsilon, -float.MaxValue, float.MinValue, float.MaxValue], new int[5]);

        FeatureMoments.Of(data).Sums[0].Should().Be(1);
    }

    [Fact]
    public void Of_NonFinite_NamesRowAndFeature()
    {
        FluentActions.Invoking(() => FeatureMoments.Of(new DataSet(2, 2, [1, 2, 3, float.NaN], [0, 0])))
            .Should().Throw<ArgumentException>().WithMessage("Row 1, feature 1 is NaN*");
    }

    [Fact]
    public void Merge_OtherFeatures_IsRefused()
    {
        FluentActions.Invoking(() => FeatureMoments.Of(Problems.Random(3, 2, 2)).Merge(FeatureMoments.Of(Problems.Random(3, 3, 2))))
            .Should().Throw<ArgumentException>();
    }

    [Fact]
    public void ToStandardiser_NoRows_IsRefused()
    {
        FluentActions.Invoking(() => FeatureMoments.Of(new DataSet(2, 2, [], [])).ToStandardiser()).Should().Throw<InvalidOperationException>();
    }

    [Fact]
    public void TryParse_OwnBytes_RoundTrip()
    {
        byte[] bytes = FeatureMoments.Of(Problems.Random(100, 36, 3)).ToBytes();

        FeatureMoments.TryParse(bytes, out FeatureMoments? moments).Should().BeTrue();
        moments!.ToBytes().Should().Equal(bytes);
        moments.Count.Should().Be(100);
        moments.Features.Should().Be(36);
    }

    [Fact]
    public void TryParse_TruncatedOrLonger_IsFalse()
    {
        byte[] bytes = FeatureMoments.Of(Problems.Random(10, 3, 3)).ToBytes();
        for (int length = 0; length < bytes.Length; length++)
        {
            FeatureMoments.TryParse(bytes.AsSpan(0, length), out _).Should().BeFalse();
        }

        FeatureMoments.TryParse([.. bytes, 0], out _).Should().BeFalse();
    }

    [Fact]
    public void TryParse_SumsThatNoRowsHave_IsFalse()
    {
        // Two rows that sum to 4 have squares of at least 8; and a row cannot exceed the largest float32.
        BigInteger unit = BigInteger.One << 149;
        FeatureMoments impossible = new(2, [4 * unit], [7 * unit * unit]);
        FeatureMoments possible = new(2, [4 * unit], [8 * unit * unit]);
        FeatureMoments huge = new(1, [unit << 130], [(unit << 130) * (unit << 130)]);

        FeatureMoments.TryParse(impossible.ToBytes(), out _).Should().BeFalse();
        FeatureMoments.TryParse(possible.ToBytes(), out _).Should().BeTrue();
        FeatureMoments.TryParse(huge.ToBytes(), out _).Should().BeFalse();
    }

    [Fact]
    public void TryParse_HugeFeatureCount_IsFalseWithoutAllocation()
    {
        byte[] bytes = [1, 0xFF, 0xFF, 0x0F, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0];

        long before = GC.GetAllocatedBytesForCurrentThread();
        FeatureMoments.TryParse(bytes, out _).Should().BeFalse();
        (GC.GetAllocatedBytesForCurrentThread() - before).Should().BeLessThan(100_000);
    }

    [Fact]
    public void Standardiser_UnsoundNumbers_AreRefused()
    {
        FluentActions.Invoking(() => new Standardiser([1, 2], [1])).Should().Throw<ArgumentException>();
        FluentActions.Invoking(() => new Standardiser([1], [0])).Should().Throw<ArgumentException>().WithMessage("Feature 0*scale 0*");
        FluentActions.Invoking(() => new Standardiser([double.NaN], [1])).Should().Throw<ArgumentException>();
        FluentActions.Invoking(() => new Standardiser([1], [1]).Apply(Problems.Random(3, 2, 2))).Should().Throw<ArgumentException>();
    }

    private static void Check(Func<DataSet, bool> law) =>
        FsCheck.Check.One(Config.QuickThrowOnFailure, Prop.ForAll(Gen.Choose(0, int.MaxValue).Select(seed => AnyFloats((ulong)seed)).ToArbitrary(), law));

    // Up to fifty rows of three features of any finite bits; every fourth set has numbers of one size, as real features do.
    private static DataSet AnyFloats(ulong seed)
    {
        RandomStream random = new(seed);
        float[] values = new float[(random.NextInt(50) + 1) * 3];
        foreach (ref float value in values.AsSpan())
        {
            do
            {
                value = seed % 4 == 0 ? (float)(100 + random.NextGaussian()) : BitConverter.UInt32BitsToSingle((uint)random.NextUInt64());
            }
            while (!float.IsFinite(value));
        }

        return new DataSet(3, 2, values, new int[values.Length / 3]);
    }

    // The exact value lies between the middles to both neighbours.
    private static bool IsNearest(double rounded, Func<BigInteger, int> compareInUnitsOfMinus400) =>
        compareInUnitsOfMinus400(Middle(Math.BitDecrement(rounded), rounded)) >= 0 && compareInUnitsOfMinus400(Middle(rounded, Math.BitIncrement(rounded))) <= 0;

    private static BigInteger Middle(double below, double above) => (Scaled(below) + Scaled(above)) / 2;

    private static BigInteger Scaled(double value)
    {
        long bits = BitConverter.DoubleToInt64Bits(value);
        int exponent = (int)((bits >> 52) & 0x7FF);
        BigInteger mantissa = (bits & 0xF_FFFF_FFFF_FFFF) | (exponent == 0 ? 0 : 1L << 52);
        int shift = Math.Max(exponent, 1) - 1075 + 400;
        BigInteger magnitude = shift >= 0 ? mantissa << shift : mantissa >> -shift;
        return bits < 0 ? -magnitude : magnitude;
    }

    // Sign of sum / n * 2^-149 - x * 2^-400.
    private static int CompareMean(BigInteger x, BigInteger sum, BigInteger n) => (sum << 251).CompareTo(x * n);

    // Sign of sqrt(spread) / n * 2^-149 - x * 2^-400, for x that is not negative.
    private static int CompareScale(BigInteger x, BigInteger spread, BigInteger n) => (spread << 502).CompareTo(x * x * n * n);
}
