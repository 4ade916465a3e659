using System.CommandLine;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Configuration;
using FedActors.Scripts.Runs;
using FedActors.Storage.Training;

namespace FedActors.Scripts.Commands;

/// <summary><c>runs export</c>.</summary>
internal static class RunsExportCommand
{
    public static Command Create(CommandRunner runner)
    {
        var command = new FedCommand(
            "export",
            "Writes a run's rounds to a file: CSV for a spreadsheet, or JSON with everything that is stored but the parameters.",
            new Example("fedactors runs export 7f3a --to rounds.csv", "one line a round"),
            new Example("fedactors runs export --to run.json --yes", "the newest run, replacing the file"));
        Argument<string?> run = RunsCommand.TakesRun(command);
        var to = new Option<string>("--to") { Description = "The file; its ending, .csv or .json, decides the form.", HelpName = "file", Required = true };
        command.Options.Add(to);
        runner.Bind(command, (context, _) => Task.FromResult(Export(context, context.Arguments.GetValue(run), context.Arguments.GetRequiredValue(to))));
        return command;
    }

    private static CommandResult Export(CommandContext context, string? id, string path)
    {
        FedConfig config = context.Config();
        using SqliteTrainingStore store = Stores.OpenForReading(config.Storage);
        RunRecord run = RunLookup.Find(store, id, config.Storage.TrainingStore);
        IReadOnlyList<RoundRecord> rounds = store.ListRounds(run.Id);
        string text = Path.GetExtension(path).ToLowerInvariant() switch
        {
            ".csv" => Csv(rounds),
            ".json" => Json(run, RunState.Of(run, store.FindDrivenRun() == run.Id), rounds),
            _ => throw CommandFailure.Usage($"--to {path}: the file must end in .csv or .json."),
        };
        OutputFile.Write(path, Encoding.UTF8.GetBytes(text), context.Yes);
        return new CommandResult
        {
            Data = new JsonObject { ["run_id"] = run.Id, ["rounds"] = rounds.Count, ["file"] = path },
            Text = output => output.WriteLine($"{Counted.Of(rounds.Count, "round")} of run {run.Id} in {path}"),
        };
    }

    private static string Json(RunRecord run, string state, IReadOnlyList<RoundRecord> rounds)
    {
        JsonObject data = RunJson.Run(run, state);
        data["configuration"] = JsonNode.Parse(run.Configuration);
        data["round_list"] = RunJson.List(rounds, RunJson.Round);
        return data.ToJsonString(new JsonSerializerOptions { WriteIndented = true, NewLine = "\n" }) + "\n";
    }

    private static string Csv(IReadOnlyList<RoundRecord> rounds)
    {
        string[] columns =
        [
            "round", "accuracy", "loss", "train_accuracy", "train_loss", "change", "attempts", "bytes_sent", "bytes_received",
            "total_ms", "collect_ms", "slowest_training_ms", "aggregate_ms", "evaluate_ms", "parameter_hash", "committed_at",
        ];
        var text = new StringBuilder("participants,refusals,").AppendJoin(',', columns).Append('\n');
        foreach (RoundRecord round in rounds)
        {
            // No column holds text that could need quoting: numbers, a hash and a time.
            JsonObject json = RunJson.Round(round);
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"{round.Participants.Count},{round.Refusals.Count},").AppendJoin(',', columns.Select(c => json[c]?.ToString() ?? string.Empty)).Append('\n');
        }

        return text.ToString();
    }
}
