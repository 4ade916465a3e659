using FedActors.FL.Models;
using FedActors.FL.Strategies;
using FedActors.Storage.Training;

namespace FedActors.FL.Roles;

/// <summary>A round's aggregate before it is committed.</summary>
internal sealed record Candidate(int Round, ParameterVector Parameters, string Hash)
{
    /// <summary>What the server optimizer remembers once the round is committed.</summary>
    public OptimizerState OptimizerState { get; init; } = OptimizerState.Empty;

    /// <summary>What the evaluator found, or null while it has not answered.</summary>
    public EvaluationRecord? Evaluation { get; init; }
}
