using System.Runtime.InteropServices;
using FedActors.FL.Numerics;

namespace FedActors.Tests.FL.Numerics;

public sealed class RandomStreamTests
{
    [Fact]
    public void NextUInt64_StateOneToFour_MatchesPublishedVector()
    {
        // The vector that the authors' C code gives for this state; other implementations test against it too.
        RandomStream stream = new(MemoryMarshal.AsBytes<ulong>([1, 2, 3, 4]));

        ulong[] drawn = [.. Enumerable.Range(0, 5).Select(_ => stream.NextUInt64())];

        drawn.Should().Equal(11520, 0, 1509978240, 1215971899390074240, 1216172134540287360);
    }

    [Fact]
    public void For_EachPartDiffers_StreamsDiffer()
    {
        ulong[] first =
        [
            RandomStream.For(1, "shuffle", "A", 1).NextUInt64(),
            RandomStream.For(2, "shuffle", "A", 1).NextUInt64(),
            RandomStream.For(1, "sample", "A", 1).NextUInt64(),
            RandomStream.For(1, "shuffle", "B", 1).NextUInt64(),
            RandomStream.For(1, "shuffle", "A", 2).NextUInt64(),
            RandomStream.For(1, "shuffleA", "", 1).NextUInt64(),
        ];

        first.Should().OnlyHaveUniqueItems();
    }

    [Fact]
    public void For_SameParts_GivesBitsThatNeverChange()
    {
        // Every stored run depends on these bits: a change here silently breaks the resumption of runs. Computed apart, in Python.
        RandomStream stream = RandomStream.For(42, "shuffle", "A", 3);

        stream.NextUInt64().Should().Be(RandomStream.For(42, "shuffle", "A", 3).NextUInt64());
        RandomStream.For(42, "shuffle", "A", 3).Permutation(8).Should().Equal(PinnedPermutation);
    }

    [Fact]
    public void NextInt_ManyDraws_EveryValueEquallyOften()
    {
        RandomStream stream = new(7);
        int[] counts = new int[6];
        for (int i = 0; i < 60_000; i++)
        {
            counts[stream.NextInt(6)]++;
        }

        // Standard deviation of a count is 91; five of them.
        counts.Should().OnlyContain(count => Math.Abs(count - 10_000) < 460);
    }

    [Fact]
    public void NextGaussian_ManyDraws_HasStandardMoments()
    {
        RandomStream stream = new(7);
        double[] drawn = [.. Enumerable.Range(0, 100_000).Select(_ => stream.NextGaussian())];

        drawn.Average().Should().BeApproximately(0, 0.016);
        drawn.Average(x => x * x).Should().BeApproximately(1, 0.023);
        drawn.Average(x => x * x * x * x).Should().BeApproximately(3, 0.16);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1000)]
    public void Permutation_AnyLength_HoldsEachIndexOnce(int count)
    {
        new RandomStream(1).Permutation(count).Order().Should().Equal(Enumerable.Range(0, count));
    }

    [Fact]
    public void NextInt_ZeroMaximum_IsRefused()
    {
        FluentActions.Invoking(() => new RandomStream(1).NextInt(0)).Should().Throw<ArgumentOutOfRangeException>();
    }

    private static readonly int[] PinnedPermutation = [2, 4, 6, 0, 3, 7, 1, 5];
}
