using FedActors.FL.Models;

namespace FedActors.FL.Training;

/// <summary>What a site's training gave.</summary>
/// <param name="Parameters">The trained parameters, not published yet. Not finite when training diverged.</param>
/// <param name="Samples">The site's examples: its aggregation weight.</param>
/// <param name="Loss">Mean cross-entropy in nats over the last epoch, each batch measured before its step.</param>
/// <param name="Accuracy">Share predicted right over the last epoch, each batch measured before its step, in [0, 1].</param>
/// <param name="Steps">Optimizer steps taken.</param>
public sealed record TrainingResult(ParameterVector Parameters, int Samples, double Loss, double Accuracy, long Steps);
