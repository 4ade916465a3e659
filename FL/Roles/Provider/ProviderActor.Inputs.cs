using FedActors.Actors;
using FedActors.FL.Aggregation;
using FedActors.FL.Data;
using FedActors.FL.Models;
using FedActors.FL.Protocol;
using FedActors.FL.Rounds;
using FedActors.FL.Strategies;

namespace FedActors.FL.Roles;

/// <content>From messages to inputs. What a message holds beside its figures stays in hand while the effects are performed.</content>
internal sealed partial class ProviderActor
{
    private ModelUpdate? _update;
    private (ParameterVector Parameters, OptimizerState State)? _stepped;
    private EvaluationResult? _evaluation;
    private FeatureMoments? _offeredMoments;
    private string? _offeredSite;
    private RegisterEvaluator? _offeredEvaluator;

    private static long? IncarnationOf(object message) => message switch
    {
        RegisterWorker worker => worker.Incarnation,
        RegisterEvaluator evaluator => evaluator.Incarnation,
        RegisterAggregator aggregator => aggregator.Incarnation,
        _ => null,
    };

    /// <summary>A registration for a role that the sender's certificate does not state.</summary>
    private RefuseRegistration? FindUnauthorised(ActorContext context, long session, object message)
    {
        (MemberRole Role, string Id)? wanted = message switch
        {
            RegisterWorker worker => (MemberRole.Worker, worker.WorkerId),
            RegisterEvaluator evaluator => (MemberRole.Evaluator, evaluator.EvaluatorId),
            RegisterAggregator aggregator => (MemberRole.Aggregator, aggregator.AggregatorId),
            _ => null,
        };
        if (wanted is not { } member)
        {
            return null;
        }

        // Of a worker behind a combiner the combiner has checked the certificate; here only the combiner's is seen.
        (RegistrationRefusal Refusal, string Text)? objection = member.Role == MemberRole.Worker
            ? StatedRoles.FindObjectionToWorker(context.Headers.Peer, context.Sender is { } sender && _combiners.Of(sender) is not null)
            : StatedRoles.FindObjection(context.Headers.Peer, StatedRoles.NameOf(member.Role)) is { } text ? (RegistrationRefusal.NotAuthorised, text) : null;
        return objection is { } found ? new RefuseRegistration(session, member.Role, member.Id, found.Refusal, found.Text) : null;
    }

    private RoundInput? ToInput(long session, string node, object message)
    {
        switch (message)
        {
            case RegisterWorker worker:
                _offeredSite = worker.Site;
                string? contradiction = CheckMoments(worker);
                DataOffer offer = new(worker.Specification, worker.Site, worker.Samples, contradiction);
                return new RegistrationReceived(session, MemberRole.Worker, worker.WorkerId, node, worker.Incarnation, offer);
            case RegisterEvaluator evaluator:
                _offeredEvaluator = evaluator;
                DataOffer held = new(evaluator.Specification, evaluator.Site, evaluator.Samples);
                return new RegistrationReceived(session, MemberRole.Evaluator, evaluator.EvaluatorId, node, evaluator.Incarnation, held);
            case RegisterAggregator aggregator:
                return new RegistrationReceived(session, MemberRole.Aggregator, aggregator.AggregatorId, node, aggregator.Incarnation, null);
            case ModelUpdate update:
                return FromUpdate(session, update);
            case UpdateFiguresReport report:
                return FromReport(session, report);
            case TrainingFailed failed:
                return new TrainingFailureReceived(session, failed.WorkerId, failed.Key.RunId, failed.Key.Round, failed.Key.Attempt, failed.Text);
            case AggregatedResult aggregate:
                return FromAggregate(session, aggregate);
            case AggregationFailed failed:
                return new AggregationFailureReceived(session, failed.Key.RunId, failed.Key.Round, failed.Key.Attempt, failed.Text);
            case UpdateNotAccumulated refused:
                return new AccumulationRefused(
                    AccumulatorOf(session, refused), refused.Key.RunId, refused.Key.Round, refused.Key.Attempt, refused.WorkerId, Objections.From(refused.Code, refused.Text));
            case EvaluationResult evaluation:
                return FromEvaluation(session, evaluation);
            case EvaluationFailed failed:
                return new EvaluationFailureReceived(session, failed.Key.RunId, failed.Key.Round, failed.Key.Attempt, failed.Text);
            default:
                return null;
        }
    }

