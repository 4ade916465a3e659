using FedActors.FL.Numerics;

namespace FedActors.FL.Compression;

/// <summary>How numbers are written.</summary>
internal abstract record NumberFormat
{
    /// <summary>Its number in a body.</summary>
    public abstract int Code { get; }

    /// <summary>As a configuration writes it.</summary>
    public abstract string Text { get; }

    /// <summary>Bytes of so many numbers.</summary>
    public abstract long SizeOf(int count);

    /// <summary>Writes numbers.</summary>
    /// <param name="values">Finite.</param>
    /// <param name="room">As many bytes as <see cref="SizeOf"/> says.</param>
    /// <param name="chance">Where rounding takes its numbers from.</param>
    public abstract void Write(ReadOnlySpan<float> values, Span<byte> room, RandomStream chance);

    /// <summary>Reads numbers.</summary>
    /// <param name="bytes">As many as <see cref="SizeOf"/> says.</param>
    /// <param name="values">Filled whole.</param>
    /// <returns>What is wrong, or null; all values are finite then.</returns>
    public abstract string? Read(ReadOnlySpan<byte> bytes, Span<float> values);
}
