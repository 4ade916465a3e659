using FedActors.Actors;
using FedActors.FL.Aggregation;
using FedActors.FL.Models;
using FedActors.FL.Protocol;
using FedActors.FL.Rounds;
using FedActors.FL.Strategies;

namespace FedActors.FL.Roles;

/// <summary>Reduces a round's updates by the strategy's rule: the mean as they arrive, other rules when all are there.</summary>
/// <remarks>What it holds is not kept over a restart. It then registers anew, and the provider has the round sent again.</remarks>
internal sealed class AggregatorActor : Actor
{
    private readonly Membership _membership;
    private readonly List<string> _contributors = [];
    private IUpdateReducer? _reducer;
    private ParameterLayout? _layout;
    private RoundKey _open;

    public AggregatorActor(AggregatorSetup setup) =>
        _membership = new Membership("aggregator", setup, context => new RegisterAggregator(setup.MemberId, context.System.Incarnation));

    protected override ValueTask OnStartedAsync(ActorContext context)
    {
        _membership.Start(context);
        return ValueTask.CompletedTask;
    }

    protected override ValueTask OnStoppedAsync(ActorContext context)
    {
        _membership.Stop();
        return ValueTask.CompletedTask;
    }

    protected override ValueTask OnRestartingAsync(ActorContext context, Exception reason) => OnStoppedAsync(context);

    protected override ValueTask OnReceiveAsync(ActorContext context, object message)
    {
        if (_membership.TryHandle(context, message) || !_membership.IsFromProvider(context))
        {
            return ValueTask.CompletedTask;
        }

        switch (message)
        {
            case OpenRound open:
                return OpenAsync(context, open);
            case AccumulateUpdate update:
                Accumulate(context, update);
                break;
            case AccumulateSum sum:
                Accumulate(context, sum);
                break;
            case CloseRound close:
                return CloseAsync(context, close.Key);
        }

        return ValueTask.CompletedTask;
    }

    private ValueTask OpenAsync(ActorContext context, OpenRound open)
    {
        _open = open.Key;
        _contributors.Clear();
        try
        {
            _layout = open.Specification.Layout;
            _reducer = Strategy.From(open.Strategy, open.LearningRate).Open(_layout, open.Reference);
            return ValueTask.CompletedTask;
        }
        catch (ArgumentException e)
        {
            // The provider's rules were validated where they were bound: it is newer, or not what it says.
            _reducer = null;
            return _membership.TellAsync(context, new AggregationFailed(open.Key, WireText.Clip($"the aggregator cannot reduce by strategy {open.Strategy.Name}: {e.Message}")));
        }
    }

    // Told without waiting: the provider may itself be waiting for room here. A refusal that gets lost shows as a missing contributor.
    private void Accumulate(ActorContext context, AccumulateUpdate update)
    {
        if (_reducer is null || update.Key != _open)
        {
            context.Respond(new AggregationFailed(update.Key, $"the aggregator does not hold {update.Key}"));
        }
        else if (_reducer.TryAdd(new ContributedUpdate(update.WorkerId, update.Parameters, update.Weight, update.Steps, update.StartLoss), out UpdateFault? fault))
        {
            _contributors.Add(update.WorkerId);
        }
        else
        {
            Objection objection = Objections.From(fault);
            context.Respond(new UpdateNotAccumulated(update.Key, update.WorkerId, objection.Reason.Code(), WireText.Clip(objection.Text)));
        }
    }

    private void Accumulate(ActorContext context, AccumulateSum sum)
    {
        if (_reducer is null || sum.Key != _open)
        {
            context.Respond(new AggregationFailed(sum.Key, $"the aggregator does not hold {sum.Key}"));
        }
        else if (_reducer is not ISumReducer reducer)
        {
            context.Respond(new AggregationFailed(sum.Key, "the strategy's rule needs updates one by one, and a combiner has summed them"));
        }
        else if (!SumCodec.TryRead(sum.Body.Span, _layout!, sum.Weights.Span, out FederatedAverage? average, out string? lie))
        {
            context.Respond(new SumNotAccumulated(sum.Key, sum.CombinerId, WireText.Clip(lie)));
        }
        else if (!reducer.TryMerge(average, out UpdateFault? full))
        {
            // A sound sum for which others left no room: no fault of the combiner's.
            context.Respond(new AggregationFailed(sum.Key, WireText.Clip($"the sum of combiner {sum.CombinerId} does not fit: {full.Text}")));
        }
        else
        {
            _contributors.AddRange(sum.Workers);
        }
    }

    private ValueTask CloseAsync(ActorContext context, RoundKey key)
    {
        if (_reducer is null || key != _open || _contributors.Count == 0)
        {
            return _membership.TellAsync(context, new AggregationFailed(key, $"the aggregator holds no update of {key}"));
        }

        return _reducer.TryReduce(out ParameterVector? result, out string? fault)
            ? _membership.TellAsync(context, new AggregatedResult(key, result.Memory, _contributors.ToArray()))
            : _membership.TellAsync(context, new AggregationFailed(key, WireText.Clip(fault)));
    }
}
