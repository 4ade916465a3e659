using FedActors.FL.Numerics;

namespace FedActors.FL.Models;

/// <summary>Softmax parameters as the kernels want them: [features + 1, stride], the bias as last row, unused lanes 0.</summary>
internal sealed class PaddedWeights(ModelSpecification specification)
{
    private readonly float[] _values = new float[((long)specification.Features + 1) * Lanes.RoundUp(specification.Classes)];

    /// <summary>Lanes in a row: the classes rounded up to whole blocks.</summary>
    public int Stride { get; } = Lanes.RoundUp(specification.Classes);

    /// <summary>All rows.</summary>
    public Span<float> Values => _values;

    /// <summary>Copies parameters in. W and b follow each other with equal row lengths, so both are rows of one matrix.</summary>
    public void Load(ReadOnlySpan<float> parameters)
    {
        for (int row = 0; row <= specification.Features; row++)
        {
            parameters.Slice(row * specification.Classes, specification.Classes).CopyTo(_values.AsSpan(row * Stride));
        }
    }

    /// <summary>Copies parameters out.</summary>
    public void Save(Span<float> parameters)
    {
        for (int row = 0; row <= specification.Features; row++)
        {
            _values.AsSpan(row * Stride, specification.Classes).CopyTo(parameters[(row * specification.Classes)..]);
        }
    }
}
