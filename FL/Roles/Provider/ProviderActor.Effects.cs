using FedActors.FL.Training;
using System.Globalization;
using FedActors.Actors;
using FedActors.FL.Configuration;
using FedActors.FL.Protocol;
using FedActors.FL.Rounds;

namespace FedActors.FL.Roles;

/// <content>Performs effects that concern members, timers and the operator.</content>
internal sealed partial class ProviderActor
{
    private async ValueTask PerformAsync(ActorContext context, RoundEffect effect)
    {
        switch (effect)
        {
            case StartTimer start:
                context.Timers.StartSingle(start.Timer.Kind.ToString(), start.After, new TimerElapsed(start.Timer));
                break;
            case CancelTimer cancel:
                context.Timers.Cancel(cancel.Timer.Kind.ToString());
                break;
            case HandOverUpdate update when _report is not null && !update.Held:
                CountThere(context, update);
                break;
            case HandOverUpdate update when _sessions.Find(update.Session) is { } aggregator:
                await HandOverAsync(context, aggregator, update);
                break;
            case HoldUpdate hold:
                _held[hold.WorkerId] = _update!;
                break;
            case DropHeldUpdate drop:
                _held.Remove(drop.WorkerId);
                break;
            case ReportWaiting waiting:
                Log.Waiting(context.Log, waiting.Cause);
                setup.Observer?.OnWaiting(waiting.Cause);
                break;
            case ReportIgnored ignored:
                Log.Ignored(context.Log, ignored.Text);
                break;
            case AcceptRegistration or RefuseRegistration or ReportLost:
                PerformForMember(context, effect);
                break;
            case BeginRun or PersistRound or AnnounceRound or BackfillEvaluation or FinishRun or AdoptAggregate or AdoptEvaluation:
                PerformForRun(context, effect);
                break;
            default:
                Send(context, effect);
                break;
        }
    }

    /// <summary>
    /// A large cohort's updates may outrun the aggregator; waiting here is what slows their senders down. Not for ever, though: while the
    /// provider waits no deadline of the round is looked at, and an aggregator may hang although its node is well.
    /// </summary>
    private async ValueTask HandOverAsync(ActorContext context, ActorRef aggregator, HandOverUpdate update)
    {
        RoundKey key = Key(update.Round, update.Attempt);
        if (ToAccumulate(key, update, out string? fault) is not { } message)
        {
            _inputs.Enqueue(new AggregationFailureReceived(update.Session, key.RunId, key.Round, key.Attempt, fault!));
            return;
        }

        await PassOnAsync(context, aggregator, message, update.Session, key);
    }

