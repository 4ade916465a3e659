using System.Diagnostics.CodeAnalysis;
using FedActors.FL.Models;
using FedActors.FL.Numerics;

namespace FedActors.FL.Compression;

/// <summary>How an update, the difference from the parameters that a worker was given, becomes few bytes and is read back.</summary>
/// <remarks>
/// At most one stage chooses what is sent and at most one says how numbers are written, in this order. A body is
/// <c>version, stages, count of the model's numbers, what the choosing stage adds, numbers</c>; every length in it is checked
/// against the model and the bytes that are there before anything is allocated. Both ends decode with this one method, so that a sender
/// knows what a receiver has to the last bit.
/// </remarks>
public sealed class CompressionPipeline
{
    private const byte Version = 1;
    private const int HeaderBytes = 2;

    private readonly Reduction _reduction;
    private readonly NumberFormat _format;

    private CompressionPipeline(Reduction reduction, NumberFormat format)
    {
        _reduction = reduction;
        _format = format;
        Text = string.Join(',', new[] { reduction.Text, format.Text }.Where(text => text.Length > 0));
    }

    /// <summary>No compression: updates travel as parameters.</summary>
    public static CompressionPipeline None { get; } = new(new WholeUpdate(), new SingleNumbers());

    /// <summary>What a stage may be, for people.</summary>
    public static string Allowed => CompressionStages.Allowed;

    /// <summary>Its stages, joined by commas; empty for none.</summary>
    public string Text { get; }

    /// <summary>Whether it does nothing.</summary>
    public bool IsNone => Text.Length == 0;

    /// <summary>Whether a site keeps what was left unsent for its next update.</summary>
    public bool LeavesResidual => _reduction.LeavesResidual;

    /// <summary>Whether sites choose the coordinates that they send each for themselves.</summary>
    public bool ChoosesCoordinates => _reduction is TopK;

    /// <summary>Says why a text is no stage, or null.</summary>
    public static string? FindFault(string text) => CompressionStages.FindFault(text);

    /// <summary>Says why stages do not make a pipeline, or null.</summary>
    /// <param name="stages">In order.</param>
    public static string? FindFault(IReadOnlyList<string> stages)
    {
        ArgumentNullException.ThrowIfNull(stages);
        string? reduction = null;
        string? format = null;
        foreach (string text in stages)
        {
            switch (CompressionStages.Find(text))
            {
                case Reduction when format is not null:
                    return $"{text} must come before {format}, which writes the numbers that it leaves";
                case Reduction when reduction is not null:
                    return $"{reduction} and {text} both choose what is sent; keep one of them";
                case Reduction:
                    reduction = text;
                    break;
                case NumberFormat when format is not null:
                    return $"{format} and {text} both say how numbers are written; keep one of them";
                case NumberFormat:
                    format = text;
                    break;
                default:
                    return $"{FindFault(text)}; there are {Allowed}";
            }
        }

        return null;
    }

    /// <summary>Makes a pipeline.</summary>
    /// <param name="stages">In order; none for no compression.</param>
    /// <exception cref="ArgumentException">They do not make one.</exception>
    public static CompressionPipeline From(IReadOnlyList<string> stages)
    {
        if (FindFault(stages) is { } fault)
        {
            throw new ArgumentException($"Compression: {fault}.", nameof(stages));
        }

        object?[] found = [.. stages.Select(CompressionStages.Find)];
        return new CompressionPipeline(found.OfType<Reduction>().SingleOrDefault() ?? new WholeUpdate(), found.OfType<NumberFormat>().SingleOrDefault() ?? new SingleNumbers());
    }

    /// <summary>Reads <see cref="Text"/> back.</summary>
    /// <param name="text">Stages joined by commas; empty for none.</param>
    /// <param name="pipeline">The pipeline.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out CompressionPipeline? pipeline)
    {
        ArgumentNullException.ThrowIfNull(text);
        string[] stages = text.Length == 0 ? [] : text.Split(',');
        pipeline = FindFault(stages) is null ? From(stages) : null;
        return pipeline is not null;
    }

    /// <summary>Says why it is of no use for a model, or null.</summary>
    public string? FindMisfit(ParameterLayout layout)
    {
        ArgumentNullException.ThrowIfNull(layout);
        return _reduction.FindMisfit(layout);
    }

