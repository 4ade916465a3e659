using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace FedActors.Simulation.Kernel;

/// <summary>What happened, as a hash that two equal runs share, and as lines for people where they are wanted.</summary>
/// <remarks>The hash is one multiplication and one rotation for eight bytes: it tells runs apart and resists nobody.</remarks>
public sealed class Trace
{
    private const ulong Prime = 0x9E3779B97F4A7C15;
    private const int Lane = sizeof(ulong);

    private readonly List<TraceLine>? _lines;
    private readonly EventQueue _queue;
    private ulong _hash = Prime;

    /// <summary>A trace of what a queue's events do.</summary>
    /// <param name="queue">The events.</param>
    /// <param name="keepsLines">Whether lines are kept, and not only hashed.</param>
    public Trace(EventQueue queue, bool keepsLines)
    {
        ArgumentNullException.ThrowIfNull(queue);
        _queue = queue;
        _lines = keepsLines ? [] : null;
    }

    /// <summary>The hash of all that happened so far.</summary>
    public ulong Hash => _hash;

    /// <summary>Whether lines are kept.</summary>
    public bool KeepsLines => _lines is not null;

    /// <summary>The lines, in order.</summary>
    public IReadOnlyList<TraceLine> Lines => _lines ?? [];

    /// <summary>Something happened that people want to know.</summary>
    public void Tell(string where, string what)
    {
        ArgumentNullException.ThrowIfNull(where);
        ArgumentNullException.ThrowIfNull(what);
        Mix((ulong)_queue.NowTicks);
        Mix(MemoryMarshal.AsBytes(where.AsSpan()));
        Mix(MemoryMarshal.AsBytes(what.AsSpan()));
        Note(where, what);
    }

    /// <summary>A line for people alone, which the hash does not know.</summary>
    internal void Note(string where, string what) => _lines?.Add(new TraceLine(_queue.Now, where, what));

    internal void Mix(ulong value) => _hash = Mixed(_hash, value);

    internal void Mix(ReadOnlySpan<byte> bytes)
    {
        Mix((ulong)bytes.Length);
        if (bytes.Length >= 4 * Lane)
        {
            MixSideBySide(ref bytes);
        }

        while (bytes.Length >= sizeof(ulong))
        {
            Mix(BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[sizeof(ulong)..];
        }

        ulong rest = 0;
        foreach (byte one in bytes)
        {
            rest = (rest << 8) | one;
        }

        Mix(rest);
    }

    /// <summary>Four sums, none of which waits for another's multiplication.</summary>
    private void MixSideBySide(ref ReadOnlySpan<byte> bytes)
    {
        (ulong one, ulong two, ulong three, ulong four) = (_hash, Prime, ~_hash, ~Prime);
        while (bytes.Length >= 4 * Lane)
        {
            one = Mixed(one, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            two = Mixed(two, BinaryPrimitives.ReadUInt64LittleEndian(bytes[Lane..]));
            three = Mixed(three, BinaryPrimitives.ReadUInt64LittleEndian(bytes[(2 * Lane)..]));
            four = Mixed(four, BinaryPrimitives.ReadUInt64LittleEndian(bytes[(3 * Lane)..]));
            bytes = bytes[(4 * Lane)..];
        }

        Mix(one);
        Mix(two);
        Mix(three);
        Mix(four);
    }

    private static ulong Mixed(ulong hash, ulong value) => (BitOperations.RotateLeft(hash, 23) ^ value) * Prime;
}

/// <summary>Something that happened.</summary>
/// <param name="Time">When, since the beginning.</param>
/// <param name="Where">To whom.</param>
/// <param name="What">What, for people.</param>
public sealed record TraceLine(TimeSpan Time, string Where, string What);
