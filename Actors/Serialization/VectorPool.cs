namespace FedActors.Actors.Serialization;

/// <summary>Memory of large messages that came and were done with, for the next ones. Fresh memory of that size costs more than all else on the way of its bytes.</summary>
/// <remarks>The messages of a federation are of a few sizes, so memory is kept as it is, and given to messages that fill most of it.</remarks>
internal sealed class VectorPool(long maxBytes)
{
    // Memory is given to a message that leaves at most this part of it unused: one in so many.
    private const int UnusedPart = 4;

    private readonly Lock _sync = new();
    private readonly List<float[]> _spare = [];
    private long _bytes;

    /// <summary>Takes memory for at least so many elements. Its content is whatever it was.</summary>
    public float[] Rent(int length) => TryRentSpare(length) ?? GC.AllocateUninitializedArray<float>(length);

    /// <summary>As <see cref="Rent"/>, if there is memory that was given back; else null.</summary>
    public float[]? TryRentSpare(int length)
    {
        lock (_sync)
        {
            // What came last is likely to be in a processor's cache yet.
            int found = _spare.FindLastIndex(spare => spare.Length >= length && spare.Length - length <= spare.Length / UnusedPart);
            if (found >= 0)
            {
                float[] vector = _spare[found];
                _spare.RemoveAt(found);
                _bytes -= BytesOf(vector);
                return vector;
            }
        }

        return null;
    }

    /// <summary>Gives memory back, to which nobody may hold a reference any more. What exceeds the bound pushes out what came first.</summary>
    public void Return(float[] vector)
    {
        if (BytesOf(vector) > maxBytes)
        {
            return;
        }

        lock (_sync)
        {
            _spare.Add(vector);
            _bytes += BytesOf(vector);
            while (_bytes > maxBytes)
            {
                _bytes -= BytesOf(_spare[0]);
                _spare.RemoveAt(0);
            }
        }
    }

    private static long BytesOf(float[] vector) => (long)vector.Length * sizeof(float);
}
