using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Configuration;
using FedActors.Scripts.Runs;
using FedActors.Storage.Training;

namespace FedActors.Scripts.Commands;

/// <summary><c>runs show</c>.</summary>
internal static class RunsShowCommand
{
    public static Command Create(CommandRunner runner)
    {
        var command = new FedCommand(
            "show",
            "Shows a run with every round, every refusal and its reason.",
            new Example("fedactors runs show", "the newest run"),
            new Example("fedactors runs show 7f3a -o json", "one run, for a program"));
        Argument<string?> run = RunsCommand.TakesRun(command);
        runner.Bind(command, (context, _) =>
        {
            FedConfig config = context.Config();
            using SqliteTrainingStore store = Stores.OpenForReading(config.Storage);
            return Task.FromResult(Show(store, RunLookup.Find(store, context.Arguments.GetValue(run), config.Storage.TrainingStore)));
        });
        return command;
    }

    private static CommandResult Show(SqliteTrainingStore store, RunRecord run)
    {
        string state = RunState.Of(run, store.FindDrivenRun() == run.Id);
        IReadOnlyList<RoundRecord> rounds = store.ListRounds(run.Id);
        RoundRecord? best = store.BestRound(run.Id);
        JsonObject data = RunJson.Run(run, state);
        data["best_round"] = best?.Round;
        data["update_bytes"] = rounds.Sum(round => round.UpdateBytes);
        data["bytes_saved"] = rounds.Sum(round => round.BytesSaved);
        data["configuration"] = JsonNode.Parse(run.Configuration);
        data["round_list"] = RunJson.List(rounds, RunJson.Round);
        data["kept_rounds"] = rounds.Count;
        var rules = RunRules.Of(run);
        data["rules"] = rules.Json();
        bool isKept = rounds.Count > 0 && store.ListKeptRounds(run.Id).Any(round => round.Round == rounds[^1].Round);
        return new CommandResult { Data = data, Text = output => Write(output, run, state, rules, rounds, best, isKept) };
    }

    private static void Write(TextWriter output, RunRecord run, string state, RunRules rules, IReadOnlyList<RoundRecord> rounds, RoundRecord? best, bool isKept)
    {
        output.WriteLine($"run      {run.Id}");
        output.WriteLine($"state    {state}{(run.Reason is null ? string.Empty : $": {run.Reason}")}");
        output.WriteLine($"started  {Time(run.StartedAt)}{(run.EndedAt is { } ended ? $", ended {Time(ended)}" : string.Empty)}");
        output.WriteLine($"rounds   {run.CommittedRounds} of {run.Rounds}{(rounds.Count < run.CommittedRounds ? $" ({rounds.Count} of them kept)" : string.Empty)}{(best is null ? string.Empty : $", best evaluated: round {best.Round} with accuracy {RoundText.Number(best.Evaluation?.Accuracy, "0.0000")}")}");
        output.WriteLine($"rules    {rules.Text}");
        if (RunScenario.NameOf(run) is { } scenario)
        {
            output.WriteLine($"scenario {scenario}: nobody but the simulator took part, and times are virtual");
        }

        output.WriteLine($"seed     {run.Seed}");
        if (rounds.Count == 0)
        {
            return;
        }

        output.WriteLine($"model    {rounds[^1].ParameterHash}{(isKept ? string.Empty : " (its parameters are not kept)")}");
        WriteClasses(output, rounds[^1]);
        if (rounds.Sum(round => round.BytesSaved) is not 0 and var saved)
        {
            output.WriteLine($"sent     {RoundText.Saved(rounds.Sum(round => round.UpdateBytes), saved)}");
        }

        output.WriteLine();
        output.WriteLine(RoundText.Header());
        foreach (RoundRecord round in rounds)
        {
            output.WriteLine(RoundText.Round(round));
        }

        WriteRefusals(output, rounds);
    }

    private static void WriteClasses(TextWriter output, RoundRecord last)
    {
        if (last.Evaluation is { PerClassAccuracy.Count: > 0 } evaluation)
        {
            output.WriteLine($"classes  {string.Join("  ", evaluation.PerClassAccuracy.Select((a, i) => $"{i}: {(double.IsNaN(a) ? "-" : RoundText.Number(a, "0.000"))}"))}");
        }
    }

    /// <summary>Every refusal once, with the rounds and workers that it is of: a site that refuses each round does so for one reason.</summary>
    private static void WriteRefusals(TextWriter output, IReadOnlyList<RoundRecord> rounds)
    {
        var ofWorkers = rounds.SelectMany(round => round.Refusals.Select(refusal => (round.Round, Refusal: refusal)))
            .GroupBy(refused => refused.Refusal)
            .Select(same => (same.Key.WorkerId, same.Key.Reason, same.Key.Text, Rounds: RoundText.Rounds([.. same.Select(refused => refused.Round).Distinct()])));
        foreach (var same in ofWorkers.GroupBy(refused => (refused.Rounds, refused.Reason, refused.Text)))
        {
            output.WriteLine($"{same.Key.Rounds}: {string.Join(", ", same.Select(refused => refused.WorkerId))} {same.Key.Reason}: {same.Key.Text}");
        }
    }

    private static string Time(DateTimeOffset time) => time.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) + "Z";
}
