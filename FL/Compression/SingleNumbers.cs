using System.Buffers.Binary;
using FedActors.FL.Numerics;

namespace FedActors.FL.Compression;

/// <summary>float32, as they are.</summary>
internal sealed record SingleNumbers : NumberFormat
{
    /// <inheritdoc/>
    public override int Code => 0;

    /// <inheritdoc/>
    public override string Text => "";

    /// <inheritdoc/>
    public override long SizeOf(int count) => (long)count * sizeof(float);

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<float> values, Span<byte> room, RandomStream chance)
    {
        for (int i = 0; i < values.Length; i++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(room[(i * sizeof(float))..], values[i]);
        }
    }

    /// <inheritdoc/>
    public override string? Read(ReadOnlySpan<byte> bytes, Span<float> values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = BinaryPrimitives.ReadSingleLittleEndian(bytes[(i * sizeof(float))..]);
            if (!float.IsFinite(values[i]))
            {
                return $"number {i} is {values[i]}";
            }
        }

        return null;
    }
}
