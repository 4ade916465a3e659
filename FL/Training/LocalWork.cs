using FedActors.FL.Models;

namespace FedActors.FL.Training;

/// <summary>What one round asks of one site beyond the run's plan.</summary>
/// <param name="Steps">Optimizer steps; 0 for the plan's epochs. An epoch that they do not fill is cut short.</param>
/// <param name="Correction">Added to every gradient, such as SCAFFOLD's c - c_i; as long as the model, or empty for none.</param>
public sealed record LocalWork(long Steps = 0, ReadOnlyMemory<float> Correction = default)
{
    /// <summary>Most steps of one round; more is a mistake and would never end.</summary>
    public const long MaxSteps = 1_000_000_000;

    /// <summary>Nothing beyond the plan.</summary>
    public static LocalWork AsPlanned { get; } = new();

    /// <summary>Whether anything is added to gradients.</summary>
    public bool IsCorrected => !Correction.IsEmpty;

    /// <summary>Steps that one pass over a site's examples takes.</summary>
    /// <param name="examples">At least one.</param>
    /// <param name="batch">At least one.</param>
    public static int StepsPerEpoch(long examples, int batch) => checked((int)((examples + batch - 1) / batch));

    internal void Check(ParameterLayout layout)
    {
        if (Steps is < 0 or > MaxSteps)
        {
            throw new ArgumentException($"{Steps} steps are asked for; 0 to {MaxSteps} are allowed.");
        }

        if (IsCorrected && Correction.Length != layout.Count)
        {
            throw new ArgumentException($"The correction has {Correction.Length} numbers; the model has {layout.Count}.");
        }
    }
}
