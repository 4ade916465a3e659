using System.Buffers.Binary;
using FedActors.FL.Numerics;

namespace FedActors.FL.Compression;

/// <summary>float16 (IEEE 754 binary16), rounded to the nearest. What is beyond its range, 65,504, becomes its largest number.</summary>
internal sealed record HalfNumbers : NumberFormat
{
    /// <summary>Its name in a configuration.</summary>
    public const string Name = "float16";

    private const int Bytes = 2;
    private static readonly float Largest = (float)Half.MaxValue;

    /// <inheritdoc/>
    public override int Code => 1;

    /// <inheritdoc/>
    public override string Text => Name;

    /// <inheritdoc/>
    public override long SizeOf(int count) => (long)count * Bytes;

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<float> values, Span<byte> room, RandomStream chance)
    {
        for (int i = 0; i < values.Length; i++)
        {
            BinaryPrimitives.WriteHalfLittleEndian(room[(i * Bytes)..], (Half)Math.Clamp(values[i], -Largest, Largest));
        }
    }

    /// <inheritdoc/>
    public override string? Read(ReadOnlySpan<byte> bytes, Span<float> values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (float)BinaryPrimitives.ReadHalfLittleEndian(bytes[(i * Bytes)..]);
            if (!float.IsFinite(values[i]))
            {
                return $"number {i} is {values[i]}";
            }
        }

        return null;
    }
}
