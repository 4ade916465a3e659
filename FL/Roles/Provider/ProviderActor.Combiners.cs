using FedActors.Actors;
using FedActors.FL.Aggregation;
using FedActors.FL.Models;
using FedActors.FL.Protocol;
using FedActors.FL.Rounds;

namespace FedActors.FL.Roles;

/// <content>
/// Combiners between workers and this provider. The round machine knows nothing of them: a worker behind one is a session as any other.
/// What differs is where its update lies, and that parameters go to a combiner once and not to each of its workers.
/// </content>
internal sealed partial class ProviderActor
{
    private readonly CombinerTable _combiners = new();
    private long _maxMessageBytes;
    private CombinedRound? _combined;
    private long _accumulator = SessionTable.Nobody;
    private (UpdateFiguresReport Figures, RegisteredCombiner Combiner, ActorRef StandIn)? _report;

    private ValueTask<bool> TryHandleCombinerAsync(ActorContext context, ActorRef sender, object message) =>
        message is PartialSum sum && _combiners.Find(sender) is { } combiner
            ? OnSumAsync(context, combiner, sum)
            : ValueTask.FromResult(TryHandleCombiner(context, sender, message));

    private bool TryHandleCombiner(ActorContext context, ActorRef sender, object message)
    {
        switch (message)
        {
            case RegisterCombiner register:
                OnCombiner(context, sender, register);
                return true;
            case SumFailed failed when _combiners.Find(sender) is { } combiner:
                if (_combined?.Awaits(combiner, failed.Key) ?? false)
                {
                    FailAttempt(context, combiner, failed.Text);
                }

                return true;
            case WorkerLeft left when _combiners.Of(sender) is { } combiner && _sessions.Find(sender) is { } session:
                Lose(context, session, combiner, left);
                return true;
            case SumNotAccumulated refused when _sessions.Find(sender) == _accumulator:
                OnSumRefused(context, refused);
                return true;
            default:
                return false;
        }
    }

    private ValueTask OnTerminatedAsync(ActorContext context, Terminated terminated)
    {
        RegisteredCombiner? combiner = _combiners.Of(terminated.Actor);
        bool isNode = terminated.Reason is TerminationReason.Unreachable or TerminationReason.NodeRestarted;
        if (_ended is not null)
        {
            return ValueTask.CompletedTask;
        }

        if (combiner is not null && (isNode || combiner.Actor.Equals(terminated.Actor)))
        {
            Lose(context, combiner, Losses.Describe(terminated.Reason));
            return PerformAllAsync(context);
        }

        if (combiner is not null)
        {
            StandInEnded.Await(context, terminated);
            return ValueTask.CompletedTask;
        }

        return _sessions.Find(terminated.Actor) is { } lost ? HandleAsync(context, new MemberLost(lost, Losses.Describe(terminated.Reason))) : ValueTask.CompletedTask;
    }

    // A worker's end is told by its combiner, so that an end without a word is the combiner's own.
    private ValueTask OnStandInEndedAsync(ActorContext context, StandInEnded ended) =>
        _ended is null && _sessions.Find(ended.StandIn) is { } lost
            ? HandleAsync(context, new MemberLost(lost, Losses.Describe(ended.Reason), MayReturn: true))
            : ValueTask.CompletedTask;

    private void OnCombiner(ActorContext context, ActorRef sender, RegisterCombiner register)
    {
        if (FindRefusal(context, sender, register) is { } refused)
        {
            Log.RegistrationRefused(context.Log, StatedRoles.Combiner, register.CombinerId, refused.Text);
            Tell(context, sender, new RegistrationRefused(register.CombinerId, refused.Refusal.Code(), WireText.Clip(refused.Text), refused.Refusal.MayPass()));
            return;
        }

        RegisteredCombiner? known = _combiners.Of(sender);
        if (known is not null && (!known.Is(sender, register.Incarnation) || known.Id != register.CombinerId))
        {
            Lose(context, known, "its node restarted");
            OnCombiner(context, sender, register);
            return;
        }

        if (known is null)
        {
            _combiners.Add(new RegisteredCombiner(sender, register.CombinerId, register.Incarnation));
        }
        else
        {
            known.ModelHash = null;
            if (_combined?.Needs(known) ?? false)
            {
                FailAttempt(context, known, $"combiner {known.Id} registered anew and may have lost what it held");
                if (_combiners.Find(sender) != known)
                {
                    // Once too often: it rests, and has been told so.
                    return;
                }
            }
        }

        context.Watch(sender);
        Tell(context, sender, new Registered(register.CombinerId, known is not null));
        Report(context, register.CombinerId, known is null ? MemberChangeKind.Joined : MemberChangeKind.Rejoined, $"from node {sender.Path.Node}");
    }

