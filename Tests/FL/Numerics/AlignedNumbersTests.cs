using System.Runtime.InteropServices;
using FedActors.FL.Numerics;

namespace FedActors.Tests.FL.Numerics;

public sealed class AlignedNumbersTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(100_000)]
    public void Allocate_AnyCount_IsZerosFromTheBeginningOfALineOn(int count)
    {
        // What lies between decides where the next one would begin.
        for (int i = 0; i < 20; i++)
        {
            Memory<float> numbers = AlignedNumbers.Allocate(count);

            numbers.Length.Should().Be(count);
            numbers.Span.IndexOfAnyExcept(0f).Should().Be(-1);
            MemoryMarshal.TryGetArray(numbers, out ArraySegment<float> segment).Should().BeTrue();
            (Marshal.UnsafeAddrOfPinnedArrayElement(segment.Array!, segment.Offset) & 63).Should().Be(0);
            GC.GetGeneration(segment.Array!).Should().Be(GC.MaxGeneration, "what does not move is there from the start");
            _ = GC.AllocateArray<byte>(i, pinned: true);
        }
    }
}
