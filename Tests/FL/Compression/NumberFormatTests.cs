using System.Buffers.Binary;
using FedActors.FL.Compression;
using FedActors.FL.Numerics;

namespace FedActors.Tests.FL.Compression;

public sealed class NumberFormatTests
{
    private static readonly NumberFormat[] Formats = [new SingleNumbers(), new HalfNumbers(), new BlockIntegers(8), new BlockIntegers(4)];

    public static TheoryData<int> Integers => [8, 4];

    [Theory]
    [MemberData(nameof(Integers))]
    public void BlockIntegers_TwentyThousandRoundings_HaveTheNumbersForTheirMean(int bits)
    {
        const int Draws = 20_000;
        float[] values = [1, -0.7310f, 0.3333f, 0.01f, -0.0004f, 0, -1];
        double[] sums = new double[values.Length];
        RandomStream chance = new(12);
        for (int draw = 0; draw < Draws; draw++)
        {
            float[] read = Through(new BlockIntegers(bits), values, chance);
            for (int i = 0; i < sums.Length; i++)
            {
                sums[i] += read[i];
            }
        }

        double scale = 1.0 / (bits == 8 ? 127 : 7);
        for (int i = 0; i < values.Length; i++)
        {
            // A mean of draws that are s or 0 away from a level has a deviation of at most s / 2 over the root of their number; five of them happen once in a million.
            (sums[i] / Draws).Should().BeApproximately(values[i], 5 * 0.5 * scale / Math.Sqrt(Draws));
        }

        (sums[0] / Draws, sums[5] / Draws, sums[6] / Draws).Should().Be((1, 0, -1), "what is on a level is not rounded");
    }

    [Theory]
    [MemberData(nameof(Integers))]
    public void BlockIntegers_AnyNumbers_AreReadWithinOneStepOfTheirBlock(int bits)
    {
        BlockIntegers format = new(bits);
        RandomStream random = new(5);
        float[] values = [.. Enumerable.Range(0, 1000).Select(i => (float)(random.NextGaussian() * Math.Pow(10, (i / format.BlockLength) - 3)))];

        float[] read = Through(format, values, random);

        for (int i = 0; i < values.Length; i++)
        {
            float largest = values.Skip(i / format.BlockLength * format.BlockLength).Take(format.BlockLength).Max(Math.Abs);
            Math.Abs(read[i] - values[i]).Should().BeLessThanOrEqualTo(largest / (bits == 8 ? 127 : 7) * 1.000001f);
        }
    }

    [Fact]
    public void HalfNumbers_WrittenAgain_AreTheSameBytes()
    {
        RandomStream random = new(6);
        float[] values = [.. Enumerable.Range(0, 5000).Select(_ => BitConverter.UInt32BitsToSingle((uint)random.NextUInt64())).Where(float.IsFinite), 0, -0f, 65504, 65519, 1e30f, -1e30f, 1e-9f];
        byte[] once = Written(new HalfNumbers(), values, random);
        float[] read = new float[values.Length];
        new HalfNumbers().Read(once, read).Should().BeNull();

        Written(new HalfNumbers(), read, random).Should().Equal(once);
        read[^2].Should().Be(-65504, "what is out of range becomes the largest number there is");
    }

    [Fact]
    public void EveryFormat_NumbersAndTheirBytes_AreAsManyAsItSays()
    {
        foreach (NumberFormat format in Formats)
        {
            foreach (int count in (int[])[1, 2, 63, 64, 65, 255, 256, 257, 1000])
            {
                float[] values = [.. Enumerable.Range(0, count).Select(i => (float)i - 100)];
                float[] read = Through(format, values, new RandomStream(1));

                read.Should().HaveCount(count).And.Subject.First().Should().BeLessThanOrEqualTo(-99, $"{format.Text} must not lose the largest");
            }
        }
    }

    [Fact]
    public void EveryFormat_Zeros_AreReadAsZeros()
    {
        foreach (NumberFormat format in Formats)
        {
            Through(format, new float[300], new RandomStream(1)).Should().AllBeEquivalentTo(0f);
        }
    }

    [Theory]
    [InlineData(float.NaN, "the scale of numbers 64 to 69 is NaN")]
    [InlineData(float.PositiveInfinity, "the scale of numbers 64 to 69 is")]
    [InlineData(-1f, "the scale of numbers 64 to 69 is -1")]
    [InlineData(float.MaxValue, "the scale of numbers 64 to 69 is 3.402")]
    public void BlockIntegers_ScaleThatCannotBe_IsRefusedWithItsPlace(float scale, string words)
    {
        byte[] bytes = Written(new BlockIntegers(4), new float[70], new RandomStream(1));
        BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(36), scale);

        new BlockIntegers(4).Read(bytes, new float[70]).Should().Contain(words);
    }

    [Fact]
    public void BlockIntegers_LevelsThatNobodyWrites_AreRefused()
    {
        new BlockIntegers(8).Read([0, 0, 0x80, 0x3F, 0x80], new float[1]).Should().Be("a level is outside -127 to 127 in numbers 0 to 0");
        new BlockIntegers(4).Read([0, 0, 0x80, 0x3F, 0x08], new float[1]).Should().Be("a level is outside -7 to 7 in numbers 0 to 0");
        new BlockIntegers(4).Read([0, 0, 0x80, 0x3F, 0x13], new float[1]).Should().Be("the half byte after the last level is not 0 in numbers 0 to 0");
        new BlockIntegers(4).Read([0, 0, 0x80, 0x3F, 0x93], new float[2]).Should().BeNull();
    }

    [Theory]
    [InlineData(0x7C, "number 1 is")]
    [InlineData(0x7E, "number 1 is NaN")]
    public void HalfNumbers_NotFinite_AreRefusedWithTheirPlace(byte high, string words) =>
        new HalfNumbers().Read([0, 0, 0, high], new float[2]).Should().Contain(words);

    [Fact]
    public void SingleNumbers_NotFinite_AreRefused() => new SingleNumbers().Read(BitConverter.GetBytes(float.NegativeInfinity), new float[1]).Should().Contain("number 0 is");

    private static float[] Through(NumberFormat format, float[] values, RandomStream chance)
    {
        float[] read = new float[values.Length];
        format.Read(Written(format, values, chance), read).Should().BeNull();
        return read;
    }

    private static byte[] Written(NumberFormat format, float[] values, RandomStream chance)
    {
        byte[] bytes = new byte[format.SizeOf(values.Length)];
        format.Write(values, bytes, chance);
        return bytes;
    }
}
