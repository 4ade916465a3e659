using System.CommandLine;
using System.Text.Json.Nodes;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Configuration;
using FedActors.Scripts.Runs;
using FedActors.Storage.Training;

namespace FedActors.Scripts.Commands;

/// <summary><c>model list</c>.</summary>
internal static class ModelListCommand
{
    public static Command Create(CommandRunner runner)
    {
        var command = new FedCommand(
            "list",
            "Lists the rounds of a run whose parameters are kept.",
            new Example("fedactors model list", "of the newest run"),
            new Example("fedactors model list 7f3a -o json", "of one, for a program"));
        Argument<string?> run = RunsCommand.TakesRun(command);
        runner.Bind(command, (context, _) => Task.FromResult(List(context, context.Arguments.GetValue(run))));
        return command;
    }

    private static CommandResult List(CommandContext context, string? id)
    {
        FedConfig config = context.Config();
        using SqliteTrainingStore store = Stores.OpenForReading(config.Storage);
        RunRecord run = RunLookup.Find(store, id, config.Storage.TrainingStore);
        int? best = store.BestRound(run.Id)?.Round;
        RoundRecord[] kept = [.. store.ListKeptRounds(run.Id)];
        return new CommandResult
        {
            Data = new JsonObject { ["run_id"] = run.Id, ["models"] = RunJson.List(kept, r => Row(r, best)) },
            Text = output =>
            {
                var table = new TextTable(">round", ">accuracy", ">loss", "hash", string.Empty);
                foreach (RoundRecord round in kept)
                {
                    table.Add($"{round.Round}", RoundText.Number(round.Evaluation?.Accuracy, "0.0000"), RoundText.Number(round.Evaluation?.Loss, "0.0000"), round.ParameterHash, round.Round == best ? "best" : string.Empty);
                }

                table.Write(output);
            },
        };
    }

    private static JsonObject Row(RoundRecord round, int? best) => new()
    {
        ["round"] = round.Round,
        ["parameter_hash"] = round.ParameterHash,
        ["accuracy"] = RunJson.Number(round.Evaluation?.Accuracy),
        ["loss"] = RunJson.Number(round.Evaluation?.Loss),
        ["best"] = round.Round == best,
    };
}
