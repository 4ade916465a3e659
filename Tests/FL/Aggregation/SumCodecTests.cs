using System.Buffers.Binary;
using FedActors.FL.Aggregation;
using FedActors.FL.Models;
using FedActors.FL.Numerics;
using FsCheck;
using FsCheck.Fluent;

namespace FedActors.Tests.FL.Aggregation;

public sealed class SumCodecTests
{
    // More than one block of 1024, and a block that is not full.
    private static readonly ParameterLayout Layout = new(new TensorShape("W", 1000, 2), new TensorShape("b", 19));

    [Fact]
    public void Sum_AnyUpdates_IsReadBackToTheBitAndMergesAsItsUpdatesWould() => Prop.ForAll(ArbMap.Default.ArbFor<ulong>(), seed =>
    {
        RandomStream chance = new(seed);
        double[] weights = [.. Enumerable.Range(0, 1 + chance.NextInt(12)).Select(_ => chance.NextInt(2) == 0 ? 1 + chance.NextInt(100_000) : 0.001 + chance.NextDouble())];
        FederatedAverage sum = new(Layout);
        FederatedAverage flat = new(Layout);
        float[] other = Update(chance);
        flat.TryAdd(other, 3, out _);
        foreach (double weight in weights)
        {
            float[] update = Update(chance);
            sum.TryHold(update, weight, out _).Should().BeTrue();
            flat.TryAdd(update, weight, out _);
        }

        byte[] bytes = SumCodec.ToBytes(sum);
        SumCodec.TryRead(bytes, Layout, weights, out FederatedAverage? read, out string? fault).Should().BeTrue(fault);
        FederatedAverage merged = new(Layout);
        merged.TryAdd(other, 3, out _);
        merged.TryMerge(read!, out _).Should().BeTrue();

        return bytes.Length <= SumCodec.MaxBytes(Layout.Count) && SumCodec.ToBytes(read!).AsSpan().SequenceEqual(bytes)
            && read!.ToMean().Hash() == sum.ToMean().Hash() && merged.ToMean().Hash() == flat.ToMean().Hash() && merged.Updates == flat.Updates
            && read.Totals.WeightedMagnitude <= sum.Totals.WeightedMagnitude + (weights.Length * Math.Pow(2, -19));
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(60));

    [Fact]
    public void Sum_OfTrainedParameters_TakesHalfOfItsMemory()
    {
        FederatedAverage sum = new(Layout);
        RandomStream chance = new(1);
        for (int i = 0; i < 8; i++)
        {
            sum.TryAdd([.. Enumerable.Range(0, Layout.Count).Select(_ => (float)(0.1 * chance.NextGaussian()))], 1109, out _);
        }

        SumCodec.ToBytes(sum).Length.Should().BeLessThanOrEqualTo((8 * Layout.Count) + 100);
    }

    [Fact]
    public void Sum_OfZeros_TakesNothingForThem()
    {
        FederatedAverage sum = new(Layout);
        sum.TryAdd(new float[Layout.Count], 5, out _);

        byte[] bytes = SumCodec.ToBytes(sum);

        bytes.Length.Should().BeLessThan(50);
        SumCodec.TryRead(bytes, Layout, [5], out FederatedAverage? read, out _).Should().BeTrue();
        read!.ToMean().Values.ToArray().Should().OnlyContain(value => value == 0);
    }

    [Fact]
    public void Read_EachLie_IsRefusedInWords()
    {
        FederatedAverage sum = new(Layout);
        sum.TryAdd(Update(new RandomStream(2)), 7, out _);
        sum.TryAdd(Update(new RandomStream(3)), 4, out _);
        byte[] sound = SumCodec.ToBytes(sum);

        Refuse(sound[..20], "no head");
        Refuse(Changed(bytes => bytes[0] = 9), "version 9");
        Refuse(Changed(bytes => BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(1), 5)), "5 parameters; the model has 2019");
        Refuse(Changed(bytes => BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(5), 3)), "of 3 updates; it should be of 2");
        Refuse(Changed(bytes => bytes[9]++), "weigh");
        Refuse(Changed(bytes => bytes[17]++), "weigh");
        Refuse(Changed(bytes => bytes[25] = 64), "no sum has");
        Refuse(Changed(bytes => bytes[26] = 9), "no sum has");
        Refuse(sound[..^1], "bytes of numbers");
        Refuse([.. sound, 0], "bytes of numbers");
        Refuse(sound[..26], "ends at its parameter 0");
        Refuse(Changed(bytes => bytes[25] += 15), "larger than 2 updates");
        SumCodec.TryRead(sound, Layout, [7, 5], out _, out string? fault).Should().BeFalse();
        fault.Should().Contain("weigh");

        byte[] Changed(Action<byte[]> change)
        {
            byte[] bytes = [.. sound];
            change(bytes);
            return bytes;
        }

        void Refuse(byte[] bytes, string words)
        {
            SumCodec.TryRead(bytes, Layout, [7, 4], out FederatedAverage? read, out string? why).Should().BeFalse();
            read.Should().BeNull();
            why.Should().Contain(words);
        }
    }

    [Fact]
    public void Sum_OfLargeNumbers_CountsForAsMuchAsItIs()
    {
        FederatedAverage sum = new(Layout);
        sum.TryAdd([.. Enumerable.Repeat(1e6f, Layout.Count)], 4e6, out _).Should().BeTrue();

        SumCodec.TryRead(SumCodec.ToBytes(sum), Layout, [4e6], out FederatedAverage? read, out string? fault).Should().BeTrue(fault);

        read!.Totals.WeightedMagnitude.Should().BeApproximately(4e12, 1);
        read.TryAdd([.. Enumerable.Repeat(1e6f, Layout.Count)], 1e6, out UpdateFault? full).Should().BeFalse("the sums must stay below 2^63");
        full.Should().BeOfType<UpdateFault.AverageFull>();
    }

    // From tiny to as large as training leaves them, with zeros between.
    private static float[] Update(RandomStream chance) =>
        [.. Enumerable.Range(0, Layout.Count).Select(_ => chance.NextInt(10) == 0 ? 0 : (float)(chance.NextGaussian() * Math.Pow(2, chance.NextInt(40) - 30)))];
}
