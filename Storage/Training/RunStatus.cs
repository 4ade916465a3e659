namespace FedActors.Storage.Training;

/// <summary>Where a run stands.</summary>
public enum RunStatus
{
    /// <summary>Begun and not ended. A run whose provider died stays so, and can be resumed.</summary>
    Running = 0,

    /// <summary>All rounds committed.</summary>
    Finished = 1,

    /// <summary>Ended by a failure.</summary>
    Failed = 2,

    /// <summary>Stopped by an operator.</summary>
    Stopped = 3,

    /// <summary>Ended because too few sites took part.</summary>
    BelowParticipation = 4,
}
