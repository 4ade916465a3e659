using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Processes;
using FedActors.Scripts.Runs;

namespace FedActors.Scripts.Commands;

/// <summary><c>ps</c>.</summary>
internal static class PsCommand
{
    /// <summary>What help says of it.</summary>
    public const string Description = "Lists the processes that up has started with this storage folder.";

    public static Command Create(CommandRunner runner)
    {
        var command = new FedCommand(
            "ps",
            Description,
            new Example("fedactors ps", "in the working folder's storage"),
            new Example("fedactors ps -o json", "for a program"));
        runner.Bind(command, (context, _) =>
        {
            LedgerPage? page = new ProcessLedger(context.Config().Storage.Path).Read();
            LedgerEntry[] entries = page is null ? [] : [page.Launcher, .. page.Children];
            (LedgerEntry Entry, bool Alive)[] rows = [.. entries.Select(e => (e, e.Process.IsAlive()))];
            return Task.FromResult(new CommandResult
            {
                Data = new JsonObject { ["processes"] = RunJson.List(rows, r => Row(r.Entry, r.Alive)) },
                Text = output => Write(output, rows),
            });
        });
        return command;
    }

    private static JsonObject Row(LedgerEntry entry, bool alive) => new()
    {
        ["name"] = entry.Name,
        ["role"] = entry.Role,
        ["process"] = entry.Process.Id,
        ["alive"] = alive,
        ["address"] = entry.Address,
        ["restarts"] = entry.Restarts,
        ["started_at"] = RunJson.Time(entry.StartedAt),
    };

    private static void Write(TextWriter output, IReadOnlyCollection<(LedgerEntry Entry, bool Alive)> rows)
    {
        if (rows.Count == 0)
        {
            output.WriteLine("Nothing is up. fedactors up coordinated starts a federation.");
            return;
        }

        var table = new TextTable("name", "role", ">process", "state", "address", ">restarts", "started");
        foreach ((LedgerEntry entry, bool alive) in rows)
        {
            table.Add(
                entry.Name,
                entry.Role,
                $"{entry.Process.Id}",
                alive ? "running" : "ended",
                entry.Address ?? "-",
                $"{entry.Restarts}",
                entry.StartedAt.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) + "Z");
        }

        table.Write(output);
    }
}
