using System.Buffers.Binary;

namespace FedActors.Tests.TestKit.Hostile;

/// <summary>Damages valid frames in the ways in which a broken or hostile peer would, from a seed.</summary>
/// <remarks>What comes out need not be malformed: some damage leaves another valid frame. Who reads it says which.</remarks>
internal sealed class FrameMutator(IReadOnlyList<byte[]> valid, SplitMix random)
{
    // Formats whose length follows in one, two and four bytes, and the byte that opens nothing.
    private static readonly byte[] Openers = [0xc1, 0xc4, 0xc5, 0xc6, 0xc7, 0xc8, 0xc9, 0xd9, 0xda, 0xdb, 0xdc, 0xdd, 0xde, 0xdf];
    private static readonly byte[] Nesters = [0x91, 0x81, 0xdc, 0xdd, 0xdf];

    /// <summary>Ways of damage.</summary>
    public const int Ways = 10;

    /// <summary>The next frame: its length, right or wrong, and a payload.</summary>
    public byte[] Next()
    {
        byte[] payload = valid[random.Next(valid.Count)];
        return random.Next(Ways) switch
        {
            0 => Framed(payload[..random.Next(payload.Length)]),
            1 => Framed(Insert(payload, random.Next(payload.Length), random.NextBytes(1 + random.Next(16)))),
            2 => Framed(Flip(payload)),
            3 => Framed(Overwrite(payload, [Openers[random.Next(Openers.Length)], .. random.NextBytes(4)])),
            4 => Framed(Splice(payload, valid[random.Next(valid.Count)])),
            5 => Framed(Insert(payload, random.Next(Math.Min(payload.Length, 64)), Nested())),
            6 => Framed(random.NextBytes(1 + random.Next(300))),
            7 => Framed(Overwrite(payload, random.NextBytes(1 + random.Next(8)))),
            8 => Framed(OfAnotherKind(payload)),
            _ => WronglyFramed(payload),
        };
    }

    /// <summary>A payload behind its length.</summary>
    public static byte[] Framed(byte[] payload) => WithLength(payload.Length, payload);

    private byte[] Flip(byte[] payload)
    {
        byte[] damaged = [.. payload];
        for (int flips = 1 + random.Next(8); flips > 0; flips--)
        {
            damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
        }

        return damaged;
    }

    private byte[] Overwrite(byte[] payload, byte[] with)
    {
        int at = random.Next(payload.Length);
        return [.. payload[..at], .. with, .. payload[Math.Min(payload.Length, at + with.Length)..]];
    }

    private byte[] Splice(byte[] first, byte[] second) => [.. first[..random.Next(first.Length)], .. second[random.Next(second.Length)..]];

    private static byte[] Insert(byte[] payload, int at, byte[] inserted) => [.. payload[..at], .. inserted, .. payload[at..]];

    private byte[] Nested() => [.. Enumerable.Repeat(Nesters[random.Next(Nesters.Length)], 20 + random.Next(2000))];

    /// <summary>The kind is the payload's second byte, a small integer.</summary>
    private byte[] OfAnotherKind(byte[] payload)
    {
        byte[] damaged = [.. payload];
        damaged[Math.Min(1, damaged.Length - 1)] = (byte)random.Next(256);
        return damaged;
    }

    private byte[] WronglyFramed(byte[] payload) => random.Next(4) switch
    {
        0 => WithLength(0, payload),
        1 => WithLength(-1 - random.Next(1 << 30), payload),
        2 => WithLength((1 << 20) + random.Next(1 << 30), payload),
        _ => WithLength(payload.Length - 1 - random.Next(payload.Length), payload),
    };

    private static byte[] WithLength(int length, byte[] payload)
    {
        byte[] frame = new byte[4 + payload.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, length);
        payload.CopyTo(frame, 4);
        return frame;
    }
}
