using FedActors.FL.Models;
using FedActors.FL.Numerics;

namespace FedActors.FL.Training.Networks;

/// <summary>A layer's parameters as the kernels want them: [inputs of a sum + 1, stride], the biases as last row, unused lanes 0.</summary>
/// <param name="shape">The layer.</param>
/// <param name="parameters">Where its parameters begin in the model's vector.</param>
/// <param name="start">Where its padded rows begin in the network's buffers.</param>
internal sealed class PaddedLayer(LayerShape shape, int parameters, int start)
{
    /// <summary>Inputs of each sum.</summary>
    public int FanIn { get; } = shape.FanIn;

    /// <summary>Lanes in a row: the sums rounded up to whole blocks.</summary>
    public int Stride { get; } = Lanes.RoundUp(shape.Columns);

    /// <summary>Numbers that it takes.</summary>
    public int Count => (FanIn + 1) * Stride;

    /// <summary>Its part of a padded buffer.</summary>
    public Span<float> Of(Span<float> padded) => padded.Slice(start, Count);

    /// <summary>Copies parameters in. Weights and biases follow each other with equal row lengths, so both are rows of one matrix.</summary>
    public void Load(ReadOnlySpan<float> values, Span<float> padded)
    {
        Span<float> rows = Of(padded);
        for (int row = 0; row <= FanIn; row++)
        {
            values.Slice(parameters + (row * shape.Columns), shape.Columns).CopyTo(rows[(row * Stride)..]);
        }
    }

    /// <summary>Copies parameters out.</summary>
    public void Save(Span<float> padded, Span<float> values)
    {
        Span<float> rows = Of(padded);
        for (int row = 0; row <= FanIn; row++)
        {
            rows.Slice(row * Stride, shape.Columns).CopyTo(values[(parameters + (row * shape.Columns))..]);
        }
    }

    /// <summary>Writes the weights with rows and columns exchanged: [stride + 1, inputs rounded up], with a last row of zeros in the place of biases.</summary>
    /// <param name="padded">The network's weights.</param>
    /// <param name="transposed">[<see cref="Stride"/> + 1, <paramref name="width"/>]; lanes beyond the inputs stay as they are.</param>
    /// <param name="width">The inputs rounded up to whole blocks.</param>
    public void Transpose(Span<float> padded, Span<float> transposed, int width)
    {
        ReadOnlySpan<float> rows = Of(padded);

        // Sixteen rows at a time, so that a line of the target is filled while it is in the first-level cache.
        const int Block = 16;
        for (int first = 0; first < FanIn; first += Block)
        {
            int last = Math.Min(first + Block, FanIn);
            for (int column = 0; column < Stride; column++)
            {
                Span<float> target = transposed.Slice((column * width) + first, last - first);
                for (int i = 0; i < target.Length; i++)
                {
                    target[i] = rows[((first + i) * Stride) + column];
                }
            }
        }
    }
}