    /// <summary>Bytes of an update: exact for all stages but topk, whose places take a byte more or less each.</summary>
    public long EstimateBytes(ParameterLayout layout)
    {
        ArgumentNullException.ThrowIfNull(layout);
        return IsNone
            ? (long)layout.Count * sizeof(float)
            : HeaderBytes + BodyReader.SizeOfNumber(layout.Count) + (long)Math.Round(_reduction.SideBytesOf(layout)) + _format.SizeOf(_reduction.CountOf(layout));
    }

    /// <summary>Compresses an update.</summary>
    /// <param name="update">The difference, all of it finite; not written to, and not kept.</param>
    /// <param name="layout">What its numbers mean.</param>
    /// <param name="origin">Where it comes from.</param>
    public byte[] Encode(float[] update, ParameterLayout layout, UpdateOrigin origin)
    {
        ArgumentNullException.ThrowIfNull(update);
        ArgumentNullException.ThrowIfNull(layout);
        ArgumentNullException.ThrowIfNull(origin);
        ArgumentOutOfRangeException.ThrowIfNotEqual(update.Length, layout.Count, nameof(update));
        ReducedUpdate reduced = _reduction.Reduce(update, layout, origin);
        int header = HeaderBytes + BodyReader.SizeOfNumber(layout.Count);
        byte[] body = new byte[checked((int)(header + reduced.Side.Length + _format.SizeOf(reduced.Kept.Length)))];
        (body[0], body[1]) = (Version, StageCode(_reduction, _format));
        Span<byte> room = BodyReader.WriteNumber(body.AsSpan(HeaderBytes), layout.Count);
        reduced.Side.CopyTo(room);
        _format.Write(reduced.Kept, room[reduced.Side.Length..], RandomStream.For(origin.Seed, "compression rounding", origin.Site, origin.Round));
        return body;
    }

    /// <summary>Reads an update back.</summary>
    /// <param name="body">Bytes that may be anything.</param>
    /// <param name="layout">What the update's numbers mean.</param>
    /// <param name="origin">Where it says that it comes from; the site does not matter.</param>
    /// <param name="update">The difference; as many numbers as the layout has. A product of lowrank may be infinite, which inspection finds.</param>
    /// <param name="fault">What is wrong, when the result is false.</param>
    public bool TryDecode(ReadOnlySpan<byte> body, ParameterLayout layout, UpdateOrigin origin, [NotNullWhen(true)] out float[]? update, [NotNullWhen(false)] out string? fault)
    {
        ArgumentNullException.ThrowIfNull(layout);
        ArgumentNullException.ThrowIfNull(origin);
        update = null;
        int count = _reduction.CountOf(layout);
        BodyReader reader = new(body);
        fault = FindFault(ref reader, layout, out ReadOnlySpan<byte> side);
        if (fault is null && reader.Length != _format.SizeOf(count))
        {
            fault = $"{reader.Length} bytes of numbers are left; {Text} of {layout.Count} numbers takes {_format.SizeOf(count)}";
        }

        if (fault is null)
        {
            float[] kept = new float[count];
            fault = _format.Read(reader.Rest, kept);
            update = fault is null ? Expand(kept, side, layout, origin) : null;
        }

        fault = fault is null ? null : $"the compressed update is damaged or no update: {fault}";
        return update is not null;
    }

    private static byte StageCode(Reduction reduction, NumberFormat format) => (byte)((reduction.Code << 4) | format.Code);

    private string? FindFault(ref BodyReader reader, ParameterLayout layout, out ReadOnlySpan<byte> side)
    {
        side = [];
        if (!reader.TryTake(HeaderBytes, out ReadOnlySpan<byte> header) || header[0] != Version)
        {
            return $"it does not begin as version {Version} does";
        }

        if (header[1] != StageCode(_reduction, _format))
        {
            return $"it bears the stages {header[1]:x2}; the run's are {StageCode(_reduction, _format):x2}, {Text}";
        }

        if (!reader.TryReadNumber(out int numbers) || numbers != layout.Count)
        {
            return $"it is of {numbers} numbers; the model has {layout.Count}";
        }

        return _reduction.FindFault(ref reader, layout, out side);
    }

    private float[] Expand(float[] kept, ReadOnlySpan<byte> side, ParameterLayout layout, UpdateOrigin origin)
    {
        if (_reduction is WholeUpdate)
        {
            return kept;
        }

        float[] update = new float[layout.Count];
        _reduction.Expand(kept, side, layout, origin, update);
        return update;
    }
}
