using System.CommandLine;
using System.Diagnostics;
using System.Text.Json.Nodes;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Processes;
using FedActors.Scripts.Runs;

namespace FedActors.Scripts.Commands;

/// <summary><c>down</c>.</summary>
internal static class DownCommand
{
    /// <summary>What help says of it.</summary>
    public const string Description = "Stops what up has started with this storage folder, and nothing else. The run waits in its store for the next up.";

    /// <summary>A launcher gives its children twenty seconds; whoever is there after that is ended without being asked.</summary>
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(30);

    public static Command Create(CommandRunner runner)
    {
        var command = new FedCommand(
            "down",
            Description,
            new Example("fedactors down", "in the working folder's storage"));
        runner.Bind(command, (context, stopping) => DownAsync(new ProcessLedger(context.Config().Storage.Path), context.Time, stopping));
        return command;
    }

    private static async Task<CommandResult> DownAsync(ProcessLedger ledger, TimeProvider time, CancellationToken stopping)
    {
        LedgerPage? page = ledger.Read();
        LedgerEntry[] alive = page is null ? [] : [.. new[] { page.Launcher }.Concat(page.Children).Where(e => e.Process.IsAlive())];
        if (page is null || alive.Length == 0)
        {
            ledger.Clear();
            return Result([], []);
        }

        // Children end with their launcher; one that is left, or whose launcher is gone, is ended by itself.
        AskToEnd(page.Launcher.Process);
        using var limit = new CancellationTokenSource(EndLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stopping);
        List<LedgerEntry> killed = [];
        foreach (LedgerEntry entry in alive)
        {
            if (!await HasEndedAsync(entry.Process, either.Token).ConfigureAwait(false))
            {
                stopping.ThrowIfCancellationRequested();
                Kill(entry.Process);
                killed.Add(entry);
            }
        }

        ledger.Clear();
        return Result(alive, killed);
    }

    private static void AskToEnd(ProcessIdentity launcher)
    {
        if (!launcher.IsAlive())
        {
            return;
        }

        if (OperatingSystem.IsWindows())
        {
            // Windows has no polite signal; the children notice the launcher's end and put everything away themselves.
            Kill(launcher);
        }
        else
        {
            PosixCalls.TryTerminate(launcher.Id);
        }
    }

    private static async Task<bool> HasEndedAsync(ProcessIdentity identity, CancellationToken cancellationToken)
    {
        using Process? process = identity.Open();
        if (process is null)
        {
            return true;
        }

        try
        {
            await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private static void Kill(ProcessIdentity identity)
    {
        using Process? process = identity.Open();
        process?.Kill();
    }

    private static CommandResult Result(IReadOnlyList<LedgerEntry> stopped, IReadOnlyList<LedgerEntry> killed) => new()
    {
        Data = new JsonObject { ["stopped"] = RunJson.List(stopped, e => (JsonNode)e.Name), ["killed"] = RunJson.List(killed, e => (JsonNode)e.Name) },
        Text = output => output.WriteLine(
            stopped.Count == 0 ? "Nothing was up."
            : killed.Count == 0 ? $"Stopped {Counted.Of(stopped.Count, "process", "processes")}: {string.Join(", ", stopped.Select(e => e.Name))}."
            : $"Stopped {Counted.Of(stopped.Count, "process", "processes")}, of which these did not end when asked: {string.Join(", ", killed.Select(e => e.Name))}."),
    };
}
