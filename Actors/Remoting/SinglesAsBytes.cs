using System.Buffers;
using System.Runtime.InteropServices;

namespace FedActors.Actors.Remoting;

/// <summary>A vector's memory as the bytes that travel, for what reads or writes memory while nobody waits on the stack.</summary>
internal sealed class SinglesAsBytes(float[] values, int offset, int count) : MemoryManager<byte>
{
    public SinglesAsBytes(float[] values)
        : this(values, 0, values.Length)
    {
    }

    public override Span<byte> GetSpan() => MemoryMarshal.AsBytes(values.AsSpan(offset, count));

    /// <summary>Where the operating system takes addresses.</summary>
    public override unsafe MemoryHandle Pin(int elementIndex = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(elementIndex);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(elementIndex, count * sizeof(float));
        GCHandle handle = GCHandle.Alloc(values, GCHandleType.Pinned);
        return new MemoryHandle((byte*)handle.AddrOfPinnedObject() + (offset * sizeof(float)) + elementIndex, handle);
    }

    /// <summary>The handle that was given out frees itself.</summary>
    public override void Unpin()
    {
    }

    protected override void Dispose(bool disposing)
    {
    }
}
