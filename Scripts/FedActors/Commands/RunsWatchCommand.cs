using System.CommandLine;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Configuration;
using FedActors.Scripts.Runs;
using FedActors.Storage.Training;

namespace FedActors.Scripts.Commands;

/// <summary><c>runs watch</c>.</summary>
internal static class RunsWatchCommand
{
    public static Command Create(CommandRunner runner)
    {
        var command = new FedCommand(
            "watch",
            "Shows a run's rounds as they are committed, until it ends. Ends with the run's exit code.",
            new Example("fedactors runs watch", "the newest run"),
            new Example("fedactors runs watch 7f3a -o jsonl", "one line of JSON a round"));
        Argument<string?> run = RunsCommand.TakesRun(command);
        runner.Bind(command, (context, stopping) => WatchAsync(context, context.Arguments.GetValue(run), stopping));
        return command;
    }

    private static async Task<CommandResult> WatchAsync(CommandContext context, string? id, CancellationToken stopping)
    {
        FedConfig config = context.Config();
        using SqliteTrainingStore store = Stores.OpenForReading(config.Storage);
        RunRecord run = RunLookup.Find(store, id, config.Storage.TrainingStore);
        bool driven;
        await using (RoundScreen display = RoundScreens.For(context, RoundText.Columns))
        {
            display.Title($"run {run.Id}  {Counted.Of(run.Rounds, "round")}  seed {run.Seed}");
            driven = await StoredRunWatch.FollowAsync(
                store,
                run.Id,
                round =>
                {
                    display.Show(round, run.Rounds);
                    context.Output.Event("round", () => RunJson.Round(round));
                },
                context.Time,
                stopping).ConfigureAwait(false);
        }

        return RunVerdict.Of(store, config.Storage.TrainingStore, run, driven);
    }
}