    private async ValueTask PassOnAsync(ActorContext context, ActorRef aggregator, object message, long session, RoundKey key)
    {
        if (aggregator.TryTell(message, context.Self))
        {
            return;
        }

        TimeSpan patience = setup.Options.Participation.RoleTimeout;
        using CancellationTokenSource limit = new(patience, context.Time);
        try
        {
            await aggregator.TellAsync(message, context.Self, limit.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            _inputs.Enqueue(new AggregationFailureReceived(
                session, key.RunId, key.Round, key.Attempt, string.Create(CultureInfo.InvariantCulture, $"the aggregator took no update within {patience.TotalSeconds:0.###} s")));
        }
    }

    private void Send(ActorContext context, RoundEffect effect)
    {
        switch (effect)
        {
            case SendPlan plan:
                Tell(context, plan.Session, _journal.Plan!);
                break;
            case RequestTraining request:
                Tell(context, request.Session, ThroughCombiner(context, request.Session, TrainRequestFor(request)));
                break;
            case RefuseUpdate refusal:
                _meter.OnRefused(refusal.Reason);
                Log.UpdateRefused(context.Log, refusal.WorkerId, refusal.Round, refusal.Reason, refusal.Text);
                Tell(context, refusal.Session, new UpdateRefused(
                    new RoundKey(_journal.Run.Id, Math.Max(refusal.Round, 1), Math.Max(refusal.Attempt, 0)), refusal.WorkerId, refusal.Reason.Code(), WireText.Clip(refusal.Text)));
                break;
            case OpenAggregation open:
                _counted.Clear();
                _updateBytes.Clear();
                _combined = new CombinedRound(Key(open.Round, open.Attempt));
                _accumulator = open.Session;
                Tell(context, open.Session, OpenRoundFor(open));
                break;
            case CloseAggregation close:
                Close(context, close);
                break;
            case EvaluateCandidate evaluate:
                Tell(context, evaluate.Session, new EvaluateModel(Key(evaluate.Round, evaluate.Attempt), _candidate!.Hash, _candidate.Parameters.Memory));
                break;
            case EvaluateCommitted evaluate:
                AskForBackfill(context, evaluate);
                break;
        }
    }

    private OpenRound OpenRoundFor(OpenAggregation open)
    {
        FederationOptions options = setup.Options;
        ReadOnlyMemory<float> reference = _strategy.Rule is { NeedsReference: true } ? _journal.Global!.Memory : ReadOnlyMemory<float>.Empty;
        return new OpenRound(Key(open.Round, open.Attempt), _machine!.Specification!, options.Strategy, LearningRates.Of(options.Training, open.Round), reference);
    }

    private void PerformForMember(ActorContext context, RoundEffect effect)
    {
        switch (effect)
        {
            case AcceptRegistration accepted:
                Admit(context, accepted);
                break;
            case RefuseRegistration refused:
                Tell(context, refused.Session, new RegistrationRefused(refused.MemberId, refused.Refusal.Code(), WireText.Clip(refused.Text), refused.Refusal.MayPass()));
                ReportMember(context, refused.Role, refused.MemberId, MemberChangeKind.Refused, refused.Text);
                break;
            case ReportLost lost:
                _sessions.Close(lost.Session);
                ReportMember(context, lost.Role, lost.MemberId, MemberChangeKind.Lost, lost.Cause);
                break;
        }
    }

    private void Admit(ActorContext context, AcceptRegistration accepted)
    {
        ActorRef actor = _sessions.Find(accepted.Session)!;
        if (accepted.Replaced is { } replaced && _sessions.Find(replaced) is { } predecessor)
        {
            _sessions.Close(replaced);
            if (!predecessor.Equals(actor))
            {
                context.Unwatch(predecessor);
            }
        }

        _sessions.Admit(accepted.Session);
        context.Watch(actor);
        string data = "";
        if (accepted.Role == MemberRole.Worker)
        {
            _moments[accepted.MemberId] = _offeredMoments!;
            _sites[accepted.MemberId] = new RunSite(accepted.MemberId, _offeredSite!, _offeredMoments!.Count);
            data = string.Create(CultureInfo.InvariantCulture, $" with {_offeredMoments.Count} examples of site {_offeredSite}");
        }
        else if (accepted.Role == MemberRole.Evaluator)
        {
            _evaluationSamples = _offeredEvaluator!.Samples;
            data = string.Create(CultureInfo.InvariantCulture, $" with {_evaluationSamples} examples");
        }

        Tell(context, accepted.Session, new Registered(accepted.MemberId, accepted.Rejoined));
        MemberChangeKind kind = accepted.Rejoined ? MemberChangeKind.Rejoined : MemberChangeKind.Joined;
        ReportMember(context, accepted.Role, accepted.MemberId, kind, $"from node {actor.Path.Node}{data}");
    }

    private void ReportMember(ActorContext context, MemberRole role, string member, MemberChangeKind kind, string text)
    {
        MemberChange change = new(role.ToString().ToLowerInvariant(), member, kind, text);
        Log.Member(context.Log, change.Role, change.MemberId, change.Kind, change.Text);
        setup.Observer?.OnMember(change);
    }

    // A node with many workers may have no room for all their models at once. Waiting for it must not hold up everybody else.
    private void Tell(ActorContext context, long session, object message)
    {
        if (_sessions.Find(session) is { } actor)
        {
            Tell(context, actor, message);
        }
    }

    private static void Tell(ActorContext context, ActorRef actor, object message)
    {
        if (!actor.TryTell(message, context.Self))
        {
            context.PipeToSelf(TellWhenThereIsRoomAsync(actor, message, context.Self, context.Stopping), static told => told, static failure => new Told(failure));
        }
    }

    private static async Task<Told> TellWhenThereIsRoomAsync(ActorRef actor, object message, ActorRef self, CancellationToken cancellationToken)
    {
        await actor.TellAsync(message, self, cancellationToken);
        return new Told(null);
    }

    /// <summary>A message that had to wait is on its way, or never will be.</summary>
    private sealed record Told(Exception? Failure);

    private RoundKey Key(int round, int attempt) => new(_journal.Run.Id, round, attempt);
}
