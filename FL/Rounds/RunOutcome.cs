namespace FedActors.FL.Rounds;

/// <summary>How a run ended.</summary>
public enum RunOutcome
{
    /// <summary>All rounds are committed.</summary>
    Finished = 1,

    /// <summary>A failure that retrying did not cure.</summary>
    Failed = 2,

    /// <summary>Stopped by an operator.</summary>
    Stopped = 3,

    /// <summary>Too few sites took part.</summary>
    BelowParticipation = 4,
}
