namespace FedActors.Storage.Training;

/// <summary>Where a training store lies and what it keeps.</summary>
public sealed record TrainingStoreOptions
{
    /// <summary>The file's usual name within the storage folder.</summary>
    public const string FileName = "training.db";

    /// <summary>The file. Its folder is created for a writer.</summary>
    public required string Path { get; init; }

    /// <summary>What it is opened for.</summary>
    public StoreAccess Access { get; init; } = StoreAccess.Write;

    /// <summary>Rounds of each run whose parameters are kept, counted from the last; at least 1. The best evaluated round is kept besides. Hashes and metrics are kept for ever.</summary>
    public int KeepRounds { get; init; } = 5;

    /// <summary>How long a call waits for another process that is in the middle of a transaction. Transactions last milliseconds; five seconds outlast a slow disk.</summary>
    public TimeSpan BusyTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>A ceiling for the file in bytes, or null for the disk's own. Reaching it is refused as a full disk is.</summary>
    public long? MaxFileBytes { get; init; }

    /// <summary>Checks the values.</summary>
    /// <exception cref="ArgumentException">A value is out of its range.</exception>
    internal void Validate()
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(Path);
        ArgumentOutOfRangeException.ThrowIfLessThan(KeepRounds, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(BusyTimeout, TimeSpan.FromMilliseconds(1));
        if (MaxFileBytes is { } ceiling)
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(ceiling, nameof(MaxFileBytes));
        }
    }
}
