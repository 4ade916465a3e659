using System.Text.Json;
using FedActors.Scripts.Cli;
using FedActors.Storage;

namespace FedActors.Scripts.Processes;

/// <summary>What <c>up</c> has started, written down for <c>ps</c> and <c>down</c>: a file in the storage folder, replaced as a whole at every change.</summary>
internal sealed class ProcessLedger(string storageFolder)
{
    private static readonly LedgerJson Json =
        new(new JsonSerializerOptions(JsonSerializerDefaults.Web) { WriteIndented = true, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true });

    private readonly string _path = Path.Combine(storageFolder, "processes.json");

    /// <summary>The right to be this folder's launcher; null while another has it.</summary>
    public FileClaim? TryClaim()
    {
        try
        {
            Directory.CreateDirectory(storageFolder);
            return FileClaim.TryTake(Path.Combine(storageFolder, "processes.lock"));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailure(
                ExitCode.InvalidState, "store_disk", $"The storage folder {storageFolder} cannot be written to ({exception.Message}). Make it a writable folder, or set Storage:Path to one that is.", exception);
        }
    }

    /// <summary>What is written down, or null when nothing is.</summary>
    public LedgerPage? Read()
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(_path), Json.LedgerPage) is { } page && !page.Children.Contains(null!) ? page : throw new JsonException("it does not say which processes");
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            // Nothing was started here, or all of it was put away.
            return null;
        }
        catch (JsonException exception)
        {
            throw new CommandFailure(ExitCode.InvalidState, "ledger_damaged", $"{_path} is damaged ({exception.Message}). End the processes that it was for by hand, and delete it.", exception);
        }
    }

    public void Write(LedgerPage page)
    {
        string temporary = _path + ".part";
        File.WriteAllBytes(temporary, JsonSerializer.SerializeToUtf8Bytes(page, Json.LedgerPage));
        File.Move(temporary, _path, overwrite: true);
    }

    public void Clear()
    {
        if (File.Exists(_path))
        {
            File.Delete(_path);
        }
    }
}

/// <summary>Everything that one <c>up</c> started.</summary>
internal sealed record LedgerPage(LedgerEntry Launcher, IReadOnlyList<LedgerEntry> Children);

/// <summary>One process.</summary>
/// <param name="Name">Its name, such as <c>worker-a</c>.</param>
/// <param name="Role">Its role.</param>
/// <param name="Process">Which process it is.</param>
/// <param name="Address">Where it listens, or null.</param>
/// <param name="Restarts">How often it was started again.</param>
/// <param name="StartedAt">When this process was started.</param>
internal sealed record LedgerEntry(string Name, string Role, ProcessIdentity Process, string? Address, int Restarts, DateTimeOffset StartedAt);
