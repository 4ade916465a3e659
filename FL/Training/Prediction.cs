using System.Numerics.Tensors;
using FedActors.FL.Data;
using FedActors.FL.Models;
using FedActors.FL.Training.Networks;

namespace FedActors.FL.Training;

/// <summary>Names the class of examples.</summary>
public static class Prediction
{
    private const int BatchSize = 256;

    /// <summary>Predicts every example.</summary>
    /// <param name="specification">The model.</param>
    /// <param name="parameters">Its parameters.</param>
    /// <param name="data">Standardised examples; their labels are not looked at.</param>
    /// <param name="cancellationToken">Looked at between batches.</param>
    /// <returns>For each example the class with the largest logit, the first of equals: as <see cref="Evaluation"/> counts.</returns>
    /// <exception cref="ArgumentException">The parameters or data do not fit the model.</exception>
    public static int[] Predict(ModelSpecification specification, ParameterVector parameters, DataSet data, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(specification);
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(data);
        ModelFit.Check(specification, data);
        if (!parameters.Layout.Equals(specification.Layout))
        {
            throw new ArgumentException($"The model's parameters are {specification.Layout}, not {parameters.Layout}.", nameof(parameters));
        }

        Network network = new(specification);
        float[] weights = new float[network.PaddedCount];
        network.Load(parameters.Values, weights);
        network.Reserve(Math.Min(BatchSize, data.Count));
        int[] predicted = new int[data.Count];
        int done = 0;
        foreach (DataSet window in data.Windows())
        {
            for (int start = 0; start < window.Count; start += BatchSize)
            {
                cancellationToken.ThrowIfCancellationRequested();
                int[] batch = [.. Enumerable.Range(start, Math.Min(BatchSize, window.Count - start))];
                Span<float> logits = network.Forward(weights, window.Values, batch);
                for (int i = 0; i < batch.Length; i++)
                {
                    predicted[done++] = TensorPrimitives.IndexOfMax<float>(logits.Slice(i * network.Stride, specification.Classes));
                }
            }
        }

        return predicted;
    }
}
