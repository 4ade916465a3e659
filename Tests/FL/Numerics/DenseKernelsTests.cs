using System.Diagnostics;
using System.Runtime.Intrinsics;
using FedActors.FL.Numerics;

namespace FedActors.Tests.FL.Numerics;

public sealed class DenseKernelsTests
{
    private const int Examples = 20;
    private const int Stride = 16;

    [Theory]
    [InlineData(5, 3)]
    [InlineData(13, 8)]
    [InlineData(36, 11)]
    public void Kernels_SixteenLanesOrTwiceEight_SameBits(int features, int batch)
    {
        RandomStream random = new(4);
        float[] x = Draw(random, Examples * features);
        float[] w = Draw(random, (features + 1) * Stride);
        int[] rows = random.Permutation(Examples)[..batch];
        float[] wide = new float[batch * Stride], narrow = new float[batch * Stride];
        float[] wideGradient = new float[w.Length], narrowGradient = new float[w.Length];

        DenseTiles<SixteenLanes, Vector512<float>>.Forward(ref x[0], features, features, rows, ref w[0], Stride, ref wide[0]);
        DenseTiles<SixteenLanes, Vector512<float>>.AddGradient(ref x[0], features, features, rows, ref wide[0], Stride, ref wideGradient[0]);
        for (int block = 0; block < Stride; block += Lanes.Width)
        {
            DenseTiles<EightLanes, Vector256<float>>.Forward(ref x[0], features, features, rows, ref w[block], Stride, ref narrow[block]);
            DenseTiles<EightLanes, Vector256<float>>.AddGradient(ref x[0], features, features, rows, ref narrow[block], Stride, ref narrowGradient[block]);
        }

        narrow.Should().Equal(wide).And.Contain(value => value != 0);
        narrowGradient.Should().Equal(wideGradient).And.Contain(value => value != 0);
    }

    [Theory]
    [InlineData(3, 5, 8)]
    [InlineData(25, 25, 16)]
    [InlineData(17, 24, 40)]
    public void Kernels_RowsFartherApartThanTheyAreLong_AgreeWithPlainSums(int features, int step, int stride)
    {
        RandomStream random = new(9);
        float[] x = Draw(random, 12 * step), w = Draw(random, (features + 1) * stride);
        int[] rows = random.Permutation(12)[..10];
        float[] y = new float[rows.Length * stride], gradient = Draw(random, w.Length), before = (float[])gradient.Clone();

        DenseKernels.Forward(x, features, step, rows, w, stride, y);
        DenseKernels.AddGradient(x, features, step, rows, y, stride, gradient);

        for (int column = 0; column < stride; column++)
        {
            for (int i = 0; i < rows.Length; i++)
            {
                double sum = w[(features * stride) + column] + Enumerable.Range(0, features).Sum(f => (double)x[(rows[i] * step) + f] * w[(f * stride) + column]);
                ((double)y[(i * stride) + column]).Should().BeApproximately(sum, 2e-5);
            }

            for (int f = 0; f <= features; f++)
            {
                double sum = before[(f * stride) + column] + Enumerable.Range(0, rows.Length).Sum(i => (f == features ? 1.0 : x[(rows[i] * step) + f]) * y[(i * stride) + column]);
                ((double)gradient[(f * stride) + column]).Should().BeApproximately(sum, 2e-4);
            }
        }
    }

    [Fact]
    public void Forward_ShapesThatDoNotFit_AreRefusedBeforeAnyRead()
    {
        float[] x = new float[20], w = new float[6 * 8], y = new float[2 * 8];

        FluentActions.Invoking(() => DenseKernels.Forward(x, 5, 5, [0, 4], w, 8, y)).Should().Throw<UnreachableException>("there are four examples");
        FluentActions.Invoking(() => DenseKernels.Forward(x, 5, 5, [0, -1], w, 8, y)).Should().Throw<UnreachableException>();
        FluentActions.Invoking(() => DenseKernels.Forward(x, 5, 5, [0, 1, 2], w, 8, y)).Should().Throw<UnreachableException>("outputs hold two rows");
        FluentActions.Invoking(() => DenseKernels.Forward(x, 5, 5, [0, 1], w.AsSpan(1), 8, y)).Should().Throw<UnreachableException>("a weight is missing");
        FluentActions.Invoking(() => DenseKernels.Gradient(x, 5, 5, [0, 1], y, 6, w)).Should().Throw<UnreachableException>("six is not a whole block");
        FluentActions.Invoking(() => DenseKernels.Forward(x, 5, 4, [0, 1], w, 8, y)).Should().Throw<UnreachableException>("rows would overlap");
        FluentActions.Invoking(() => DenseKernels.Forward(x, 5, 7, [0, 2], w, 8, y)).Should().Throw<UnreachableException>("there are two rows of seven");
        DenseKernels.Forward(x, 5, 5, [0, 3], w, 8, y);
    }

    private static float[] Draw(RandomStream random, int count) => [.. Enumerable.Range(0, count).Select(_ => (float)random.NextGaussian())];
}
