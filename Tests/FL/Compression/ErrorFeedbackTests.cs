using System.Numerics;
using FedActors.FL.Compression;
using FedActors.FL.Models;
using FedActors.FL.Numerics;

namespace FedActors.Tests.FL.Compression;

public sealed class ErrorFeedbackTests
{
    private static readonly ParameterLayout Layout = new(new TensorShape("W", 12, 9), new TensorShape("b", 9));

    public static TheoryData<string> Pipelines => ["topk(0.05)", "topk(0.2),int8", "topk(0.2),int4", "topk(0.1),float16", "randomk(0.1)", "randomk(0.2),int4", "lowrank(1)", "lowrank(2),int8"];

    /// <summary>Numbers on a grid of 2^-16 below 2^3: their float32 differences and float64 sums have no rounding, so that nothing hides in it.</summary>
    [Theory]
    [MemberData(nameof(Pipelines))]
    public void Residual_OverFortyRounds_IsExactlyWhatTheReceiverLacks(string text)
    {
        CompressionPipeline pipeline = CompressionPipelineTests.Pipeline(text);
        RandomStream random = new(4);
        BigInteger[] trained = new BigInteger[Layout.Count];
        BigInteger[] received = new BigInteger[Layout.Count];
        double[] residual = [];
        for (int round = 1; round <= 40; round++)
        {
            float[] given = OnGrid(random, 4);
            float[] own = [.. given.Zip(OnGrid(random, 1), (a, b) => a + b)];

            (float[] reconstructed, residual) = Round(pipeline, given, own, residual, round);

            for (int i = 0; i < own.Length; i++)
            {
                trained[i] += Exact(own[i]) - Exact(given[i]);
                received[i] += Exact(reconstructed[i]) - Exact(given[i]);
                (received[i] + Exact(residual[i])).Should().Be(trained[i]);
            }
        }

        residual.Should().Contain(left => left != 0, "a pipeline that leaves nothing tests nothing");
    }

    [Theory]
    [MemberData(nameof(Pipelines))]
    public void Residual_SitesThatStandStill_RunsDryInTime(string text)
    {
        CompressionPipeline pipeline = CompressionPipelineTests.Pipeline(text);
        RandomStream random = new(8);
        float[] given = OnGrid(random, 4);
        double[] residual = [.. OnGrid(random, 1).Select(value => (double)value)];
        double before = Length(residual);
        for (int round = 1; round <= 150; round++)
        {
            (_, residual) = Round(pipeline, given, given, residual, round);
        }

        Length(residual).Should().BeLessThan(0.02 * before, "what was left unsent is sent in the end");
    }

    private static (float[] Reconstructed, double[] Residual) Round(CompressionPipeline pipeline, float[] given, float[] trained, double[] residual, int round)
    {
        UpdateOrigin origin = new(42, "A", round);
        byte[] body = pipeline.Encode(ErrorFeedback.Update(given, trained, residual), Layout, origin);
        pipeline.TryDecode(body, Layout, origin, out float[]? update, out string? fault).Should().BeTrue(fault);
        ErrorFeedback.Reconstruct(given, update);
        return (update!, ErrorFeedback.Residual(trained, update, residual));
    }

    // From 2^-16 to the most, of either sign.
    private static float[] OnGrid(RandomStream random, int most) =>
        [.. Enumerable.Range(0, Layout.Count).Select(_ => (1 + random.NextInt(most << 16)) / 65536f * (random.NextInt(2) == 0 ? 1 : -1))];

    /// <summary>A number in units of 2^-200, whole for all that occur here.</summary>
    private static BigInteger Exact(double value)
    {
        long bits = BitConverter.DoubleToInt64Bits(value);
        int exponent = (int)((bits >> 52) & 0x7FF);
        BigInteger magnitude = exponent == 0 ? 0 : (BigInteger)((bits & ((1L << 52) - 1)) | (1L << 52)) << (exponent - 1075 + 200);
        return value < 0 ? -magnitude : magnitude;
    }

    private static double Length(double[] values) => Math.Sqrt(values.Sum(value => value * value));
}
