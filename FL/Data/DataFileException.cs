namespace FedActors.FL.Data;

/// <summary>A data file cannot be used: it is missing, unreadable, damaged, too large, or not what was asked for.</summary>
/// <remarks>The message says which file and entry, what is wrong, and what to do.</remarks>
public sealed class DataFileException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="file">The file's path, or a name for data that are not in a file.</param>
    /// <param name="entry">The array within an npz file, or null.</param>
    /// <param name="what">What is wrong: a clause without a full stop.</param>
    /// <param name="remedy">What to do about it: a sentence.</param>
    /// <param name="inner">The cause, if any.</param>
    public DataFileException(string file, string? entry, string what, string remedy, Exception? inner = null)
        : base($"{file}{(entry is null ? "" : $", array {entry}")}: {what}. {remedy}", inner)
    {
        File = file;
        Entry = entry;
    }

    /// <summary>The file's path, or a name for data that are not in a file.</summary>
    public string File { get; }

    /// <summary>The array within an npz file, or null.</summary>
    public string? Entry { get; }
}
