using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Configuration;
using FedActors.Scripts.Runs;
using FedActors.Storage.Training;

namespace FedActors.Scripts.Scenarios;

/// <summary>What a scenario's runs came to: each kind with mean and spread over its seeds.</summary>
internal static class ScenarioReport
{
    /// <summary>The command's result. It fails as the first run that did not come to its end.</summary>
    public static CommandResult Of(ScenarioPlan plan, IReadOnlyList<ScenarioOutcome> outcomes, ITrainingStore store, string storePath, TimeSpan elapsed)
    {
        CommandResult[] verdicts = [.. outcomes.Select(outcome => RunVerdict.Of(store, storePath, outcome.End))];
        IGrouping<ScenarioVariant, ScenarioOutcome>[] kinds = [.. outcomes.GroupBy(outcome => outcome.Variant)];
        using Process self = Process.GetCurrentProcess();
        long peak = self.PeakWorkingSet64;
        long stated = outcomes.Count == 0 ? 0 : outcomes.Max(outcome => outcome.StatedMemory);
        CommandResult? failed = verdicts.FirstOrDefault(verdict => verdict.ExitCode != ExitCode.Ok);
        return new CommandResult
        {
            Data = new JsonObject
            {
                ["scenario"] = plan.Name,
                ["seconds"] = elapsed.TotalSeconds,
                ["stated_memory_bytes"] = stated,
                ["peak_memory_bytes"] = peak,
                ["store"] = storePath,
                ["runs"] = new JsonArray([.. outcomes.Select((outcome, i) => Run(outcome, verdicts[i]))]),
                ["summary"] = new JsonArray([.. kinds.Select(kind => Summary(kind.Key, [.. kind]))]),
            },
            Text = output =>
            {
                Table(plan, kinds).Write(output);
                output.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{outcomes.Count} of {Counted.Of(plan.Runs, "run")} in {RoundText.Time(elapsed)}, at most {RoundText.Bytes(peak)} of memory where {RoundText.Bytes(stated)} were stated; times of rounds and runs are virtual, those of a client are real  {storePath}"));
                foreach (ScenarioOutcome outcome in outcomes.Count == 1 ? outcomes : [])
                {
                    output.WriteLine(RoundText.End(outcome.End.Run, outcome.Last, RunState.Of(outcome.End.Outcome), storePath));
                    if (outcome.End.ParameterHash is { } hash)
                    {
                        output.WriteLine($"parameters {hash}");
                    }
                }
            },
            ExitCode = failed?.ExitCode ?? ExitCode.Ok,
            ErrorCode = failed?.ErrorCode,
            Message = failed?.Message,
        };
    }

    private static JsonObject Run(ScenarioOutcome outcome, CommandResult verdict)
    {
        JsonObject data = verdict.Data!.DeepClone().AsObject();
        data["settings"] = Settings(outcome.Variant);
        data["virtual_seconds"] = outcome.VirtualTime.TotalSeconds;
        data["stated_memory_bytes"] = outcome.StatedMemory;
        data["microseconds_per_client"] = outcome.TimeOfClient?.TotalMicroseconds;
        return data;
    }

    private static JsonObject Settings(ScenarioVariant variant) => new(variant.Swept.Select(value => KeyValuePair.Create(value.Setting.Path, value.Setting.ToJson(value.Value))));

    private static JsonObject Summary(ScenarioVariant variant, ScenarioOutcome[] outcomes) => new()
    {
        ["settings"] = Settings(variant),
        ["runs"] = outcomes.Length,
        ["finished"] = outcomes.Count(outcome => outcome.IsFinished),
        ["accuracy"] = Accuracy(outcomes).Json(),
        ["best_accuracy"] = Best(outcomes).Json(),
        ["loss"] = Loss(outcomes).Json(),
        ["rounds"] = Rounds(outcomes).Json(),
        ["virtual_seconds"] = Time(outcomes).Json(),
        ["microseconds_per_client"] = OfClient(outcomes).Json(),
        ["update_bytes"] = Sent(outcomes).Json(),
        ["bytes_saved"] = MeanAndSpread.Of(outcomes.Select(outcome => (double?)outcome.BytesSaved)).Json(),
    };

    private static TextTable Table(ScenarioPlan plan, IGrouping<ScenarioVariant, ScenarioOutcome>[] kinds)
    {
        TextTable table = new([.. plan.Swept.Select(setting => setting.Path), ">finished", ">accuracy", ">best", ">loss", ">rounds", ">virtual time", plan.Variants.Any(variant => variant.IsGossip) ? ">sent" : ">updates", ">µs a client"]);
        foreach (IGrouping<ScenarioVariant, ScenarioOutcome> kind in kinds)
        {
            ScenarioOutcome[] outcomes = [.. kind];
            MeanAndSpread time = Time(outcomes);
            table.Add(
            [
                .. kind.Key.Swept.Select(value => value.Text),
                $"{outcomes.Count(outcome => outcome.IsFinished)}/{plan.Seeds}",
                Accuracy(outcomes).Text("0.0000"), Best(outcomes).Text("0.0000"), Loss(outcomes).Text("0.0000"), Rounds(outcomes).Text("0.#"),
                time.Count == 0 ? "-" : RoundText.Time(TimeSpan.FromSeconds(time.Mean)),
                Sent(outcomes) is { Count: > 0 } sent ? RoundText.Bytes((long)sent.Mean) : "-",
                OfClient(outcomes).Text("0"),
            ]);
        }

        return table;
    }

    private static MeanAndSpread Accuracy(ScenarioOutcome[] outcomes) => MeanAndSpread.Of(outcomes.Select(outcome => outcome.Last?.Evaluation?.Accuracy));

    private static MeanAndSpread Best(ScenarioOutcome[] outcomes) => MeanAndSpread.Of(outcomes.Select(outcome => outcome.Best?.Evaluation?.Accuracy));

    private static MeanAndSpread Loss(ScenarioOutcome[] outcomes) => MeanAndSpread.Of(outcomes.Select(outcome => outcome.Last?.Evaluation?.Loss));

    private static MeanAndSpread Rounds(ScenarioOutcome[] outcomes) => MeanAndSpread.Of(outcomes.Select(outcome => (double?)outcome.End.Run.CommittedRounds));

    private static MeanAndSpread Sent(ScenarioOutcome[] outcomes) => MeanAndSpread.Of(outcomes.Select(outcome => (double?)outcome.UpdateBytes));

    private static MeanAndSpread OfClient(ScenarioOutcome[] outcomes) => MeanAndSpread.Of(outcomes.Select(outcome => outcome.TimeOfClient?.TotalMicroseconds));

    private static MeanAndSpread Time(ScenarioOutcome[] outcomes) => MeanAndSpread.Of(outcomes.Select(outcome => (double?)outcome.VirtualTime.TotalSeconds));
}
