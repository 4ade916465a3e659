using System.Globalization;
using FedActors.FL.Configuration;

namespace FedActors.FL.Rounds;

/// <summary>Says when a run has reached its end before its last round.</summary>
public static class Termination
{
    /// <summary>Why the run ends after its last committed round, or null.</summary>
    /// <param name="options">The goals.</param>
    /// <param name="accuracies">Each committed round's accuracy in order; null where it was committed without an evaluation.</param>
    /// <param name="elapsed">Time since the run began.</param>
    public static string? FindReason(TerminationOptions options, IReadOnlyList<double?> accuracies, TimeSpan elapsed)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(accuracies);
        if (accuracies.Count > 0 && accuracies[^1] >= options.TargetAccuracy)
        {
            return string.Create(CultureInfo.InvariantCulture, $"accuracy {accuracies[^1]:0.0000} has reached the target {options.TargetAccuracy}");
        }

        if (options.Patience > 0 && RoundsSinceBest(accuracies) >= options.Patience)
        {
            return $"no better accuracy in {options.Patience} rounds";
        }

        return elapsed >= options.WallClock ? $"{Wording.Seconds(elapsed)} have passed, of a budget of {Wording.Seconds(options.WallClock.Value)}" : null;
    }

    private static int RoundsSinceBest(IReadOnlyList<double?> accuracies)
    {
        double best = double.NegativeInfinity;
        int since = 0;
        foreach (double? accuracy in accuracies)
        {
            if (accuracy > best)
            {
                (best, since) = (accuracy.Value, 0);
            }
            else if (accuracy is not null)
            {
                since++;
            }
        }

        return since;
    }
}
