namespace FedActors.FL.Aggregation;

/// <summary>A worker's update with all that a rule may want to know of it.</summary>
/// <param name="WorkerId">Whose.</param>
/// <param name="Parameters">Its parameters.</param>
/// <param name="Weight">What it counts for: its examples.</param>
/// <param name="Steps">Optimizer steps that it took.</param>
/// <param name="StartLoss">The site's mean loss before them; NaN where it was not measured.</param>
public sealed record ContributedUpdate(string WorkerId, ReadOnlyMemory<float> Parameters, double Weight, double Steps = 1, double StartLoss = double.NaN);
