using FedActors.FL.Data;
using FedActors.FL.Models;

namespace FedActors.FL.Roles;

/// <summary>What an evaluator needs: held-out data, and a place to evaluate.</summary>
public sealed record EvaluatorSetup : MemberSetup
{
    /// <summary>What the data is called.</summary>
    public string Site { get; init; } = "evaluation";

    /// <summary>The model that the data fits.</summary>
    public required ModelSpecification Specification { get; init; }

    /// <summary>The held-out examples, not standardised.</summary>
    public required DataSet Data { get; init; }

    /// <summary>Where evaluation runs; see <see cref="WorkerSetup.Training"/>.</summary>
    public TaskScheduler Evaluation { get; init; } = TaskScheduler.Default;
}
