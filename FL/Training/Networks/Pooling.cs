using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using FedActors.FL.Models;
using FedActors.FL.Numerics;

namespace FedActors.FL.Training.Networks;

/// <summary>Rectifies a map and keeps the largest of each 2 x 2, filter by filter.</summary>
/// <remarks>Filters are a multiple of <see cref="Lanes.Width"/> and the fastest dimension, so a lane is a filter.</remarks>
internal sealed class Pooling(ConvolutionShape shape)
{
    // Says that none of the four was over 0: nothing flows back.
    private const int Nobody = 4;

    /// <summary>Pools a map and notes whose number won, the first of equals.</summary>
    /// <param name="map">[map height, map width, filters].</param>
    /// <param name="outputs">[pooled height, pooled width, filters].</param>
    /// <param name="winners">For each output 0 to 3, in C order within the 2 x 2, or <see cref="Nobody"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Forward(ReadOnlySpan<float> map, Span<float> outputs, Span<int> winners)
    {
        int line = shape.MapWidth * shape.Filters;
        int target = 0;
        ref float source = ref MemoryMarshal.GetReference(map);
        for (int y = 0; y < shape.PooledHeight; y++)
        {
            for (int x = 0; x < shape.PooledWidth; x++)
            {
                ref float corner = ref Unsafe.Add(ref source, (2 * y * line) + (2 * x * shape.Filters));
                for (int filter = 0; filter < shape.Filters; filter += Lanes.Width, target += Lanes.Width)
                {
                    ref float first = ref Unsafe.Add(ref corner, filter);
                    Vector256<float> best = Vector256<float>.Zero;
                    Vector256<int> winner = Vector256.Create(Nobody);
                    Challenge(ref best, ref winner, ref first, 0);
                    Challenge(ref best, ref winner, ref Unsafe.Add(ref first, shape.Filters), 1);
                    Challenge(ref best, ref winner, ref Unsafe.Add(ref first, line), 2);
                    Challenge(ref best, ref winner, ref Unsafe.Add(ref first, line + shape.Filters), 3);
                    best.CopyTo(outputs[target..]);
                    winner.CopyTo(winners[target..]);
                }
            }
        }
    }

    /// <summary>Hands each error to the number that won, and 0 to all others.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Backward(ReadOnlySpan<float> errors, ReadOnlySpan<int> winners, Span<float> map)
    {
        if (shape.MapWidth % 2 != 0 || shape.MapHeight % 2 != 0)
        {
            map.Clear();
        }

        int line = shape.MapWidth * shape.Filters;
        int source = 0;
        ref float target = ref MemoryMarshal.GetReference(map);
        for (int y = 0; y < shape.PooledHeight; y++)
        {
            for (int x = 0; x < shape.PooledWidth; x++)
            {
                ref float corner = ref Unsafe.Add(ref target, (2 * y * line) + (2 * x * shape.Filters));
                for (int filter = 0; filter < shape.Filters; filter += Lanes.Width, source += Lanes.Width)
                {
                    Vector256<float> error = Vector256.Create(errors[source..]);
                    Vector256<int> winner = Vector256.Create(winners[source..]);
                    ref float first = ref Unsafe.Add(ref corner, filter);
                    Hand(error, winner, ref first, 0);
                    Hand(error, winner, ref Unsafe.Add(ref first, shape.Filters), 1);
                    Hand(error, winner, ref Unsafe.Add(ref first, line), 2);
                    Hand(error, winner, ref Unsafe.Add(ref first, line + shape.Filters), 3);
                }
            }
        }
    }

    // A number that is not smaller wins, also NaN, so that a training that diverged is seen.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Challenge(ref Vector256<float> best, ref Vector256<int> winner, ref float challenger, int number)
    {
        Vector256<float> value = Vector256.LoadUnsafe(ref challenger);
        Vector256<float> stays = Vector256.LessThanOrEqual(value, best) | ~Vector256.Equals(best, best);
        best = Vector256.ConditionalSelect(stays, best, value);
        winner = Vector256.ConditionalSelect(stays.AsInt32(), winner, Vector256.Create(number));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Hand(Vector256<float> error, Vector256<int> winner, ref float target, int number) =>
        (error & Vector256.Equals(winner, Vector256.Create(number)).AsSingle()).StoreUnsafe(ref target);
}
