using System.Globalization;
using FedActors.FL.Models;

namespace FedActors.FL.Compression;

/// <summary>The numbers of largest magnitude, with their places.</summary>
/// <param name="Share">Of all numbers, over 0 and at most 1.</param>
/// <remarks>
/// Stich et al. 2018, Sparsified SGD with memory; equal magnitudes go by place. Places are written as gaps in ascending order, a byte each
/// where they are below 128, so that no order and no repetition but one, a gap of zero, can be written at all.
/// </remarks>
internal sealed record TopK(double Share) : Reduction
{
    /// <summary>Its name in a configuration.</summary>
    public const string Name = "topk";

    /// <inheritdoc/>
    public override int Code => 1;

    /// <inheritdoc/>
    public override string Text => string.Create(CultureInfo.InvariantCulture, $"{Name}({Share})");

    /// <summary>So many of some numbers: at least one.</summary>
    public static int CountOf(double share, int count) => (int)Math.Clamp(Math.Ceiling(share * count), 1, count);

    /// <inheritdoc/>
    public override int CountOf(ParameterLayout layout) => CountOf(Share, layout.Count);

    /// <summary>Gaps between places that lie at random: one byte, another where seven bits are too few, and so on.</summary>
    public override double SideBytesOf(ParameterLayout layout)
    {
        double gaps = 0;
        for (int bits = 0; bits < 28; bits += 7)
        {
            gaps += Math.Pow(1 - Share, Math.Max((1 << bits) - 1, 0));
        }

        int count = CountOf(layout);
        return BodyReader.SizeOfNumber(count) + (count * gaps);
    }

    /// <inheritdoc/>
    public override ReducedUpdate Reduce(float[] values, ParameterLayout layout, UpdateOrigin origin)
    {
        int[] places = LargestMagnitudes.PlacesIn(values, CountOf(layout));
        float[] kept = new float[places.Length];
        int bytes = BodyReader.SizeOfNumber(places.Length);
        for (int i = 0; i < places.Length; i++)
        {
            kept[i] = values[places[i]];
            bytes += BodyReader.SizeOfNumber(GapBefore(places, i));
        }

        byte[] side = new byte[bytes];
        Span<byte> room = BodyReader.WriteNumber(side, places.Length);
        for (int i = 0; i < places.Length; i++)
        {
            room = BodyReader.WriteNumber(room, GapBefore(places, i));
        }

        return new ReducedUpdate(kept, side);
    }

    /// <inheritdoc/>
    public override string? FindFault(ref BodyReader reader, ParameterLayout layout, out ReadOnlySpan<byte> side)
    {
        side = [];
        int expected = CountOf(layout);
        if (!reader.TryReadNumber(out int count))
        {
            return "the number of its places cannot be read";
        }

        if (count != expected)
        {
            return $"it has {count} places; {Text} of {layout.Count} numbers are {expected}";
        }

        ReadOnlySpan<byte> begin = reader.Rest;
        long place = -1;
        for (int i = 0; i < count; i++)
        {
            if (!reader.TryReadNumber(out int gap))
            {
                return $"place {i + 1} of {count} cannot be read";
            }

            if (gap == 0 && i > 0)
            {
                return $"place {place} occurs twice";
            }

            place += i == 0 ? gap + 1L : gap;
            if (place >= layout.Count)
            {
                return $"place {place} is beyond the model's {layout.Count} numbers";
            }
        }

        side = begin[..(begin.Length - reader.Length)];
        return null;
    }

    /// <inheritdoc/>
    public override void Expand(ReadOnlySpan<float> kept, ReadOnlySpan<byte> side, ParameterLayout layout, UpdateOrigin origin, Span<float> values)
    {
        BodyReader reader = new(side);
        int place = 0;
        foreach (float value in kept)
        {
            reader.TryReadNumber(out int gap);
            place += gap;
            values[place] = value;
        }
    }

    private static int GapBefore(int[] places, int i) => i == 0 ? places[0] : places[i] - places[i - 1];
}
