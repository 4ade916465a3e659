using System.Runtime.Intrinsics;

namespace FedActors.FL.Aggregation;

/// <summary>Updates that go into the lanes together: block by block, so that a block's lanes stay in the first cache for all of them.</summary>
internal sealed class UpdateGroup(IReadOnlyList<ReadOnlyMemory<float>> updates, double[] weights, int length)
{
    /// <summary>Coordinates that one core takes at a time. Models below two such spans are averaged sooner than another core has started.</summary>
    private const int Span = FixedPointLanes.Block;

    private readonly ReadOnlyMemory<float>[] _updates = [.. updates];

    /// <summary>Adds all updates, or takes them off.</summary>
    /// <returns>The largest magnitude of each; of an update that is not all finite, infinity or NaN.</returns>
    /// <remarks>Integer sums: neither the number of cores nor their order changes a bit.</remarks>
    public float[] Add<TDirection>(FixedPointLanes lanes)
        where TDirection : struct, FixedPointLanes.IDirection
    {
        int spans = (length + Span - 1) / Span;
        int[][] largest = new int[spans][];
        if (spans < 2)
        {
            largest[0] = AddSpan<TDirection>(lanes, 0, length);
        }
        else
        {
            // On the threads of whoever computes: those on which actors run would keep them waiting.
            ParallelOptions here = new() { TaskScheduler = TaskScheduler.Current };
            Parallel.For(0, spans, here, span => largest[span] = AddSpan<TDirection>(lanes, span * Span, Math.Min(length, (span + 1) * Span)));
        }

        float[] magnitudes = new float[_updates.Length];
        for (int i = 0; i < magnitudes.Length; i++)
        {
            int bits = 0;
            foreach (int[] span in largest)
            {
                bits = Math.Max(bits, span[i]);
            }

            magnitudes[i] = BitConverter.Int32BitsToSingle(bits);
        }

        return magnitudes;
    }

    private int[] AddSpan<TDirection>(FixedPointLanes lanes, int from, int end)
        where TDirection : struct, FixedPointLanes.IDirection
    {
        int[] largest = new int[_updates.Length];
        for (int start = from; start < end; start += FixedPointLanes.Block)
        {
            AddBlock<TDirection>(lanes, start, Math.Min(FixedPointLanes.Block, end - start), largest);
        }

        return largest;
    }

    private void AddBlock<TDirection>(FixedPointLanes lanes, int start, int count, Span<int> largest)
        where TDirection : struct, FixedPointLanes.IDirection
    {
        const int Rows = FixedPointLanes.RowsAtOnce;
        int whole = count / Vector512<float>.Count * Vector512<float>.Count;
        int row = 0;
        for (; row + Rows <= _updates.Length; row += Rows)
        {
            lanes.AddEight<TDirection>(_updates.AsSpan(row, Rows), weights.AsSpan(row, Rows), start, whole, largest[row..]);
            for (int i = row; whole < count && i < row + Rows; i++)
            {
                Add(i, start + whole, count - whole, largest);
            }
        }

        for (; row < _updates.Length; row++)
        {
            Add(row, start, count, largest);
        }

        void Add(int i, int from, int length, Span<int> most) =>
            most[i] = Math.Max(most[i], lanes.Add<TDirection>(_updates[i].Span.Slice(from, length), weights[i], from));
    }
}
