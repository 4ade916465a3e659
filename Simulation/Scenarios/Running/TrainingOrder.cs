using FedActors.FL.Models;
using FedActors.FL.Training;

namespace FedActors.Simulation.Scenarios;

/// <summary>One client's training: who, and what came of it.</summary>
internal sealed class TrainingOrder
{
    public int Client { get; set; }

    public bool FlipsLabels { get; set; }

    /// <summary>The round that it was asked in.</summary>
    public required int Round { get; init; }

    /// <summary>The parameters that it begins with.</summary>
    public required ParameterVector Origin { get; init; }

    /// <summary>What the round asks for beside the plan.</summary>
    public required LocalWork Work { get; init; }

    /// <summary>Where the trained parameters go.</summary>
    public required ParameterVector Parameters { get; set; }

    public TrainingResult? Trained { get; set; }

    public double StartLoss { get; set; }
}
