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

        DenseTiles<SixteenLanes, Vector512<float>>.Forward(ref x[0], features, rows, ref w[0], Stride, ref wide[0]);
        DenseTiles<SixteenLanes, Vector512<float>>.Gradient(ref x[0], features, rows, ref wide[0], Stride, ref wideGradient[0]);
        for (int block = 0; block < Stride; block += Lanes.Width)
        {
            DenseTiles<EightLanes, Vector256<float>>.Forward(ref x[0], features, rows, ref w[block], Stride, ref narrow[block]);
            DenseTiles<EightLanes, Vector256<float>>.Gradient(ref x[0], features, rows, ref narrow[block], Stride, ref narrowGradient[block]);
        }

        narrow.Should().Equal(wide).And.Contain(value => value != 0);
        narrowGradient.Should().Equal(wideGradient).And.Contain(value => value != 0);
    }

    [Fact]
    public void Forward_ShapesThatDoNotFit_AreRefusedBeforeAnyRead()
    {
        float[] x = new float[20], w = new float[6 * 8], y = new float[2 * 8];

        FluentActions.Invoking(() => DenseKernels.Forward(x, 5, [0, 4], w, 8, y)).Should().Throw<UnreachableException>("there are four examples");
        FluentActions.Invoking(() => DenseKernels.Forward(x, 5, [0, -1], w, 8, y)).Should().Throw<UnreachableException>();
        FluentActions.Invoking(() => DenseKernels.Forward(x, 5, [0, 1, 2], w, 8, y)).Should().Throw<UnreachableException>("outputs hold two rows");
        FluentActions.Invoking(() => DenseKernels.Forward(x, 5, [0, 1], w.AsSpan(1), 8, y)).Should().Throw<UnreachableException>("a weight is missing");
        FluentActions.Invoking(() => DenseKernels.Gradient(x, 5, [0, 1], y, 6, w)).Should().Throw<UnreachableException>("six is not a whole block");
        DenseKernels.Forward(x, 5, [0, 3], w, 8, y);
    }

    private static float[] Draw(RandomStream random, int count) => [.. Enumerable.Range(0, count).Select(_ => (float)random.NextGaussian())];
}
