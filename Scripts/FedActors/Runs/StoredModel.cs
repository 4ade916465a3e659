using System.Globalization;
using FedActors.Actors;
using FedActors.FL.Models;
using FedActors.FL.Protocol;
using FedActors.FL.Roles;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Configuration;
using FedActors.Storage.Gossip;
using FedActors.Storage.Training;

namespace FedActors.Scripts.Runs;

/// <summary>Stored parameters, with what they are parameters of.</summary>
/// <param name="RunId">The run that they are of; null for a peer's.</param>
/// <param name="Peer">The peer that keeps them; null for a run's.</param>
/// <param name="Round">After which round.</param>
/// <param name="ParameterHash">Their hash.</param>
/// <param name="Accuracy">Their accuracy on evaluation data, if known.</param>
/// <param name="Loss">Their loss on evaluation data, if known.</param>
/// <param name="Plan">What they are parameters of.</param>
/// <param name="Parameters">They themselves.</param>
internal sealed record StoredModel(string? RunId, string? Peer, int Round, string ParameterHash, double? Accuracy, double? Loss, RunPlan Plan, ParameterVector Parameters)
{
    /// <summary>Whose they are, in words.</summary>
    public string Owner => RunId is not null ? $"run {RunId}" : $"peer {Peer}";

    /// <summary>Finds a run's model that is kept.</summary>
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
            throw Missing($"The parameters of round {round.Round} of run {run.Id} are not kept {(RunMode.Of(run) == RunMode.Gossip ? "(of a run of peers the last are)" : "any longer (Storage:KeepRounds)")}. fedactors model list shows which are.");
        }

        try
        {
            RunPlan plan = RunPlanCodec.Read(run.Plan.Span);
            return new StoredModel(run.Id, null, round.Round, round.ParameterHash, round.Evaluation?.Accuracy, round.Evaluation?.Loss, plan, ParameterVector.FromBytes(plan.Specification.Layout, bytes.Span));
        }
        catch (ProtocolException exception)
        {
            throw new CommandFailure(ExitCode.InvalidState, "store_corrupt", $"The plan of run {run.Id} cannot be read: {exception.Message}", exception);
        }
    }

    /// <summary>Finds the mean that a peer of this machine keeps.</summary>
    /// <exception cref="CommandFailure">There is no such peer, or it keeps none yet.</exception>
    public static StoredModel OfPeer(StorageConfig storage, string peer)
    {
        StoredPeer kept = StoredPeer.ReadAll(storage).Where(p => p.Record.Peer == peer).MaxBy(p => p.Record.StartedAt)
            ?? throw Missing($"There is no store of a peer {peer} in {storage.Path}. fedactors peers list --stored shows those that are there.");
        using SqliteGossipStore store = GossipStores.OpenForReading(kept.Path);
        try
        {
            return KeptMean.Find(store, peer) is { } mean
                ? new StoredModel(null, peer, mean.Round, mean.Parameters.Hash(), mean.Accuracy, mean.Loss, mean.Plan, mean.Parameters)
                : throw Missing($"{peer} keeps no mean yet: it does when nobody whom it knows trains any more, and when it is told to stop.");
        }
        catch (ProtocolException exception)
        {
            throw new CommandFailure(ExitCode.InvalidState, "store_corrupt", $"The mean in {kept.Path} cannot be read: {exception.Message}", exception);
        }
    }

    private static CommandFailure Missing(string message) => new(ExitCode.InvalidState, "model_missing", message);
}
