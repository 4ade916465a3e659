namespace FedActors.FL.Training;

/// <summary>How well a model predicts a data set.</summary>
/// <param name="Samples">Examples evaluated.</param>
/// <param name="Accuracy">Share predicted right, in [0, 1].</param>
/// <param name="Loss">Mean cross-entropy in nats.</param>
/// <param name="PerClassAccuracy">For each class, the share of its examples predicted right; NaN for a class without examples.</param>
/// <param name="Confusion">Row-major [true class, predicted class] counts.</param>
public sealed record EvaluationMetrics(
    int Samples,
    double Accuracy,
    double Loss,
    IReadOnlyList<double> PerClassAccuracy,
    IReadOnlyList<long> Confusion)
{
    /// <summary>Counts the rest from a confusion matrix.</summary>
    /// <param name="confusion">Row-major [true class, predicted class] counts of at least one example.</param>
    /// <param name="classes">Classes.</param>
    /// <param name="lossSum">Summed cross-entropy in nats.</param>
    public static EvaluationMetrics From(IReadOnlyList<long> confusion, int classes, double lossSum)
    {
        ArgumentNullException.ThrowIfNull(confusion);
        double[] perClass = new double[classes];
        long samples = 0;
        long correct = 0;
        for (int label = 0; label < classes; label++)
        {
            long examples = 0;
            for (int predicted = 0; predicted < classes; predicted++)
            {
                examples += confusion[(label * classes) + predicted];
            }

            long right = confusion[(label * classes) + label];
            perClass[label] = examples == 0 ? double.NaN : (double)right / examples;
            samples += examples;
            correct += right;
        }

        return new EvaluationMetrics((int)samples, (double)correct / samples, lossSum / samples, perClass, confusion);
    }
}
