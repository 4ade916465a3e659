namespace FedActors.Storage.Sqlite;

/// <summary>The right to write a store: an open handle on the file beside it, which the system closes even when the process is killed.</summary>
/// <remarks>SQLite's own locks last for a transaction; a provider must be alone for as long as it lives, or two would commit rounds of one run in turn.</remarks>
internal sealed class WriterLock : IDisposable
{
    /// <summary>
    /// <see cref="IsHeld"/> takes the lock for an instant; an owner that meets it tries again.
    /// Ten tries of 20 ms tell such an instant from a writer, and are not felt by a person.
    /// </summary>
    private const int MaxTries = 10;

    private static readonly TimeSpan BetweenTries = TimeSpan.FromMilliseconds(20);

    private readonly FileStream _file;

    private WriterLock(FileStream file) => _file = file;

    /// <summary>The lock's file for a store's path. It stays behind when the lock is released, because deleting it would race with the next owner.</summary>
    public static string PathFor(string storePath) => storePath + ".lock";

    /// <summary>Takes the lock, or returns null while another holds it.</summary>
    /// <exception cref="IOException">The folder refused the file.</exception>
    /// <exception cref="UnauthorizedAccessException">Likewise.</exception>
    public static WriterLock? TryTake(string storePath)
    {
        using var pause = new ManualResetEventSlim();
        for (int tries = 1; ; tries++)
        {
            try
            {
                return new WriterLock(new FileStream(PathFor(storePath), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
            }
            catch (IOException exception) when (IsSharingViolation(exception))
            {
                if (tries == MaxTries)
                {
                    return null;
                }

                pause.Wait(BetweenTries);
            }
        }
    }

    /// <summary>Whether a writer lives now.</summary>
    public static bool IsHeld(string storePath)
    {
        try
        {
            using var file = new FileStream(PathFor(storePath), FileMode.Open, FileAccess.Read, FileShare.None);
            return false;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
        catch (DirectoryNotFoundException)
        {
            return false;
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
        catch (IOException exception) when (IsSharingViolation(exception))
        {
            return true;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    /// <summary>Windows says ERROR_SHARING_VIOLATION; Unix says EWOULDBLOCK, whose number is 11 on Linux and 35 on macOS and the BSDs.</summary>
    private static bool IsSharingViolation(IOException exception) =>
        OperatingSystem.IsWindows() ? (exception.HResult & 0xFFFF) is 32 or 33 : exception.HResult is 11 or 35;
}