    private (RegistrationRefusal Refusal, string Text)? FindRefusal(ActorContext context, ActorRef sender, RegisterCombiner register)
    {
        if (StatedRoles.FindObjection(context.Headers.Peer, StatedRoles.Combiner) is { } objection)
        {
            return (RegistrationRefusal.NotAuthorised, objection);
        }

        if (register.CombinerId.Length > RoundLimits.MaxNameLength)
        {
            return (RegistrationRefusal.InvalidName, $"A name has 1 to {RoundLimits.MaxNameLength} characters, not {register.CombinerId.Length}.");
        }

        if (_combiners.IsExpelled(register.CombinerId))
        {
            return (RegistrationRefusal.WrongSum, $"Combiner {register.CombinerId} takes no further part in this run, to which it sent a wrong sum; its workers go by another way.");
        }

        if (_machine is { } machine && _combiners.Rests(register.CombinerId, machine.Round, machine.Attempt))
        {
            int last = _combiners.RestsUntil(register.CombinerId);
            return (RegistrationRefusal.SumOverdue, $"Combiner {register.CombinerId} takes no part up to round {last}, since its sum did not come; this is round {machine.Round}. Until then its workers go by another way.");
        }

        if (_combiners.Find(register.CombinerId) is { } namesake && namesake.Actor.Path.Node != sender.Path.Node)
        {
            return (RegistrationRefusal.DuplicateMember, $"combiner {namesake.Id} is registered from node {namesake.Actor.Path.Node}, which is alive. Give one of the two another name, or end the other.");
        }

        return _combiners.Of(sender) is null && _combiners.Count >= CombinerTable.MaxCombiners ? (RegistrationRefusal.TooManyMembers, $"The provider has {CombinerTable.MaxCombiners} combiners, its limit.") : null;
    }

    private UpdateReceived? FromReport(long session, UpdateFiguresReport report)
    {
        if (_sessions.Find(session) is not { } sender || _combiners.Of(sender) is not { } combiner)
        {
            return null;
        }

        _report = (report, combiner, sender);
        UpdateReceived received = new(
            session, report.WorkerId, report.Key.RunId, report.Key.Round, report.Key.Attempt,
            new UpdateFigures(report.Samples, report.Loss, report.Accuracy, report.TrainingTime, report.Steps));
        Objection? fault = report.Code.Length > 0 ? Objections.From(report.Code, report.Text)
            : SumsUpdates ? null
            : new Objection(RefusalReason.Undecodable, $"combiner {combiner.Id} keeps the update of worker {report.WorkerId}, which strategy {_strategy.Name} needs itself");
        return received with { Fault = _machine!.FindMisplacement(received) ?? fault };
    }

    /// <summary>The update in hand counts, and lies with a combiner.</summary>
    private void CountThere(ActorContext context, HandOverUpdate update)
    {
        (UpdateFiguresReport figures, RegisteredCombiner combiner, ActorRef standIn) = _report!.Value;
        _updateBytes[update.WorkerId] = figures.Bytes;
        _combined!.Count(update.WorkerId, combiner, update.Weight);
        Tell(context, standIn, new CountUpdate(_combined.Key, update.WorkerId, update.Weight));
    }

    /// <summary>Who takes an update in: the aggregator, or in its place the combiner that was told to.</summary>
    private long AccumulatorOf(long session, UpdateNotAccumulated refused) =>
        _sessions.Find(session) is { } sender && _combined?.Key == refused.Key && _combined.Forget(refused.WorkerId, _combiners.Of(sender)) ? _accumulator : session;

    /// <summary>A message to a member: where a combiner is between, it is given the parameters, and the message goes without.</summary>
    private object ThroughCombiner(ActorContext context, long session, object message)
    {
        if (IsAsynchronous || _sessions.Find(session) is not { } actor || _combiners.Of(actor) is not { } combiner)
        {
            return message;
        }

        switch (message)
        {
            case TrainRequest request:
                GiveModel(context, combiner, new RoundModel(request.Key, request.BaseHash, request.Parameters, SumsUpdates));
                return request with { Parameters = default };
            case GlobalModelBroadcast { Parameters: { } last } broadcast:
                GiveModel(context, combiner, new RoundModel(broadcast.Key, broadcast.ParameterHash, last, SumsUpdates));
                return broadcast with { Parameters = ReadOnlyMemory<float>.Empty };
            default:
                return message;
        }
    }

