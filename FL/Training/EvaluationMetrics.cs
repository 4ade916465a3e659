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
    IReadOnlyList<long> Confusion);
