using FedActors.FL.Models;

namespace FedActors.FL.Training;

/// <summary>Scores models on one set of examples: this program's own <see cref="Evaluation"/>, or what a package puts in its place.</summary>
/// <remarks>One instance scores one model at a time. A failure is an exception whose message says what happened; it ends up in the round's record.</remarks>
public interface IValidator
{
    /// <summary>Predicts every example and compares.</summary>
    /// <param name="parameters">The model; unchanged.</param>
    /// <param name="round">The round that it is of.</param>
    /// <param name="cancellationToken">Ends it.</param>
    EvaluationMetrics Validate(ParameterVector parameters, long round, CancellationToken cancellationToken);
}
