using FedActors.FL.Data;
using FedActors.FL.Models;

namespace FedActors.FL.Training;

/// <summary>Scores models by <see cref="Evaluation"/>.</summary>
/// <param name="specification">The model.</param>
/// <param name="data">Standardised examples, at least one.</param>
public sealed class BuiltInValidator(ModelSpecification specification, DataSet data) : IValidator
{
    /// <inheritdoc/>
    public EvaluationMetrics Validate(ParameterVector parameters, long round, CancellationToken cancellationToken) =>
        Evaluation.Evaluate(specification, parameters, data, cancellationToken);
}
