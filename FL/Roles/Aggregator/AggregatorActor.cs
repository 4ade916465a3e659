using FedActors.Actors;
using FedActors.FL.Aggregation;
using FedActors.FL.Protocol;
using FedActors.FL.Rounds;

namespace FedActors.FL.Roles;

/// <summary>Averages a round's updates as they arrive. Holds one average, whatever the number of workers.</summary>
/// <remarks>What it holds is not kept over a restart. It then registers anew, and the provider has the round sent again.</remarks>
internal sealed class AggregatorActor : Actor
{
    private readonly Membership _membership;
    private readonly List<string> _contributors = [];
    private FederatedAverage? _average;
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
                Open(open);
                break;
            case AccumulateUpdate update:
                Accumulate(context, update);
                break;
            case CloseRound close:
                return CloseAsync(context, close.Key);
        }

        return ValueTask.CompletedTask;
    }

    private void Open(OpenRound open)
    {
        _open = open.Key;
        _contributors.Clear();
        if (_average is not null && _average.Layout.Equals(open.Specification.Layout))
        {
            _average.Clear();
        }
        else
        {
            _average = new FederatedAverage(open.Specification.Layout);
        }
    }

    // Told without waiting: the provider may itself be waiting for room here. A refusal that gets lost shows as a missing contributor.
    private void Accumulate(ActorContext context, AccumulateUpdate update)
    {
        if (_average is null || update.Key != _open)
        {
            context.Respond(new AggregationFailed(update.Key, $"the aggregator does not hold {update.Key}"));
        }
        else if (_average.TryAdd(update.Parameters.Span, update.Samples, out UpdateFault? fault))
        {
            _contributors.Add(update.WorkerId);
        }
        else
        {
            Objection objection = Objections.From(fault);
            context.Respond(new UpdateNotAccumulated(update.Key, update.WorkerId, objection.Reason.Code(), WireText.Clip(objection.Text)));
        }
    }

    private ValueTask CloseAsync(ActorContext context, RoundKey key) =>
        _average is null || key != _open || _contributors.Count == 0
            ? _membership.TellAsync(context, new AggregationFailed(key, $"the aggregator holds no update of {key}"))
            : _membership.TellAsync(context, new AggregatedResult(key, _average.ToMean().Memory, _contributors.ToArray()));
}
