using FedActors.FL.Compression;
using FedActors.FL.Models;
using FedActors.FL.Numerics;

namespace FedActors.Tests.FL.Compression;

public sealed class LowRankTests
{
    private const int Rows = 24;
    private const int Columns = 15;

    // A convolution's four dimensions are a matrix of 24 x 15; the biases travel as they are.
    private static readonly ParameterLayout Layout = new(new TensorShape("K", 2, 3, 4, Columns), new TensorShape("b", Columns));
    private static readonly UpdateOrigin Origin = new(3, "A", 2);

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(5)]
    public void Encode_MatrixOfThatRankOrLess_ComesThroughAlmostExactly(int rank)
    {
        float[] update = OfRank(rank, noise: 0);

        float[] read = Through($"lowrank({Math.Max(rank, 3)})", update);

        for (int i = 0; i < update.Length; i++)
        {
            read[i].Should().BeApproximately(update[i], 2e-5f);
        }

        read[^Columns..].Should().Equal(update[^Columns..]);
    }

    [Fact]
    public void Encode_NearlyLowRank_LeavesLittleMoreThanTheNoise()
    {
        float[] clean = OfRank(2, noise: 0);
        float[] noisy = OfRank(2, noise: 0.01);

        float[] read = Through("lowrank(2)", noisy);

        double left = Math.Sqrt(read.Zip(noisy, (a, b) => (double)(a - b) * (a - b)).Sum());
        double noise = Math.Sqrt(clean.Zip(noisy, (a, b) => (double)(a - b) * (a - b)).Sum());
        left.Should().BeLessThan(1.05 * noise);
    }

    [Fact]
    public void Encode_Zeros_AreReadAsZeros() => Through("lowrank(2)", new float[Layout.Count]).Should().AllBeEquivalentTo(0f);

    private static float[] Through(string pipeline, float[] update)
    {
        CompressionPipeline compression = CompressionPipeline.From([pipeline]);
        compression.TryDecode(compression.Encode(update, Layout, Origin), Layout, Origin, out float[]? read, out string? fault).Should().BeTrue(fault);
        return read!;
    }

    private static float[] OfRank(int rank, double noise)
    {
        RandomStream random = new(9);
        double[] left = [.. Enumerable.Range(0, Rows * rank).Select(_ => random.NextGaussian())];
        double[] right = [.. Enumerable.Range(0, Columns * rank).Select(_ => random.NextGaussian())];
        float[] update = new float[Layout.Count];
        for (int i = 0; i < update.Length; i++)
        {
            double sum = i < Rows * Columns ? Enumerable.Range(0, rank).Sum(a => left[(i / Columns * rank) + a] * right[(i % Columns * rank) + a]) : 1;
            update[i] = (float)(sum + (noise * random.NextGaussian()));
        }

        return update;
    }
}
