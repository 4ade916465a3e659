using FedActors.FL.Models;
using FedActors.FL.Numerics;

namespace FedActors.FL.Training.Networks;

/// <summary>A fully connected layer at work.</summary>
internal sealed class DenseLayer(DenseShape shape, PaddedLayer parameters) : NetworkLayer(parameters)
{
    private Memory<float> _transposed;
    private int[] _rows = [];

    /// <inheritdoc/>
    public override int Inputs => shape.FanIn;

    /// <inheritdoc/>
    public override int Outputs => Parameters.Stride;

    /// <inheritdoc/>
    public override void Reserve(int batch) => _rows = RowNumbers.UpTo(_rows, batch);

    /// <inheritdoc/>
    public override void Forward(Span<float> weights, ReadOnlySpan<float> inputs, int inputStride, ReadOnlySpan<int> rows, Span<float> outputs)
    {
        DenseKernels.Forward(inputs, shape.FanIn, inputStride, rows, Parameters.Of(weights), Outputs, outputs);
        if (shape.Rectified)
        {
            Rectifier.Apply(outputs[..(rows.Length * Outputs)]);
        }
    }

    /// <inheritdoc/>
    public override void Backward(
        Span<float> weights,
        ReadOnlySpan<float> inputs,
        int inputStride,
        ReadOnlySpan<int> rows,
        ReadOnlySpan<float> outputs,
        Span<float> errors,
        Span<float> gradient,
        Span<float> inputErrors)
    {
        if (shape.Rectified)
        {
            Rectifier.Mask(outputs[..(rows.Length * Outputs)], errors);
        }

        DenseKernels.Gradient(inputs, shape.FanIn, inputStride, rows, errors, Outputs, Parameters.Of(gradient));
        if (inputErrors.IsEmpty)
        {
            return;
        }

        if (_transposed.Length == 0)
        {
            _transposed = AlignedNumbers.Allocate((Outputs + 1) * inputStride);
        }

        Parameters.Transpose(weights, _transposed.Span, inputStride);
        DenseKernels.Forward(errors, Outputs, Outputs, _rows.AsSpan(0, rows.Length), _transposed.Span, inputStride, inputErrors);
    }
}
