using System.Runtime.InteropServices;

namespace FedActors.FL.Numerics;

/// <summary>Numbers that begin at a line of the processor's cache.</summary>
/// <remarks>
/// A block of sixteen lanes fills a line. Where a matrix begins in the middle of one, as arrays do, each block is fetched from two
/// lines, and each line twice: an epoch took an eighth longer, more or less by where the collector had put the arrays.
/// </remarks>
internal static class AlignedNumbers
{
    private const int Line = 64;
    private const int NumbersOfLine = Line / sizeof(float);

    /// <summary>So many zeros, for one owner's lifetime: they do not move, which is dear for what is made often.</summary>
    public static Memory<float> Allocate(int count)
    {
        float[] pinned = GC.AllocateArray<float>(checked(count + NumbersOfLine - 1), pinned: true);
        nint beyond = Marshal.UnsafeAddrOfPinnedArrayElement(pinned, 0) & (Line - 1);
        return pinned.AsMemory((int)((Line - beyond) & (Line - 1)) / sizeof(float), count);
    }
}
