namespace FedActors.FL.Data;

/// <summary>Where bytes come from, for messages.</summary>
/// <param name="File">The file's path, or a name for data that are not in a file.</param>
/// <param name="Entry">The array within an npz file, or null.</param>
internal readonly record struct DataPlace(string File, string? Entry = null)
{
    /// <summary>What to do about a damaged file.</summary>
    public const string Renew = "Copy or create the file again.";

    /// <summary>An exception that names this place.</summary>
    public DataFileException Fault(string what, string remedy, Exception? inner = null) => new(File, Entry, what, remedy, inner);
}
