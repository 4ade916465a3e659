using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace FedActors.FL.Data.Preparation;

/// <summary>Tells rows apart without keeping them: 128 bits of the SHA-256 of their numbers.</summary>
internal static class RowHash
{
    /// <summary>The hash of a row; equal for rows of equal bits.</summary>
    public static UInt128 Of(ReadOnlySpan<float> row)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(MemoryMarshal.AsBytes(row), hash);
        return BinaryPrimitives.ReadUInt128LittleEndian(hash);
    }
}
