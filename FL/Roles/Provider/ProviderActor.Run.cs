using FedActors.Actors;
using FedActors.FL.Configuration;
using FedActors.FL.Data;
using FedActors.FL.Models;
using FedActors.FL.Protocol;
using FedActors.FL.Rounds;
using FedActors.FL.Strategies;
using FedActors.Storage;
using FedActors.Storage.Training;

namespace FedActors.FL.Roles;

/// <content>Performs effects that concern the run and its store.</content>
internal sealed partial class ProviderActor
{
    private Candidate? _candidate;
    private (int Round, string? Hash) _backfill;
    private readonly List<double?> _accuracies = [];
    private RoundRecord? _committed;
    private StoreFault? _storeFault;
    private long _evaluationSamples;

    private void PerformForRun(ActorContext context, RoundEffect effect)
    {
        switch (effect)
        {
            case BeginRun begin:
                Store(0, () => Begin(begin), static () => new RunBegun());
                break;
            case AdoptAggregate adopt:
                (ParameterVector parameters, OptimizerState state) = _stepped!.Value;
                _candidate = new Candidate(adopt.Round, parameters, parameters.Hash()) { OptimizerState = state };
                break;
            case AdoptEvaluation:
                _candidate = _candidate! with { Evaluation = ToRecord(_evaluation!) };
                break;
            case PersistRound persist:
                Store(persist.Summary.Round, () => Commit(context, persist.Summary), () => new RoundPersisted(persist.Summary.Round, FindGoal(context)));
                break;
            case AnnounceRound announce:
                Announce(context, announce);
                break;
            case BackfillEvaluation backfill:
                Backfill(context, backfill.Round);
                break;
            case FinishRun finish:
                Finish(context, finish);
                break;
        }
    }

    // The store's answer is the machine's next input.
    private void Store(int round, Action write, Func<RoundInput> stored)
    {
        try
        {
            write();
            _storeFault = null;
            _inputs.Enqueue(stored());
        }
        catch (StoreException e)
        {
            _storeFault = e.Fault;
            _inputs.Enqueue(new StorageFailed(round, e.Message, MayPass: e.Fault is StoreFault.Disk or StoreFault.Busy));
        }
    }

    private void Begin(BeginRun begin)
    {
        if (begin.Resumed)
        {
            _journal.Reopen();
            _accuracies.Clear();
            _accuracies.AddRange(setup.Store.ListRounds(_journal.Run.Id).Select(round => round.Evaluation?.Accuracy));
        }
        else
        {
            // Exact sums: the order of workers changes no bit.
            FeatureMoments all = begin.Workers.Select(worker => _moments[worker]).Aggregate((sum, next) => sum.Merge(next));
            _journal.Begin(_machine!.Specification!, all.ToStandardiser(), [.. begin.Workers.Select(worker => _sites[worker])]);
        }

        _moments.Clear();
        ModelSpecification model = _journal.Plan!.Specification;
        setup.Observer?.OnStarted(_journal.Run, new RunSummary(
            model.Kind, model.Features, model.Classes, model.Layout.Count,
            [.. _journal.Plan.Sites.Select(site => new SiteSummary(site.WorkerId, site.Site, site.Samples))], _evaluationSamples));
    }

