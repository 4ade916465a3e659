namespace FedActors.FL.Configuration;

/// <summary>When a run ends before its last round.</summary>
public sealed record TerminationOptions
{
    /// <summary>The run ends after the first round that is committed this long after the run began; null for no such limit.</summary>
    public TimeSpan? WallClock { get; init; }

    /// <summary>The run ends after the first round evaluated at this accuracy or above; null for no such goal.</summary>
    public double? TargetAccuracy { get; init; }

    /// <summary>The run ends when so many evaluated rounds in a row have not been better than the best before them; 0 for never.</summary>
    public int Patience { get; init; }
}
