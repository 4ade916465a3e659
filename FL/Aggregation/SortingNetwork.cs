using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace FedActors.FL.Aggregation;

/// <summary>Sorts each coordinate of a batch over the updates, a lane a coordinate, without a branch that depends on the data.</summary>
/// <remarks>
/// Batcher's odd-even merge sort (1968; Knuth, volume 3, algorithm 5.3.4 M) works for any number of rows. Comparisons choose whole
/// numbers instead of minimum and maximum instructions, whose answers for zeros of different sign depend on the machine.
/// </remarks>
internal sealed class SortingNetwork
{
    /// <summary>What a tile may take of the first cache; the rest holds the comparators and what is read.</summary>
    private const int TileBytes = 32 * 1024;

    private const int MaxTileCoordinates = 256;

    private readonly int _rows;
    private readonly int[] _comparators;

    /// <summary>The network for so many rows.</summary>
    public SortingNetwork(int rows)
    {
        _rows = rows;
        _comparators = Comparators(rows);
    }

    /// <summary>What is made of a sorted tile: rows ascending, <paramref name="stride"/> apart; writes one number for each coordinate.</summary>
    public delegate void Reduction<T>(ReadOnlySpan<T> tile, int stride, Span<T> result);

    /// <summary>Sorts a batch tile by tile and reduces each.</summary>
    public void Reduce<T>(UpdateBatch<T> batch, Span<T> result, Reduction<T> reduction)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int width = Vector512<T>.Count;
        int stride = Math.Clamp(TileBytes / (_rows * Unsafe.SizeOf<T>()) / width * width, width, MaxTileCoordinates);
        T[] rented = ArrayPool<T>.Shared.Rent(_rows * stride);
        try
        {
            Span<T> tile = rented.AsSpan(0, _rows * stride);
            for (int start = 0; start < result.Length; start += stride)
            {
                int length = Math.Min(stride, result.Length - start);
                for (int row = 0; row < _rows; row++)
                {
                    batch.Row(row).Slice(start, length).CopyTo(tile[(row * stride)..]);
                }

                Sort(tile, stride, (length + width - 1) / width * width);
                reduction(tile, stride, result.Slice(start, length));
            }
        }
        finally
        {
            ArrayPool<T>.Shared.Return(rented);
        }
    }

    /// <summary>Sorts the first coordinates of a tile. What lies behind the last coordinate is sorted along and never read.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void Sort<T>(Span<T> tile, int stride, int length)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ref T first = ref MemoryMarshal.GetReference(tile);
        int[] comparators = _comparators;
        for (int c = 0; c < comparators.Length; c += 2)
        {
            ref T low = ref Unsafe.Add(ref first, comparators[c] * stride);
            ref T high = ref Unsafe.Add(ref first, comparators[c + 1] * stride);
            for (int i = 0; i < length; i += Vector512<T>.Count)
            {
                Vector512<T> a = Vector512.LoadUnsafe(ref low, (nuint)i);
                Vector512<T> b = Vector512.LoadUnsafe(ref high, (nuint)i);
                Vector512<T> ordered = Vector512.LessThanOrEqual(a, b);
                Vector512.ConditionalSelect(ordered, a, b).StoreUnsafe(ref low, (nuint)i);
                Vector512.ConditionalSelect(ordered, b, a).StoreUnsafe(ref high, (nuint)i);
            }
        }
    }

    // Comparators of the next power of two, without those that would touch a row behind the last: such rows would hold infinity and stay.
    private static int[] Comparators(int rows)
    {
        List<int> pairs = [];
        int whole = (int)BitOperations.RoundUpToPowerOf2((uint)rows);
        for (int p = 1; p < whole; p *= 2)
        {
            for (int k = p; k >= 1; k /= 2)
            {
                for (int j = k % p; j + k < rows; j += 2 * k)
                {
                    for (int i = 0; i < k && i + j + k < rows; i++)
                    {
                        if ((i + j) / (2 * p) == (i + j + k) / (2 * p))
                        {
                            pairs.Add(i + j);
                            pairs.Add(i + j + k);
                        }
                    }
                }
            }
        }

        return [.. pairs];
    }
}