    private void Commit(ActorContext context, RoundSummary summary)
    {
        Candidate candidate = _candidate!;
        SiteVectors vectors = Remember(summary);
        (long sent, long received) = _stopwatch.ReadTraffic();
        (long updateBytes, long saved) = CountBytes(summary, candidate.Parameters.Count);
        RoundRecord record = new(
            _journal.Run.Id, summary.Round, candidate.Parameters.ToBytes(), candidate.Hash, candidate.Parameters.DistanceTo(_journal.Global!),
            summary.TrainLoss, summary.TrainAccuracy, summary.Evaluated ? candidate.Evaluation : null,
            [.. summary.Participants.Select(p => new ParticipantRecord(p.WorkerId, p.Figures.Samples, p.Figures.Loss, p.Figures.Accuracy, p.Figures.TrainingTime))],
            [.. summary.Refusals.Select(r => new RefusalRecord(r.MemberId, r.Reason.Code(), r.Text))],
            summary.Cohort, summary.Attempts, _stopwatch.Read(summary.Participants), sent, received, context.Time.GetUtcNow())
        {
            OptimizerState = _strategy.KeepsSiteVectors ? vectors.ToBytes() : candidate.OptimizerState.IsEmpty ? (ReadOnlyMemory<byte>?)null : candidate.OptimizerState.ToBytes(),
            UpdateBytes = updateBytes,
            BytesSaved = saved,
        };
        _journal.Commit(record, candidate.Parameters, candidate.OptimizerState, vectors);
        _committed = record;
    }

    private string? FindGoal(ActorContext context)
    {
        TerminationOptions goals = setup.Options.Termination;
        if (goals == new TerminationOptions())
        {
            return null;
        }

        _accuracies.Add(_committed!.Evaluation?.Accuracy);
        return Termination.FindReason(goals, _accuracies, context.Time.GetUtcNow() - _journal.Run.StartedAt);
    }

    private void Announce(ActorContext context, AnnounceRound announce)
    {
        RoundRecord record = _committed!;
        DropOrigins();
        _meter.OnRound(record.Timings.Total, record.UpdateBytes, Math.Max(record.BytesSaved, 0));
        Log.RoundCommitted(context.Log, record.Round, record.Participants.Count, record.Cohort.Count, record.Evaluation?.Accuracy);
        GlobalModelBroadcast broadcast = new(Key(announce.Round, 0), record.ParameterHash, announce.Last ? (ReadOnlyMemory<float>?)_journal.Global!.Memory : null);
        foreach (long session in announce.Sessions)
        {
            Tell(context, session, ThroughCombiner(context, session, broadcast));
        }

        setup.Observer?.OnRound(record);
    }

    private void AskForBackfill(ActorContext context, EvaluateCommitted evaluate)
    {
        (ParameterVector Parameters, string Hash)? kept;
        try
        {
            kept = _journal.Find(evaluate.Round);
        }
        catch (StoreException e)
        {
            Log.Ignored(context.Log, e.Message);
            kept = null;
        }

        if (kept is not { } committed)
        {
            _inputs.Enqueue(new ParametersUnavailable(evaluate.Round));
            return;
        }

        _backfill = (evaluate.Round, committed.Hash);
        Tell(context, evaluate.Session, new EvaluateModel(Key(evaluate.Round, 0), committed.Hash, committed.Parameters.Memory));
    }

    // An evaluation that cannot be added is a pity, not a reason to end the run.
    private void Backfill(ActorContext context, int round)
    {
        try
        {
            _journal.Backfill(round, ToRecord(_evaluation!));
        }
        catch (StoreException e)
        {
            Log.Ignored(context.Log, e.Message);
        }
    }

    private void Finish(ActorContext context, FinishRun finish)
    {
        string? reason = finish.Reason;
        try
        {
            _journal.End(finish.Outcome, reason);
        }
        catch (StoreException e)
        {
            reason = $"{reason ?? finish.Outcome.ToString()} (the end could not be stored, so that the run still counts as unfinished: {e.Message})";
        }

        End(context, new RunResult(_journal.Run, finish.Outcome, reason, _journal.GlobalRound > 0 ? _journal.GlobalHash : null)
        {
            StoreFault = finish.Outcome == RunOutcome.Failed ? _storeFault : null,
        });
        foreach (long session in finish.Sessions)
        {
            Tell(context, session, _ended!);
        }

        foreach (RegisteredCombiner combiner in _combiners.All)
        {
            Tell(context, combiner.Actor, _ended!);
        }
    }

    private static EvaluationRecord ToRecord(EvaluationResult result) =>
        new(result.Samples, result.Accuracy, result.Loss, result.PerClassAccuracy.ToArray(), result.Confusion.ToArray());
}
