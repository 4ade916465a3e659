namespace FedActors.FL.Training.Networks;

/// <summary>A layer at work on a batch. Each example's inputs are one row of a matrix; what the layer must remember from its way forward for its way back, it keeps.</summary>
internal abstract class NetworkLayer(PaddedLayer parameters)
{
    /// <summary>Where its parameters are.</summary>
    public PaddedLayer Parameters { get; } = parameters;

    /// <summary>Numbers per example that go in.</summary>
    public abstract int Inputs { get; }

    /// <summary>Numbers per example that come out, padding included.</summary>
    public abstract int Outputs { get; }

    /// <summary>Makes room for batches of so many examples.</summary>
    public abstract void Reserve(int batch);

    /// <summary>Computes the outputs of a batch.</summary>
    /// <param name="weights">The network's padded weights.</param>
    /// <param name="inputs">Rows of examples.</param>
    /// <param name="inputStride">Numbers from one row to the next.</param>
    /// <param name="rows">Which of them.</param>
    /// <param name="outputs">[rows, <see cref="Outputs"/>].</param>
    public abstract void Forward(Span<float> weights, ReadOnlySpan<float> inputs, int inputStride, ReadOnlySpan<int> rows, Span<float> outputs);

    /// <summary>Computes the gradient by the parameters and, where it is asked for, by the inputs.</summary>
    /// <param name="weights">As on the way forward.</param>
    /// <param name="inputs">As on the way forward.</param>
    /// <param name="inputStride">As on the way forward.</param>
    /// <param name="rows">As on the way forward.</param>
    /// <param name="outputs">As the way forward left them.</param>
    /// <param name="errors">The loss's gradient by the outputs, [rows, <see cref="Outputs"/>]; may be overwritten.</param>
    /// <param name="gradient">Padded as the weights are; this layer's part is overwritten.</param>
    /// <param name="inputErrors">[rows, inputStride], overwritten; empty for the first layer, whose inputs are data.</param>
    public abstract void Backward(
        Span<float> weights,
        ReadOnlySpan<float> inputs,
        int inputStride,
        ReadOnlySpan<int> rows,
        ReadOnlySpan<float> outputs,
        Span<float> errors,
        Span<float> gradient,
        Span<float> inputErrors);
}
