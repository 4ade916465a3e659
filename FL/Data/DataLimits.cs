namespace FedActors.FL.Data;

/// <summary>How much a data file may ask for. Checked before anything of that size is allocated.</summary>
public sealed record DataLimits
{
    /// <summary>Largest array: 1 GiB, half a million examples of 512 features.</summary>
    public const long MaxMaxArrayBytes = 1L << 30;

    /// <summary>Largest uncompressed array in bytes, at most <see cref="MaxMaxArrayBytes"/>, so that offsets fit in an <see cref="int"/>.</summary>
    public long MaxArrayBytes { get; init; } = MaxMaxArrayBytes;

    /// <summary>Largest sum of the uncompressed sizes of an npz file's entries: two full arrays and their labels.</summary>
    public long MaxArchiveBytes { get; init; } = 3L << 30;

    /// <summary>Most arrays in an npz file; data sets have two to five.</summary>
    public int MaxEntries { get; init; } = 256;

    /// <summary>Longest npy header. NumPy itself refuses to parse more than 10,000 characters.</summary>
    public int MaxHeaderBytes { get; init; } = 10_000;
}
