using System.Globalization;
using FedActors.Actors;
using FedActors.FL.Models;
using FedActors.FL.Protocol;
using FedActors.Scripts.Cli;
using FedActors.Storage.Training;

namespace FedActors.Scripts.Runs;

/// <summary>A committed round's parameters, with what they are parameters of.</summary>
internal sealed record StoredModel(RunRecord Run, RoundRecord Round, RunPlan Plan, ParameterVector Parameters)
{
    /// <summary>Finds a model that is kept.</summary>
    /// <exception cref="CommandFailure">There is no such round, or its parameters are not kept.</exception>
    public static StoredModel Find(ITrainingStore store, RunRecord run, string which)
    {
        RoundRecord round = which switch
        {
            "last" => store.LatestRound(run.Id),
            "best" => store.BestRound(run.Id),
            _ when int.TryParse(which, NumberStyles.None, CultureInfo.InvariantCulture, out int number) => store.FindRound(run.Id, number),
            _ => throw CommandFailure.Usage($"--round is \"{which}\": it must be a round's number, last, or best."),
        } ?? throw Missing($"Run {run.Id} has no round {which}: {run.CommittedRounds} are committed.");
        if (round.Parameters is not { } bytes)
        {
            throw Missing($"The parameters of round {round.Round} of run {run.Id} are not kept any longer (Storage:KeepRounds). fedactors model list shows which are.");
        }

        try
        {
            RunPlan plan = RunPlanCodec.Read(run.Plan.Span);
            return new StoredModel(run, round, plan, ParameterVector.FromBytes(plan.Specification.Layout, bytes.Span));
        }
        catch (ProtocolException exception)
        {
            throw new CommandFailure(ExitCode.InvalidState, "store_corrupt", $"The plan of run {run.Id} cannot be read: {exception.Message}", exception);
        }
    }

    private static CommandFailure Missing(string message) => new(ExitCode.InvalidState, "model_missing", message);
}
