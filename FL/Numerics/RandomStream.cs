using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;

namespace FedActors.FL.Numerics;

/// <summary>A reproducible stream of random numbers: the same seed gives the same numbers on every machine and .NET version.</summary>
/// <remarks>
/// xoshiro256** 1.0 (Blackman and Vigna 2018). A run has one seed; <see cref="For"/> splits it by purpose, client and round, so that
/// no stream depends on how much another has drawn. Not for secrets: noise and masks for privacy come from a cryptographic source.
/// One owner at a time; an instance is not safe for concurrent use.
/// </remarks>
public sealed class RandomStream
{
    private const double TwoToMinus53 = 1.0 / (1L << 53);

    private ulong _s0;
    private ulong _s1;
    private ulong _s2;
    private ulong _s3;
    private double _spareGaussian = double.NaN;

    /// <summary>A stream whose state is expanded from 64 bits by SplitMix64, as the generator's authors advise.</summary>
    public RandomStream(ulong seed)
    {
        _s0 = SplitMix64(ref seed);
        _s1 = SplitMix64(ref seed);
        _s2 = SplitMix64(ref seed);
        _s3 = SplitMix64(ref seed);
    }

    internal RandomStream(ReadOnlySpan<byte> state)
    {
        _s0 = BinaryPrimitives.ReadUInt64LittleEndian(state);
        _s1 = BinaryPrimitives.ReadUInt64LittleEndian(state[8..]);
        _s2 = BinaryPrimitives.ReadUInt64LittleEndian(state[16..]);
        _s3 = BinaryPrimitives.ReadUInt64LittleEndian(state[24..]);
    }

    /// <summary>The stream of a seed that belongs to one purpose, client and round.</summary>
    /// <param name="seed">The run's seed.</param>
    /// <param name="purpose">What the numbers are for, such as <c>shuffle</c>.</param>
    /// <param name="client">Whose they are; empty when they belong to nobody.</param>
    /// <param name="round">The round they are for; 0 when they belong to none.</param>
    /// <remarks>
    /// The state is the SHA-256 of the four parts, each string led by its length: streams are as unrelated as hashes are,
    /// also for seeds, rounds or names that differ in one bit.
    /// </remarks>
    public static RandomStream For(ulong seed, string purpose, string client = "", long round = 0)
    {
        ArgumentNullException.ThrowIfNull(purpose);
        ArgumentNullException.ThrowIfNull(client);
        int purposeBytes = Encoding.UTF8.GetByteCount(purpose);
        int clientBytes = Encoding.UTF8.GetByteCount(client);
        byte[] text = new byte[24 + purposeBytes + clientBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(text, seed);
        BinaryPrimitives.WriteInt64LittleEndian(text.AsSpan(8), round);
        BinaryPrimitives.WriteInt32LittleEndian(text.AsSpan(16), purposeBytes);
        BinaryPrimitives.WriteInt32LittleEndian(text.AsSpan(20), clientBytes);
        Encoding.UTF8.GetBytes(purpose, text.AsSpan(24));
        Encoding.UTF8.GetBytes(client, text.AsSpan(24 + purposeBytes));
        Span<byte> state = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(text, state);
        return new RandomStream(state);
    }

    /// <summary>64 uniform bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong NextUInt64()
    {
        ulong result = BitOperations.RotateLeft(_s1 * 5, 7) * 9;
        ulong shifted = _s1 << 17;
        _s2 ^= _s0;
        _s3 ^= _s1;
        _s1 ^= _s2;
        _s0 ^= _s3;
        _s2 ^= shifted;
        _s3 = BitOperations.RotateLeft(_s3, 45);
        return result;
    }

    /// <summary>Uniform in [0, 1), a multiple of 2^-53.</summary>
    public double NextDouble() => (NextUInt64() >> 11) * TwoToMinus53;

    /// <summary>Uniform in 0..<paramref name="exclusiveMaximum"/>-1, without bias.</summary>
    /// <param name="exclusiveMaximum">At least 1.</param>
    /// <remarks>Lemire 2019, Fast random integer generation in an interval, algorithm 5.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int NextInt(int exclusiveMaximum)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(exclusiveMaximum, 1);
        ulong bound = (ulong)exclusiveMaximum;
        ulong high = Math.BigMul(NextUInt64(), bound, out ulong low);
        if (low < bound)
        {
            ulong threshold = (0 - bound) % bound;
            while (low < threshold)
            {
                high = Math.BigMul(NextUInt64(), bound, out low);
            }
        }

        return (int)high;
    }

    /// <summary>Standard normal.</summary>
    /// <remarks>Marsaglia's polar method; each accepted point gives two numbers and the second is kept for the next call.</remarks>
    public double NextGaussian()
    {
        if (!double.IsNaN(_spareGaussian))
        {
            double spare = _spareGaussian;
            _spareGaussian = double.NaN;
            return spare;
        }

        double x, y, square;
        do
        {
            x = (2 * NextDouble()) - 1;
            y = (2 * NextDouble()) - 1;
            square = (x * x) + (y * y);
        }
        while (square >= 1 || square == 0);
        double scale = Math.Sqrt(-2 * PortableMath.Log(square) / square);
        _spareGaussian = y * scale;
        return x * scale;
    }

    /// <summary>Puts the items into an order drawn uniformly from all orders.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Shuffle<T>(Span<T> items)
    {
        for (int last = items.Length - 1; last > 0; last--)
        {
            int other = NextInt(last + 1);
            (items[last], items[other]) = (items[other], items[last]);
        }
    }

    /// <summary>0..<paramref name="count"/>-1 in random order.</summary>
    public int[] Permutation(int count)
    {
        int[] items = new int[count];
        for (int i = 0; i < items.Length; i++)
        {
            items[i] = i;
        }

        Shuffle(items.AsSpan());
        return items;
    }

    private static ulong SplitMix64(ref ulong state)
    {
        ulong z = state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