    // A sum takes more bytes than an update, and one that fits into no message could not leave its combiner. No sum takes quite the most
    // that its format allows; what is left is room for names.
    private bool SumsUpdates => _strategy.AddsExactly && !IsAsynchronous && setup.Options.Protocol.Late == LateUpdates.Drop
        && _machine!.Specification is { } model && SumCodec.MaxBytes(model.Layout.Count) <= _maxMessageBytes;

    private static void GiveModel(ActorContext context, RegisteredCombiner combiner, RoundModel model)
    {
        if (combiner.ModelHash != model.Hash)
        {
            combiner.ModelHash = model.Hash;
            Tell(context, combiner.Actor, model);
        }
    }

    private void Close(ActorContext context, CloseAggregation close)
    {
        foreach ((RegisteredCombiner combiner, SumRequest request) in _combined!.Ask())
        {
            Tell(context, combiner.Actor, request);
        }

        if (_combined.IsAwaiting)
        {
            SayAwaited();
        }
        else
        {
            Tell(context, close.Session, new CloseRound(_combined.Key));
        }
    }

    private async ValueTask<bool> OnSumAsync(ActorContext context, RegisteredCombiner combiner, PartialSum sum)
    {
        if (_combined is null || !_combined.Awaits(combiner, sum.Key))
        {
            _meter.OnRefused(RefusalReason.Stale);
            Log.SumIgnored(context.Log, combiner.Id, sum.Key);
            return true;
        }

        (double[]? weights, string? fault) = _combined.Take(combiner, sum);
        if (fault is not null)
        {
            Expel(context, combiner, fault);
            return true;
        }

        if (_sessions.Find(_accumulator) is { } aggregator)
        {
            await PassOnAsync(context, aggregator, new AccumulateSum(sum.Key, combiner.Id, sum.Workers, weights, sum.Body), _accumulator, sum.Key);
            SayAwaited();
            if (!_combined.IsAwaiting)
            {
                Tell(context, aggregator, new CloseRound(sum.Key));
            }
        }

        return true;
    }

    private void SayAwaited() =>
        _inputs.Enqueue(new SumsAwaited(_accumulator, _combined!.Key.RunId, _combined.Key.Round, _combined.Key.Attempt, _combined.Sums));

    private void OnSumRefused(ActorContext context, SumNotAccumulated refused)
    {
        if (_combined?.Key != refused.Key)
        {
            return;
        }

        if (_combiners.Find(refused.CombinerId) is { } combiner)
        {
            Expel(context, combiner, refused.Text);
        }
        else
        {
            _inputs.Enqueue(Failure(refused.CombinerId, $"the sum of combiner {refused.CombinerId} is refused: {refused.Text}"));
        }
    }

    private void Lose(ActorContext context, RegisteredCombiner combiner, string cause)
    {
        bool isNeeded = _combined?.Needs(combiner) ?? false;
        LoseWorkers(context, combiner, cause);
        if (isNeeded)
        {
            FailAttempt(context, combiner, $"combiner {combiner.Id} was lost: {cause}");
        }
    }

    private void LoseWorkers(ActorContext context, RegisteredCombiner combiner, string cause)
    {
        _combiners.Remove(combiner);
        context.Unwatch(combiner.Actor);
        Report(context, combiner.Id, MemberChangeKind.Lost, cause);
        foreach (long session in _sessions.MembersOf(combiner.Actor.Path.Node))
        {
            _inputs.Enqueue(new MemberLost(session, $"combiner {combiner.Id} was lost: {cause}", MayReturn: true));
        }
    }

    private void Lose(ActorContext context, long session, RegisteredCombiner combiner, WorkerLeft left)
    {
        _inputs.Enqueue(new MemberLost(session, left.Text, left.MayReturn));
        if (left.MayReturn && (_combined?.Holds(left.WorkerId, combiner) ?? false))
        {
            FailAttempt(context, combiner, left.Text);
        }
    }

    private AggregationFailureReceived Failure(string combiner, string text) =>
        new(_accumulator, _combined!.Key.RunId, _combined.Key.Round, _combined.Key.Attempt, text, combiner);

    private void Report(ActorContext context, string combiner, MemberChangeKind kind, string text)
    {
        MemberChange change = new(StatedRoles.Combiner, combiner, kind, text);
        Log.Member(context.Log, change.Role, change.MemberId, change.Kind, change.Text);
        setup.Observer?.OnMember(change);
    }
}
