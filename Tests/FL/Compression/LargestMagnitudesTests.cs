using FedActors.FL.Compression;
using FedActors.FL.Numerics;
using FsCheck;
using FsCheck.Fluent;

namespace FedActors.Tests.FL.Compression;

public sealed class LargestMagnitudesTests
{
    [Fact]
    public void PlacesIn_AnyNumbersWithManyEqual_AreThoseOfASort() =>
        FsCheck.Check.One(Config.QuickThrowOnFailure, Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
        {
            RandomStream random = new((ulong)seed);
            float[] values = [.. Enumerable.Range(0, 1 + random.NextInt(60)).Select(_ => AnyFloat(random))];
            int count = 1 + random.NextInt(values.Length);
            int[] expected = [.. Enumerable.Range(0, values.Length).OrderByDescending(i => Math.Abs(values[i])).ThenBy(i => i).Take(count).Order()];

            return LargestMagnitudes.PlacesIn(values, count).SequenceEqual(expected);
        }));

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    public void PlacesIn_NoneOrMoreThanThereAre_IsTheCallersMistake(int count) =>
        FluentActions.Invoking(() => LargestMagnitudes.PlacesIn([1, 2, 3], count)).Should().Throw<ArgumentOutOfRangeException>();

    // Few levels, so that the threshold is met by many; any bits beside them, subnormal ones too.
    private static float AnyFloat(RandomStream random)
    {
        if (random.NextInt(2) == 0)
        {
            return random.NextInt(5) - 2;
        }

        float any = BitConverter.UInt32BitsToSingle((uint)random.NextUInt64());
        return float.IsNaN(any) ? 0 : any;
    }
}