    private string? CheckMoments(RegisterWorker worker)
    {
        if (!FeatureMoments.TryParse(worker.Moments.Span, out _offeredMoments))
        {
            return "its feature moments are damaged";
        }

        return _offeredMoments.Features == worker.Specification.Features && _offeredMoments.Count == worker.Samples
            ? null
            : $"it has {worker.Samples} examples of {worker.Specification.Features} features; its moments are of {_offeredMoments.Count} and {_offeredMoments.Features}";
    }

    // What has no place is not read: a few bytes of a compressed update would cost a whole model, again and again.
    private UpdateReceived FromUpdate(long session, ModelUpdate update)
    {
        UpdateFigures figures = new(update.Samples, update.Loss, update.Accuracy, update.TrainingTime, update.Steps);
        UpdateReceived received = new(session, update.WorkerId, update.Key.RunId, update.Key.Round, update.Key.Attempt, figures);
        if (_machine!.FindMisplacement(received) is { } misplacement)
        {
            _update = update;
            return received with { Fault = misplacement };
        }

        _update = Decompress(session, update, out Objection? fault);
        fault ??= _machine.Specification is { } specification ? Objections.Inspect(specification, _update) : null;
        return received with { Fault = fault };
    }

    // The aggregator is trusted with the updates, not to be free of faults: what it sends is looked at as any update.
    private RoundInput FromAggregate(long session, AggregatedResult aggregate)
    {
        RoundKey key = aggregate.Key;
        string? fault = null;
        if (_machine!.Specification is { } specification)
        {
            fault = UpdateInspection.FindFault(specification.Layout, aggregate.Parameters.Span, weight: 1) is { } unsound
                ? $"the aggregate is unsound: {unsound.Text}"
                : _machine.Phase == RoundPhase.Aggregating ? Step(specification.Layout, aggregate) : null;
        }

        return fault is null
            ? new AggregateReceived(session, key.RunId, key.Round, key.Attempt, aggregate.Contributors)
            : new AggregationFailureReceived(session, key.RunId, key.Round, key.Attempt, fault);
    }

    // The server optimizer's step from the last committed round; what it remembers counts only once the round is committed.
    private string? Step(ParameterLayout layout, AggregatedResult aggregate)
    {
        if (_strategy.Optimizer is Averaging)
        {
            _stepped = (aggregate.Parameters.ToVector(layout), OptimizerState.Empty);
            return null;
        }

        ParameterVector next = new(layout);
        OptimizerState state = _strategy.Optimizer.Step(_journal.Global!.Values, aggregate.Parameters.Span, _journal.OptimizerState, next.AsSpan());
        _stepped = (next, state);
        return UpdateInspection.FindFault(layout, next.Values, weight: 1) is { } unsound
            ? $"the step of server optimizer {_strategy.Optimizer.Name} is unsound: {unsound.Text}"
            : null;
    }

    private RoundInput FromEvaluation(long session, EvaluationResult evaluation)
    {
        _evaluation = evaluation;
        RoundKey key = evaluation.Key;
        string? asked = key.Round == _candidate?.Round ? _candidate.Hash : key.Round == _backfill.Round ? _backfill.Hash : null;
        bool fits = evaluation.ParameterHash == asked && evaluation.PerClassAccuracy.Length == _machine!.Specification?.Classes;
        return fits
            ? new EvaluationReceived(session, key.RunId, key.Round, key.Attempt)
            : new EvaluationFailureReceived(session, key.RunId, key.Round, key.Attempt, "the evaluation is of other parameters or another number of classes than asked for");
    }
}
