using FedActors.FL.Configuration;
using FedActors.FL.Data;
using FedActors.FL.Models;
using FedActors.FL.Roles;
using FedActors.FL.Rounds;
using FedActors.FL.Strategies;
using FedActors.Storage;
using FedActors.Storage.Training;

namespace FedActors.Simulation.Scenarios;

/// <content>Performs effects that concern the run and its store.</content>
internal sealed partial class VirtualProvider
{
    private void PerformForRun(RoundEffect effect)
    {
        switch (effect)
        {
            case BeginRun:
                Store(0, Begin, static () => new RunBegun());
                break;
            case AdoptAggregate adopt:
                _candidate = new Candidate(adopt.Round, _stepped.Parameters, _stepped.Parameters.Hash()) { OptimizerState = _stepped.State };
                break;
            case AdoptEvaluation:
                _candidate = _candidate! with { Evaluation = _evaluation };
                break;
            case PersistRound persist:
                Store(persist.Summary.Round, () => Commit(persist.Summary), () => new RoundPersisted(persist.Summary.Round, FindGoal()));
                break;
            case AnnounceRound:
                _setup.Observer?.OnRound(_committed!);
                break;
            case EvaluateCommitted evaluate:
                _inputs.Enqueue(new ParametersUnavailable(evaluate.Round));
                break;
            case FinishRun finish:
                Finish(finish);
                break;
            case CancelTimer or ReportIgnored or AcceptRegistration or RefuseRegistration or ReportLost or SendPlan or RefuseUpdate or BackfillEvaluation:
                // A timer that was cancelled is ignored when it elapses; the others are messages, which nobody needs to be sent here.
                break;
            default:
                throw new NotSupportedException($"A scenario does not perform {effect.GetType().Name}.");
        }
    }

    private void Store(int round, Action write, Func<RoundInput> stored)
    {
        try
        {
            write();
            _storeFault = null;
        }
        catch (StoreException e)
        {
            _storeFault = e.Fault;
            _inputs.Enqueue(new StorageFailed(round, e.Message, MayPass: e.Fault is StoreFault.Disk or StoreFault.Busy));
            return;
        }

        EnqueueGathering();
        _inputs.Enqueue(stored());
    }

    private void Begin()
    {
        IVirtualClients clients = _setup.Clients;
        RunSite[] sites = [.. Enumerable.Range(0, clients.Count).Select(client => new RunSite(clients.NameOf(client), clients.NameOf(client), clients.SamplesOf(client)))];
        _journal.Begin(Specification, Standardiser!, sites);
        clients.Standardise(Standardiser!);
        _setup.Observer?.OnStarted(Run, new RunSummary(
            Specification.Kind, Specification.Features, Specification.Classes, Specification.Layout.Count,
            [.. sites.Select(site => new SiteSummary(site.WorkerId, site.Site, site.Samples))], clients.Evaluation?.Count ?? 0));
    }

    private void Commit(RoundSummary summary)
    {
        Candidate candidate = _candidate!;
        SiteVectors vectors = Remember(summary);
        (long sent, long received) = _stopwatch.ReadTraffic();
        RoundRecord record = new(
            Run.Id, summary.Round, candidate.Parameters.ToBytes(), candidate.Hash, candidate.Parameters.DistanceTo(Global),
            summary.TrainLoss, summary.TrainAccuracy, summary.Evaluated ? candidate.Evaluation : null,
            [.. summary.Participants.Select(p => new ParticipantRecord(p.WorkerId, p.Figures.Samples, p.Figures.Loss, p.Figures.Accuracy, p.Figures.TrainingTime))],
            [.. summary.Refusals.Select(r => new RefusalRecord(r.MemberId, r.Reason.Code(), r.Text))],
            summary.Cohort, summary.Attempts, _stopwatch.Read(summary.Participants), sent, received, _time.GetUtcNow())
        {
            OptimizerState = _strategy.KeepsSiteVectors ? vectors.ToBytes() : candidate.OptimizerState.IsEmpty ? (ReadOnlyMemory<byte>?)null : candidate.OptimizerState.ToBytes(),
            UpdateBytes = _updateBytes,
            BytesSaved = (summary.Participants.Count * (long)candidate.Parameters.Count * sizeof(float)) - _updateBytes,
        };
        _journal.Commit(record, candidate.Parameters, candidate.OptimizerState, vectors);
        DropOldOrigins();
        _committed = record;
    }

    private string? FindGoal()
    {
        TerminationOptions goals = _setup.Options.Termination;
        if (goals == new TerminationOptions())
        {
            return null;
        }

        _accuracies.Add(_committed!.Evaluation?.Accuracy);
        return Termination.FindReason(goals, _accuracies, _time.GetUtcNow() - Run.StartedAt);
    }

    private void Finish(FinishRun finish)
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

        End = new RunResult(Run, finish.Outcome, reason, _journal.GlobalRound > 0 ? _journal.GlobalHash : null)
        {
            StoreFault = finish.Outcome == RunOutcome.Failed ? _storeFault : null,
        };
        _setup.Observer?.OnEnded(Run);
    }
}
