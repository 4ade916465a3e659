using System.Numerics;
using FedActors.Crdt;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.Crdt.Hashing;

public sealed class ContentHashTests
{
    private static readonly BigInteger Modulus = BigInteger.One << 256;

    [Fact]
    public void Plus_AnyTwoWithLanesThatCarry_IsTheSumModulo256Bits()
    {
        SplitMix random = new(3);
        for (int i = 0; i < 20_000; i++)
        {
            (ContentHash a, ContentHash b) = (Draw(random), Draw(random));

            Number(a.Plus(b)).Should().Be((Number(a) + Number(b)) % Modulus);
            a.Plus(b).Plus(b.Negated()).Should().Be(a);
        }
    }

    [Fact]
    public void Of_KnownBytes_IsTheirSha256() =>
        ContentHash.Of("abc"u8).ToString().Should().Be("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");

    [Fact]
    public void CompareTo_AnyTwo_IsTheOrderOfNumbers()
    {
        SplitMix random = new(4);
        for (int i = 0; i < 2_000; i++)
        {
            (ContentHash a, ContentHash b) = (Draw(random), Draw(random));

            Math.Sign(a.CompareTo(b)).Should().Be(Number(a).CompareTo(Number(b)));
        }
    }

    /// <summary>Lanes of all zeros and all ones are frequent, since carries run through them.</summary>
    private static ContentHash Draw(SplitMix random)
    {
        byte[] bytes = random.NextBytes(ContentHash.Length);
        for (int lane = 0; lane < 4; lane++)
        {
            int kind = random.Next(4);
            if (kind < 2)
            {
                bytes.AsSpan(lane * 8, 8).Fill(kind == 0 ? byte.MinValue : byte.MaxValue);
            }
        }

        return new ContentHash(bytes);
    }

    private static BigInteger Number(ContentHash hash)
    {
        byte[] bytes = new byte[ContentHash.Length];
        hash.CopyTo(bytes);
        return new BigInteger(bytes, isUnsigned: true, isBigEndian: true);
    }
}
