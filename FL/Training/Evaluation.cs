using FedActors.FL.Data;
using FedActors.FL.Models;
using FedActors.FL.Training.Networks;

namespace FedActors.FL.Training;

/// <summary>Scores a model on labelled examples.</summary>
public static class Evaluation
{
    // Logits of this many examples stay in the first-level cache for tens of classes.
    private const int BatchSize = 256;

    /// <summary>Predicts every example and compares.</summary>
    /// <param name="specification">The model.</param>
    /// <param name="parameters">Its parameters.</param>
    /// <param name="data">Standardised examples, at least one.</param>
    /// <param name="cancellationToken">Looked at between batches.</param>
    /// <exception cref="ArgumentException">The parameters or data do not fit the model, or there are no examples.</exception>
    /// <remarks>The class with the largest logit is predicted, the first of equals.</remarks>
    public static EvaluationMetrics Evaluate(ModelSpecification specification, ParameterVector parameters, DataSet data, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(specification);
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(data);
        ModelFit.Check(specification, data);
        ArgumentOutOfRangeException.ThrowIfLessThan(data.Count, 1, nameof(data));
        if (!parameters.Layout.Equals(specification.Layout))
        {
            throw new ArgumentException($"The model's parameters are {specification.Layout}, not {parameters.Layout}.", nameof(parameters));
        }

        Network network = new(specification);
        float[] weights = new float[network.PaddedCount];
        network.Load(parameters.Values, weights);
        SoftmaxRow softmax = new(specification.Classes);
        int[] rows = new int[Math.Min(BatchSize, data.Count)];
        network.Reserve(rows.Length);
        long[] confusion = new long[specification.Classes * specification.Classes];
        LossSum loss = new();
        foreach (DataSet window in data.Windows())
        {
            for (int start = 0; start < window.Count; start += BatchSize)
            {
                cancellationToken.ThrowIfCancellationRequested();
                Span<int> batch = rows.AsSpan(0, Math.Min(BatchSize, window.Count - start));
                for (int i = 0; i < batch.Length; i++)
                {
                    batch[i] = start + i;
                }

                Span<float> logits = network.Forward(weights, window.Values, batch);
                for (int i = 0; i < batch.Length; i++)
                {
                    int label = window.Labels[start + i];
                    (float sum, float shifted, int predicted) = softmax.Exponentiate(ref logits[i * network.Stride], label);
                    loss.Add(sum, shifted);
                    confusion[(label * specification.Classes) + predicted]++;
                }
            }
        }

        return EvaluationMetrics.From(confusion, specification.Classes, loss.Total);
    }
}
