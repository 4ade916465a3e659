using System.CommandLine;
using FedActors.Scripts.Cli;

namespace FedActors.Scripts.Commands;

/// <summary>The commands in the order in which help lists them.</summary>
internal static class AllCommands
{
    private static readonly IReadOnlyList<Entry> Entries =
    [
        new("run", RunCommand.Description, RunCommand.Create),
        new("up", UpCommand.Description, UpCommand.Create),
        new("ps", PsCommand.Description, PsCommand.Create),
        new("down", DownCommand.Description, DownCommand.Create),
        new("start", StartCommand.Description, StartCommand.Create),
        new("peers", PeersCommand.Description, PeersCommand.Create),
        new("actors", ActorsCommand.Description, ActorsCommand.Create),
        new("runs", RunsCommand.Description, RunsCommand.Create),
        new("model", ModelCommand.Description, ModelCommand.Create),
        new("data", DataCommand.Description, DataCommand.Create),
        new("cert", CertCommand.Description, CertCommand.Create),
        new("config", ConfigCommand.Description, ConfigCommand.Create),
        new("doctor", DoctorCommand.Description, DoctorCommand.Create),
        new("simulate", SimulateCommand.Description, SimulateCommand.Create),
        new("bench", BenchCommand.Description, BenchCommand.Create),
        new("completion", CompletionCommand.Description, CompletionCommand.Create),
    ];

    /// <summary>Makes the commands.</summary>
    /// <param name="runner">What runs them.</param>
    /// <param name="named">
    /// Whether a command's name occurs in the command line. The others get a name and a description alone, which is all that can be seen
    /// of them: making every option of every command would take a quarter of the time that help takes.
    /// </param>
    public static IEnumerable<Command> Create(CommandRunner runner, Func<string, bool> named) =>
        Entries.Select(e => named(e.Name) ? e.Create(runner) : new Command(e.Name, e.Description));

    private sealed record Entry(string Name, string Description, Func<CommandRunner, Command> Create);
}
