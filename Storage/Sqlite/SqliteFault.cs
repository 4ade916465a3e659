using Microsoft.Data.Sqlite;

namespace FedActors.Storage.Sqlite;

/// <summary>Says in a person's words what SQLite's result codes mean for a store.</summary>
/// <remarks>Codes: sqlite.org/rescode.html.</remarks>
internal static class SqliteFault
{
    private const int Error = 1;
    private const int Permission = 3;
    private const int Busy = 5;
    private const int Locked = 6;
    private const int ReadOnly = 8;
    private const int Io = 10;
    private const int Corrupt = 11;
    private const int Full = 13;
    private const int CannotOpen = 14;
    private const int TooBig = 18;
    private const int Constraint = 19;
    private const int NotADatabase = 26;

    /// <summary>SQLite opens a file by name only on first use, so every call may meet any of these.</summary>
    public static StoreException Explain(SqliteException exception, string path) => exception.SqliteErrorCode switch
    {
        Full => new(StoreFault.Disk, $"The disk that holds {path} is full{Free(path)}. Free some space and resume the run; what was committed before is safe.", exception),
        ReadOnly or Permission => new(StoreFault.Disk, $"{path} cannot be written: the file or its folder is read-only for this user. Change its permissions, or set Storage:Path to a folder that can be written.", exception),
        CannotOpen => new(StoreFault.Disk, $"{path} cannot be opened: its folder is missing, read-only, or closed to this user. Check Storage:Path and its permissions.", exception),
        Io => new(StoreFault.Disk, $"The disk failed while {path} was being read or written ({exception.Message}). Check the disk and the system's log.", exception),
        Busy or Locked => new(StoreFault.Busy, $"{path} is held by another process. Wait for it, or stop it.", exception),
        NotADatabase => NotOurs(path, "it is no SQLite database", exception),
        Corrupt => Damaged(path, exception.Message, exception),
        TooBig => new(StoreFault.Disk, $"The parameters are larger than one row of {path} may be (1,000,000,000 bytes).", exception),
        Constraint => new(StoreFault.Conflict, $"{path} refused a row that contradicts what it holds ({exception.Message}).", exception),
        Error => Damaged(path, exception.Message, exception),
        _ => new(StoreFault.Disk, $"{path}: SQLite reports {exception.Message}.", exception),
    };

    public static StoreException NotOurs(string path, string why, Exception? inner = null) =>
        new(StoreFault.Foreign, $"{path} is not a FedActors store: {why}. It was left as it is. Move it away, or set Storage:Path to another folder.", inner);

    public static StoreException Damaged(string path, string finding, Exception? inner = null) =>
        new(StoreFault.Corrupt, $"{path} is damaged ({finding}). Restore it from a copy, or move it away and start a new run; nothing was written to it.", inner);

    private static string Free(string path)
    {
        try
        {
            string? folder = Path.GetDirectoryName(Path.GetFullPath(path));
            return folder is null ? string.Empty : $" ({new DriveInfo(folder).AvailableFreeSpace:N0} bytes free)";
        }
        catch (Exception exception) when (exception is IOException or ArgumentException or UnauthorizedAccessException)
        {
            // The figure only helps; its absence must not hide the fault itself.
            return string.Empty;
        }
    }
}
