namespace FedActors.Scripts.Cli;

/// <summary>Writes a file that a person asked for: whole or not at all, and not over another one unless they said so.</summary>
internal static class OutputFile
{
    /// <summary>Refuses early, before the work whose result would have no place.</summary>
    public static void MustBeFree(string path, bool overwrite)
    {
        if (!overwrite && Path.Exists(path))
        {
            throw new CommandFailure(ExitCode.InvalidState, "file_exists", $"{path} exists already. Give another name, or --yes to replace it.");
        }
    }

    public static void Write(string path, ReadOnlySpan<byte> bytes, bool overwrite)
    {
        MustBeFree(path, overwrite);
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder && !Directory.Exists(folder))
        {
            // A slip in a path must not leave folders behind.
            throw new CommandFailure(ExitCode.InvalidState, "file_not_written", $"{path} cannot be written: there is no folder {folder}. Make it first, or choose another place.");
        }

        string temporary = path + ".part";
        try
        {
            File.WriteAllBytes(temporary, bytes);
            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailure(ExitCode.InvalidState, "file_not_written", $"{path} cannot be written ({exception.Message.TrimEnd('.')}). Choose another place, or free some space.", exception);
        }
    }
}
