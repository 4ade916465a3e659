using System.CommandLine;
using FedActors.Scripts.Cli;

namespace FedActors.Scripts.Commands;

/// <summary><c>runs list|show|watch|wait|resume|stop|export</c>.</summary>
internal static class RunsCommand
{
    /// <summary>What help says of it.</summary>
    public const string Description = "Shows and steers runs: finished, going on, or interrupted.";

    public static Command Create(CommandRunner runner)
    {
        var command = new FedCommand("runs", Description);
        command.Subcommands.Add(RunsListCommand.Create(runner));
        command.Subcommands.Add(RunsShowCommand.Create(runner));
        command.Subcommands.Add(RunsWatchCommand.Create(runner));
        command.Subcommands.Add(RunsWaitCommand.Create(runner));
        command.Subcommands.Add(RunsResumeCommand.Create(runner));
        command.Subcommands.Add(RunsStopCommand.Create(runner));
        command.Subcommands.Add(RunsExportCommand.Create(runner));
        return command;
    }

    /// <summary>The run, by its id or the beginning of it; the newest where none is named.</summary>
    public static Argument<string?> TakesRun(FedCommand command) =>
        command.Takes<string?>("run", "The run's id or the beginning of it; the newest run where none is named.", ArgumentArity.ZeroOrOne);
}
