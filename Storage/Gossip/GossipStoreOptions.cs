namespace FedActors.Storage.Gossip;

/// <summary>Where a gossip store lies and what it keeps.</summary>
public sealed record GossipStoreOptions
{
    /// <summary>The file's usual name within the storage folder.</summary>
    public const string FileName = "gossip.db";

    /// <summary>Rounds of metrics to keep unless said otherwise: hours of training at a round a second, in some 100 kB.</summary>
    public const int DefaultKeepMetrics = 1000;

    /// <summary>The file. Its folder is created for a writer.</summary>
    public required string Path { get; init; }

    /// <summary>What it is opened for.</summary>
    public StoreAccess Access { get; init; } = StoreAccess.Write;

    /// <summary>Rounds of each peer whose metrics are kept, counted from the last; at least 1.</summary>
    public int KeepMetrics { get; init; } = DefaultKeepMetrics;

    /// <summary>How long a call waits for another process that is in the middle of a transaction. Five seconds outlast a slow disk.</summary>
    public TimeSpan BusyTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>A ceiling for the file in bytes, or null for the disk's own. Reaching it is refused as a full disk is.</summary>
    public long? MaxFileBytes { get; init; }

    /// <summary>Checks the values.</summary>
    /// <exception cref="ArgumentException">A value is out of its range.</exception>
    internal void Validate()
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(Path);
        ArgumentOutOfRangeException.ThrowIfLessThan(KeepMetrics, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(BusyTimeout, TimeSpan.FromMilliseconds(1));
        if (MaxFileBytes is { } ceiling)
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(ceiling, nameof(MaxFileBytes));
        }
    }
}
