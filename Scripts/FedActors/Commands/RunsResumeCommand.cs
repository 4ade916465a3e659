using System.CommandLine;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Configuration;
using FedActors.Scripts.Runs;
using FedActors.Storage.Training;

namespace FedActors.Scripts.Commands;

/// <summary><c>runs resume</c>.</summary>
internal static class RunsResumeCommand
{
    public static Command Create(CommandRunner runner)
    {
        var command = new FedCommand(
            "resume",
            "Takes a run up again after its last committed round, in this process, with the configuration that it was begun with.",
            new Example("fedactors runs resume 7f3a", "an interrupted, stopped or failed run"),
            new Example("fedactors runs resume --set Participation:MinWorkers=3", "the newest run"));
        Argument<string?> run = RunsCommand.TakesRun(command);
        runner.Bind(command, (context, stopping) => ResumeAsync(context, context.Arguments.GetValue(run), stopping));
        return command;
    }

    private static Task<CommandResult> ResumeAsync(CommandContext context, string? id, CancellationToken stopping)
    {
        // Where the store lies is this command's own setting, and not what the run was begun with elsewhere.
        FedConfig here = context.Config();
        RunRecord run = Find(here, id);
        if (RunScenario.NameOf(run) is { } scenario)
        {
            throw new CommandFailure(ExitCode.InvalidState, "store_conflict", $"Run {run.Id} is of the scenario {scenario}, which is run from its beginning: fedactors simulate. The same seed gives the same rounds.");
        }

        if (RunMode.Of(run) == RunMode.Gossip)
        {
            throw new CommandFailure(ExitCode.InvalidState, "store_conflict", $"Run {run.Id} was made by peers, which go on from stores of their own: fedactors up gossip, or start peer.");
        }

        if (run.Status == RunStatus.Finished)
        {
            throw new CommandFailure(ExitCode.InvalidState, "store_conflict", $"Run {run.Id} has finished, with {run.CommittedRounds} of {Counted.Of(run.Rounds, "round")}. Begin a new run with more of them.");
        }

        RunInputs stored = RunInputs.Load(context.LoadConfig(stored: ($"run {run.Id}", run.Configuration)));
        return LocalRun.ExecuteAsync(context, stored with { Config = stored.Config with { Storage = here.Storage } }, run.Id, stopping);
    }

    private static RunRecord Find(FedConfig config, string? id)
    {
        using SqliteTrainingStore store = Stores.OpenForReading(config.Storage);
        return RunLookup.Find(store, id, config.Storage.TrainingStore);
    }
}
