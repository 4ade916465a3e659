using System.Buffers;

namespace FedActors.Actors.Serialization;

/// <summary>A vector in memory that goes back to its pool when its owner disposes of it. Without that it is collected like any other.</summary>
internal sealed class OwnedVector(VectorPool? pool, float[] array, int start, int count) : IMemoryOwner<float>
{
    private float[]? _array = array;

    public Memory<float> Memory => new(_array ?? throw new ObjectDisposedException(nameof(OwnedVector)), start, count);

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _array, null) is { } given)
        {
            pool?.Return(given);
        }
    }
}
