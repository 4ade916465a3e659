using FedActors.FL.Configuration;
using FedActors.FL.Numerics;

namespace FedActors.FL.Training;

/// <summary>How the learning rate changes from round to round. All sites and peers compute the same bits.</summary>
public static class LearningRates
{
    /// <summary>The same in every round.</summary>
    public const string Constant = "constant";

    /// <summary>Multiplied by a factor every so many rounds.</summary>
    public const string Step = "step";

    /// <summary>Half a cosine wave from the full rate down to nearly 0 in the last round.</summary>
    public const string Cosine = "cosine";

    /// <summary>1 / t: half the rate after so many rounds, a third after twice as many.</summary>
    public const string Inverse = "inverse";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Constant, Step, Cosine, Inverse];

    /// <summary>The rate of a round.</summary>
    /// <param name="options">The full rate, the schedule and what it needs.</param>
    /// <param name="round">From 1. Beyond the last round a cosine stays where it ends.</param>
    /// <returns>Over 0.</returns>
    public static float Of(TrainingOptions options, long round)
    {
        ArgumentNullException.ThrowIfNull(options);
        long before = Math.Max(round, 1) - 1;
        double share = options.Schedule switch
        {
            Step => Math.Max(PortableMath.IntegerPower(options.ScheduleFactor, before / options.ScheduleRounds), float.Epsilon),
            Cosine => PortableMath.SquaredCosine((double)Math.Min(before, options.Rounds - 1) / options.Rounds),
            Inverse => 1 / (1 + ((double)before / options.ScheduleRounds)),
            _ => 1,
        };
        return Math.Max((float)(options.LearningRate * share), float.Epsilon);
    }
}
