using FedActors.FL.Models;
using FedActors.FL.Numerics;

namespace FedActors.FL.Training.Networks;

/// <summary>A convolution at work, one picture after another: its windows become the rows of a matrix, and the rest is a dense layer's product.</summary>
internal sealed class ConvolutionLayer(ConvolutionShape shape, PaddedLayer parameters) : NetworkLayer(parameters)
{
    private readonly int _windows = shape.MapHeight * shape.MapWidth;
    private readonly int _width = Lanes.RoundUp(shape.FanIn);
    private readonly int[] _rows = RowNumbers.UpTo([], shape.MapHeight * shape.MapWidth);
    private readonly float[] _columns = new float[shape.MapHeight * shape.MapWidth * shape.FanIn];
    private readonly Memory<float> _map = AlignedNumbers.Allocate(shape.MapHeight * shape.MapWidth * shape.Filters);
    private readonly Pooling _pooling = new(shape);
    private int[] _winners = [];
    private Memory<float> _transposed;
    private Memory<float> _columnErrors;

    /// <inheritdoc/>
    public override int Inputs => shape.Inputs;

    /// <inheritdoc/>
    public override int Outputs => shape.Outputs;

    /// <inheritdoc/>
    public override void Reserve(int batch)
    {
        if (_winners.Length < batch * Outputs)
        {
            _winners = new int[batch * Outputs];
        }
    }

    /// <inheritdoc/>
    public override void Forward(Span<float> weights, ReadOnlySpan<float> inputs, int inputStride, ReadOnlySpan<int> rows, Span<float> outputs)
    {
        for (int i = 0; i < rows.Length; i++)
        {
            Windows.Gather(shape, inputs.Slice(rows[i] * inputStride, shape.Inputs), _columns);
            DenseKernels.Forward(_columns, shape.FanIn, shape.FanIn, _rows, Parameters.Of(weights), shape.Filters, _map.Span);
            _pooling.Forward(_map.Span, outputs.Slice(i * Outputs, Outputs), _winners.AsSpan(i * Outputs, Outputs));
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
        Span<float> slope = Parameters.Of(gradient);
        slope.Clear();
        if (!inputErrors.IsEmpty)
        {
            PrepareWayBack(weights);
        }

        for (int i = 0; i < rows.Length; i++)
        {
            _pooling.Backward(errors.Slice(i * Outputs, Outputs), _winners.AsSpan(i * Outputs, Outputs), _map.Span);
            Windows.Gather(shape, inputs.Slice(rows[i] * inputStride, shape.Inputs), _columns);
            DenseKernels.AddGradient(_columns, shape.FanIn, shape.FanIn, _rows, _map.Span, shape.Filters, slope);
            if (!inputErrors.IsEmpty)
            {
                DenseKernels.Forward(_map.Span, shape.Filters, shape.Filters, _rows, _transposed.Span, _width, _columnErrors.Span);
                Windows.Scatter(shape, _columnErrors.Span, _width, inputErrors.Slice(i * inputStride, shape.Inputs));
            }
        }
    }

    private void PrepareWayBack(Span<float> weights)
    {
        if (_transposed.Length == 0)
        {
            _transposed = AlignedNumbers.Allocate((shape.Filters + 1) * _width);
            _columnErrors = AlignedNumbers.Allocate(_windows * _width);
        }

        Parameters.Transpose(weights, _transposed.Span, _width);
    }
}
