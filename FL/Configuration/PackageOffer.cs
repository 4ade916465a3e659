namespace FedActors.FL.Configuration;

/// <summary>The compute package by which a run trains, as its plan names it: programs in one archive, which the provider hands out.</summary>
/// <param name="Checksum">The archive's SHA-256, lower-case hex; members know the package by it alone.</param>
/// <param name="Bytes">The archive's length.</param>
/// <param name="EntryPoints">What it has programs for; see <see cref="EntryPoint"/>.</param>
public sealed record PackageOffer(string Checksum, long Bytes, EntryPoint EntryPoints)
{
    /// <summary>Largest archive: a package is code and perhaps weights to start from, not a data set.</summary>
    public const long MaxBytes = 1L << 30;

    /// <summary>Characters of a checksum.</summary>
    public const int ChecksumLength = 64;

    /// <summary>Whether a text is a SHA-256 in lower-case hex.</summary>
    public static bool IsChecksum(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Length == ChecksumLength && text.All(char.IsAsciiHexDigitLower);
    }

    /// <summary>Whether it has a program for all of these.</summary>
    public bool Has(EntryPoint points) => (EntryPoints & points) == points;
}

/// <summary>What a package's programs do.</summary>
[Flags]
public enum EntryPoint
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Trains on a site's examples.</summary>
    Train = 1,

    /// <summary>Scores a model on labelled examples.</summary>
    Validate = 2,

    /// <summary>Names the class of examples.</summary>
    Predict = 4,
}
