using FedActors.FL.Models;

namespace FedActors.FL.Training.Networks;

/// <summary>A model's layers at work: from examples to logits, and from the logits' errors to the gradient.</summary>
/// <remarks>Nothing is allocated per batch once the largest batch has been seen. One thing at a time.</remarks>
internal sealed class Network
{
    private readonly NetworkLayer[] _layers;
    private readonly float[][] _outputs;
    private readonly float[][] _errors;
    private int[] _rows = [];
    private int _batch;

    /// <summary>The layers of a model.</summary>
    public Network(ModelSpecification specification)
    {
        _layers = new NetworkLayer[specification.Architecture.Layers.Length];
        int padded = 0;
        for (int i = 0; i < _layers.Length; i++)
        {
            LayerShape shape = specification.Architecture.Layers[i];
            PaddedLayer parameters = new(shape, specification.Layout.OffsetOf(2 * i), padded);
            padded = checked(padded + parameters.Count);
            _layers[i] = shape is ConvolutionShape convolution ? new ConvolutionLayer(convolution, parameters) : new DenseLayer((DenseShape)shape, parameters);
        }

        PaddedCount = padded;
        Features = specification.Features;
        _outputs = Array.ConvertAll(_layers, _ => Array.Empty<float>());
        _errors = Array.ConvertAll(_layers, _ => Array.Empty<float>());
    }

    /// <summary>Numbers of a padded buffer of parameters.</summary>
    public int PaddedCount { get; }

    /// <summary>Numbers per example.</summary>
    public int Features { get; }

    /// <summary>Padded classes.</summary>
    public int Stride => _layers[^1].Outputs;

    /// <summary>Copies parameters into a padded buffer.</summary>
    public void Load(ReadOnlySpan<float> parameters, Span<float> padded)
    {
        foreach (NetworkLayer layer in _layers)
        {
            layer.Parameters.Load(parameters, padded);
        }
    }

    /// <summary>Copies parameters out of a padded buffer.</summary>
    public void Save(Span<float> padded, Span<float> parameters)
    {
        foreach (NetworkLayer layer in _layers)
        {
            layer.Parameters.Save(padded, parameters);
        }
    }

    /// <summary>Makes room for batches of so many examples.</summary>
    public void Reserve(int batch)
    {
        if (batch <= _batch)
        {
            return;
        }

        for (int i = 0; i < _layers.Length; i++)
        {
            _layers[i].Reserve(batch);
            _outputs[i] = new float[checked(batch * _layers[i].Outputs)];

            // The last layer's errors take the place of its logits.
            _errors[i] = i < _layers.Length - 1 ? new float[_outputs[i].Length] : _outputs[i];
        }

        _rows = RowNumbers.UpTo(_rows, batch);
        _batch = batch;
    }

    /// <summary>The logits of examples, [rows, <see cref="Stride"/>]. Who trains replaces them by their errors and goes <see cref="Backward"/>.</summary>
    /// <param name="weights">Padded.</param>
    /// <param name="values">Examples, [count, features] in C order.</param>
    /// <param name="rows">Which of them; no more than there is room for.</param>
    public Span<float> Forward(Span<float> weights, ReadOnlySpan<float> values, ReadOnlySpan<int> rows)
    {
        _layers[0].Forward(weights, values, Features, rows, _outputs[0]);
        for (int i = 1; i < _layers.Length; i++)
        {
            _layers[i].Forward(weights, _outputs[i - 1], _layers[i - 1].Outputs, _rows.AsSpan(0, rows.Length), _outputs[i]);
        }

        return _outputs[^1];
    }

    /// <summary>The gradient by all parameters, after the logits of the same rows were replaced by their errors.</summary>
    public void Backward(Span<float> weights, ReadOnlySpan<float> values, ReadOnlySpan<int> rows, Span<float> gradient)
    {
        for (int i = _layers.Length - 1; i > 0; i--)
        {
            _layers[i].Backward(weights, _outputs[i - 1], _layers[i - 1].Outputs, _rows.AsSpan(0, rows.Length), _outputs[i], _errors[i], gradient, _errors[i - 1]);
        }

        _layers[0].Backward(weights, values, Features, rows, _outputs[0], _errors[0], gradient, []);
    }
}
