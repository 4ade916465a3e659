using System.Buffers.Binary;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.Fuzzing;

/// <summary>Damages sound inputs one to four times, in ways that parsers are known to stumble over; all of it follows from the stream.</summary>
internal sealed class ByteMutator(FuzzTarget target, SplitMix random)
{
    private const int MaxDamages = 4;
    private const int MaxRepeats = 3000;

    /// <summary>Lengths and counts at the edges of what integers hold.</summary>
    private static readonly long[] Edges = [0, 1, -1, 127, 128, 255, 256, 32767, 32768, 65535, 65536, int.MaxValue, int.MinValue, uint.MaxValue, 1L << 32, long.MaxValue, long.MinValue];

    /// <summary>The next input.</summary>
    public byte[] Next()
    {
        byte[] input = target.Corpus[random.Next(target.Corpus.Count)];
        for (int damages = 1 + random.Next(MaxDamages); damages > 0; damages--)
        {
            input = Damage(input);
        }

        return input;
    }

    private byte[] Damage(byte[] input) => random.Next(9) switch
    {
        0 => input[..random.Next(input.Length + 1)],
        1 => Replace(input, At(input), 1, [(byte)random.Next(256)]),
        2 => Flip(input),
        3 => Replace(input, At(input), 0, random.NextBytes(1 + random.Next(8))),
        4 => Remove(input),
        5 => Repeat(input),
        6 => Splice(input, target.Corpus[random.Next(target.Corpus.Count)]),
        7 => Replace(input, At(input), random.Next(9), Edge()),
        _ => Replace(input, At(input), random.Next(4), Word()),
    };

    private int At(byte[] input) => random.Next(input.Length + 1);

    private byte[] Flip(byte[] input)
    {
        if (input.Length == 0)
        {
            return input;
        }

        byte[] damaged = [.. input];
        damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
        return damaged;
    }

    private byte[] Remove(byte[] input)
    {
        int at = At(input);
        return Replace(input, at, random.Next(input.Length - at + 1), []);
    }

    private byte[] Repeat(byte[] input)
    {
        int at = At(input);
        byte[] piece = input[at..Math.Min(input.Length, at + 1 + random.Next(16))];
        int times = random.Next(8) == 0 ? random.Next(MaxRepeats) : random.Next(4);
        return Replace(input, at, 0, [.. Enumerable.Repeat(piece, times).SelectMany(copy => copy)]);
    }

    private byte[] Splice(byte[] first, byte[] second) => [.. first[..At(first)], .. second[At(second)..]];

    private byte[] Edge()
    {
        byte[] bytes = new byte[sizeof(long)];
        long edge = Edges[random.Next(Edges.Length)];
        int length = 1 << random.Next(4);
        if (random.NextBoolean())
        {
            BinaryPrimitives.WriteInt64LittleEndian(bytes, edge);
            return bytes[..length];
        }

        BinaryPrimitives.WriteInt64BigEndian(bytes, edge);
        return bytes[^length..];
    }

    private byte[] Word() => target.Words.Count == 0 ? random.NextBytes(4) : target.Words[random.Next(target.Words.Count)];

    private static byte[] Replace(byte[] input, int at, int count, byte[] with) => [.. input[..at], .. with, .. input[Math.Min(input.Length, at + count)..]];
}
