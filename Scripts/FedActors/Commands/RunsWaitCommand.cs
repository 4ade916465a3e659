using System.CommandLine;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Configuration;
using FedActors.Scripts.Runs;
using FedActors.Storage.Training;

namespace FedActors.Scripts.Commands;

/// <summary><c>runs wait</c>.</summary>
internal static class RunsWaitCommand
{
    public static Command Create(CommandRunner runner)
    {
        var command = new FedCommand(
            "wait",
            "Waits in silence until a run ends, and ends with its exit code.",
            new Example("fedactors runs wait 7f3a -o json", "the result, for a program"),
            new Example("fedactors runs wait --timeout 10m", "exit code 3 if it takes longer; the run goes on"));
        Argument<string?> argument = RunsCommand.TakesRun(command);
        runner.Bind(command, async (context, stopping) =>
        {
            FedConfig config = context.Config();
            using SqliteTrainingStore store = Stores.OpenForReading(config.Storage);
            RunRecord run = RunLookup.Find(store, context.Arguments.GetValue(argument), config.Storage.TrainingStore);
            bool driven = await StoredRunWatch.FollowAsync(store, run.Id, _ => { }, context.Time, stopping).ConfigureAwait(false);
            return RunVerdict.Of(store, config.Storage.TrainingStore, run, driven);
        });
        return command;
    }
}
