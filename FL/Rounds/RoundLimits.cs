namespace FedActors.FL.Rounds;

/// <summary>Bounds of what one run holds in memory and retries.</summary>
public static class RoundLimits
{
    /// <summary>Workers that one run admits over its life. A million names and figures are some hundred megabytes; more is a flood.</summary>
    public const int MaxWorkers = 1_000_000;

    /// <summary>Longest name of a member or a site, in characters, so that names fit a line of a log and a table.</summary>
    public const int MaxNameLength = 200;

    /// <summary>Refusals listed with a round. A hostile sender can provoke them without end; what comes after these is only counted.</summary>
    public const int MaxListedRefusals = 256;

    /// <summary>How often a round is asked again for combiners that failed. Each is expelled long before; more are a flood of new names.</summary>
    public const int MaxCombinerFailures = 1_000;

    /// <summary>How often storing is tried before the run ends. With <see cref="StorageRetryDelay"/> doubling, half a minute: long enough for another writer to let go, too short to hide a full disk.</summary>
    public const int MaxStorageAttempts = 6;

    /// <summary>The pause before storing is tried a second time; it doubles with each further try.</summary>
    public static readonly TimeSpan StorageRetryDelay = TimeSpan.FromSeconds(1);
}
