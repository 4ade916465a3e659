using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Configuration;
using FedActors.Scripts.Runs;
using FedActors.Storage.Training;

namespace FedActors.Scripts.Commands;

/// <summary><c>runs list</c>.</summary>
internal static class RunsListCommand
{
    private const int MaxReason = 80;

    public static Command Create(CommandRunner runner)
    {
        var command = new FedCommand(
            "list",
            "Lists all runs, the newest first.",
            new Example("fedactors runs list", "in the working folder's storage"),
            new Example("fedactors runs list --set Storage:Path=/var/lib/fedactors -o json", "in another, for a program"));
        runner.Bind(command, (context, _) => Task.FromResult(List(context.Config())));
        return command;
    }

    private static CommandResult List(FedConfig config)
    {
        // No store yet is no fault here: there are no runs.
        if (!File.Exists(config.Storage.TrainingStore))
        {
            return new CommandResult
            {
                Data = new JsonObject { ["runs"] = new JsonArray(), ["store"] = config.Storage.TrainingStore },
                Text = output => output.WriteLine($"No runs yet: there is no {config.Storage.TrainingStore}. fedactors run makes one."),
            };
        }

        using SqliteTrainingStore store = Stores.OpenForReading(config.Storage);
        string? driven = store.FindDrivenRun();
        (RunRecord Run, RoundRecord? Last, string State)[] runs = [.. store.ListRuns().Select(r => (r, store.LatestRound(r.Id), RunState.Of(r, r.Id == driven)))];
        return new CommandResult
        {
            Data = new JsonObject { ["runs"] = RunJson.List(runs, r => Row(r.Run, r.Last, r.State)), ["store"] = config.Storage.TrainingStore },
            Text = output =>
            {
                if (runs.Length == 0)
                {
                    output.WriteLine($"No runs yet in {config.Storage.TrainingStore}.");
                    return;
                }

                Table(runs).Write(output);
            },
        };
    }

    private static JsonObject Row(RunRecord run, RoundRecord? last, string state)
    {
        JsonObject row = RunJson.Run(run, state);
        row["accuracy"] = RunJson.Number(last?.Evaluation?.Accuracy);
        row["loss"] = RunJson.Number(last?.Evaluation?.Loss);
        row["parameter_hash"] = last?.ParameterHash;
        return row;
    }

    private static TextTable Table((RunRecord Run, RoundRecord? Last, string State)[] runs)
    {
        // Simulated runs are many that differ in a setting or in the seed.
        bool areSimulated = runs.Any(entry => RunScenario.NameOf(entry.Run) is not null);
        string[] scenario = areSimulated ? ["scenario", "strategy", ">seed"] : [];
        var table = new TextTable(["run", "mode", "state", ">rounds", ">accuracy", ">loss", "started", .. scenario, "reason"]);
        foreach ((RunRecord run, RoundRecord? last, string state) in runs)
        {
            string[] origin = areSimulated ? [RunScenario.NameOf(run) ?? "-", RunRules.Of(run).Strategy, $"{run.Seed}"] : [];
            table.Add(
            [
                run.Id,
                RunMode.Of(run),
                state,
                $"{run.CommittedRounds}/{run.Rounds}",
                RoundText.Number(last?.Evaluation?.Accuracy, "0.0000"),
                RoundText.Number(last?.Evaluation?.Loss, "0.0000"),
                run.StartedAt.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) + "Z",
                .. origin,
                Brief(run.Reason ?? string.Empty),
            ]);
        }

        return table;
    }

    /// <summary>A reason may name each site with its own words; a list has a line a run, and <c>runs show</c> the whole.</summary>
    private static string Brief(string reason) =>
        reason.Length <= MaxReason ? reason : $"{reason[..(reason.LastIndexOf(' ', MaxReason) is > 0 and int word ? word : MaxReason)]} ...";
}
