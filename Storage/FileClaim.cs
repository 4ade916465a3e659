namespace FedActors.Storage;

/// <summary>The right to be the only process that does something: an open handle on a file, which the system closes even when the process is killed.</summary>
/// <remarks>The file stays behind when the claim is given up, because deleting it would race with the next owner.</remarks>
public sealed class FileClaim : IDisposable
{
    /// <summary>
    /// <see cref="IsHeld"/> takes the claim for an instant; an owner that meets it tries again.
    /// Ten tries of 20 ms tell such an instant from an owner, and are not felt by a person.
    /// </summary>
    private const int MaxTries = 10;

    private static readonly TimeSpan BetweenTries = TimeSpan.FromMilliseconds(20);

    private readonly FileStream _file;

    private FileClaim(FileStream file) => _file = file;

    /// <summary>Takes the claim, or returns null while another holds it.</summary>
    /// <param name="path">The file; made if it is missing, in a folder that exists.</param>
    /// <exception cref="IOException">The folder refused the file.</exception>
    /// <exception cref="UnauthorizedAccessException">Likewise.</exception>
    public static FileClaim? TryTake(string path)
    {
        using var pause = new ManualResetEventSlim();
        for (int tries = 1; ; tries++)
        {
            try
            {
                return new FileClaim(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
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

    /// <summary>Whether somebody holds the claim now.</summary>
    /// <param name="path">The file, which need not exist.</param>
    public static bool IsHeld(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.None);
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
