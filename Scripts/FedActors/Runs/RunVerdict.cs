using System.Text.Json.Nodes;
using FedActors.FL.Roles;
using FedActors.Scripts.Cli;
using FedActors.Storage.Training;

namespace FedActors.Scripts.Runs;

/// <summary>A run's end as a command's result: the same for <c>run</c>, <c>runs wait</c>, <c>runs watch</c>, <c>runs resume</c> and <c>up</c>.</summary>
internal static class RunVerdict
{
    /// <summary>The result of a run that this process has driven.</summary>
    public static CommandResult Of(ITrainingStore store, string storePath, RunResult result)
    {
        CommandResult verdict = Of(store, storePath, result.Run with { Reason = result.Reason }, isDriven: true);
        return result.StoreFault is { } fault ? verdict with { ExitCode = ExitCode.InvalidState, ErrorCode = Explained.ErrorCode(fault) } : verdict;
    }

    /// <summary>The result of a run that has ended or was left.</summary>
    /// <param name="store">Where it is stored.</param>
    /// <param name="storePath">The store's file, to show.</param>
    /// <param name="run">The run; one that ended before its beginning, or whose end the disk refused, is otherwise in the store or not at all.</param>
    /// <param name="isDriven">Whether a provider still drives it.</param>
    public static CommandResult Of(ITrainingStore store, string storePath, RunRecord run, bool isDriven)
    {
        RunRecord stored = run.Status != RunStatus.Running ? run : store.FindRun(run.Id) ?? run;
        RoundRecord? last = store.LatestRound(run.Id);
        string state = RunState.Of(stored, isDriven);
        (ExitCode exitCode, string? errorCode, string? message) = Judge(stored, state);
        return new CommandResult
        {
            Data = Data(stored, state, last, store.BestRound(run.Id), storePath),
            Text = output => output.WriteLine(RoundText.End(stored, last, state, storePath)),
            ExitCode = exitCode,
            ErrorCode = errorCode,
            Message = message,
        };
    }

    private static (ExitCode ExitCode, string? ErrorCode, string? Message) Judge(RunRecord run, string state)
    {
        string reason = run.Reason is null ? string.Empty : $" {Sentence(run.Reason)}";
        string resume = RunScenario.NameOf(run) is not null ? " Its rounds are kept; simulate it again for all of them, and the same seed gives the same."
            : run.CommittedRounds == 0 || RunMode.Of(run) == RunMode.Gossip ? string.Empty : $" Go on after round {run.CommittedRounds} with: fedactors runs resume {run.Id}";
        return run.Status switch
        {
            RunStatus.Finished => (ExitCode.Ok, null, null),
            RunStatus.Failed => (ExitCode.RunFailed, "run_failed", $"Run {run.Id} failed.{reason}{resume}"),
            RunStatus.Stopped => (ExitCode.RunFailed, "run_stopped", $"Run {run.Id} was stopped.{reason}{resume}"),
            RunStatus.BelowParticipation => (ExitCode.BelowParticipation, "below_participation", $"Too few sites took part in run {run.Id}.{reason}{resume}"),
            _ => (ExitCode.RunFailed, "interrupted", state == RunState.Interrupted ? $"Run {run.Id} was interrupted.{resume}" : $"Run {run.Id} has not ended."),
        };
    }

    private static string Sentence(string text) => $"{char.ToUpperInvariant(text[0])}{text[1..].TrimEnd('.')}.";

    private static JsonObject Data(RunRecord run, string state, RoundRecord? last, RoundRecord? best, string storePath)
    {
        JsonObject data = RunJson.Run(run, state);
        data["accuracy"] = RunJson.Number(last?.Evaluation?.Accuracy);
        data["loss"] = RunJson.Number(last?.Evaluation?.Loss);
        data["per_class_accuracy"] = last?.Evaluation is { } e ? RunJson.List(e.PerClassAccuracy, x => RunJson.Number(x)) : null;
        data["train_accuracy"] = RunJson.Number(last?.TrainAccuracy);
        data["train_loss"] = RunJson.Number(last?.TrainLoss);
        data["parameter_hash"] = last?.ParameterHash;
        data["best_round"] = best?.Round;
        data["best_accuracy"] = RunJson.Number(best?.Evaluation?.Accuracy);
        data["store"] = storePath;
        return data;
    }
}
