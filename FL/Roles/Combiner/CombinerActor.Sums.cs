using FedActors.Actors;
using FedActors.FL.Aggregation;
using FedActors.FL.Protocol;
using FedActors.FL.Rounds;

namespace FedActors.FL.Roles;

/// <content>Sums: of the workers here as their updates are counted, and of the combiners below when the round closes.</content>
internal sealed partial class CombinerActor
{
    private readonly SortedSet<string> _summed = new(StringComparer.Ordinal);
    private readonly HashSet<string> _uncounted = new(StringComparer.Ordinal);
    private CombinedRound? _round;
    private FederatedAverage? _sum;
    private SumRequest? _request;
    private bool _isAsked;

    private void Count(ActorContext context, StoodForWorker worker, CountUpdate count)
    {
        if (_round is { } later && later.Key.RunId == count.Key.RunId && (later.Key.Round, later.Key.Attempt).CompareTo((count.Key.Round, count.Key.Attempt)) > 0)
        {
            // It waited for room while the round was asked again.
            return;
        }

        worker.IsReported &= count.Key != worker.Asked;
        if (_round?.Key != count.Key)
        {
            SumRequest? ahead = _request?.Key == count.Key ? _request : null;
            ForgetRound();
            (_round, _request) = (new CombinedRound(count.Key), ahead);
        }

        if (worker.Below is { } below)
        {
            _round.Count(worker.Name, below, count.Weight);
            Tell(context, worker.Actor, count);
        }
        else if (worker.Held is not { } held || held.Key != count.Key)
        {
            Uncount(context, worker, new UpdateNotAccumulated(count.Key, worker.Name, RefusalReason.NoAnswer.Code(), $"combiner {_setup.MemberId} does not hold the update of worker {worker.Name}"));
        }
        else if (Sum().TryHold(held.Parameters, count.Weight, out UpdateFault? fault))
        {
            worker.Held = null;
            _summed.Add(worker.Name);
            _uncounted.Remove(worker.Name);
        }
        else
        {
            Objection objection = Objections.From(fault);
            Uncount(context, worker, new UpdateNotAccumulated(count.Key, worker.Name, objection.Reason.Code(), WireText.Clip(objection.Text)));
        }

        TryAnswer(context);
    }

    private void Uncount(ActorContext context, StoodForWorker worker, UpdateNotAccumulated refused)
    {
        if (_round?.Key == refused.Key)
        {
            _round.Forget(worker.Name, worker.Below);
            _uncounted.Add(worker.Name);
        }

        SendUp(context, worker, refused);
    }

    private FederatedAverage Sum() => _sum ??= new FederatedAverage(_plan!.Specification.Layout);

    private void OnSumRequest(ActorContext context, SumRequest request)
    {
        _request = request;
        TryAnswer(context);
    }

    private void OnSum(ActorContext context, RegisteredCombiner combiner, PartialSum sum)
    {
        if (_round is null || !_round.Awaits(combiner, sum.Key))
        {
            Log.SumIgnored(context.Log, combiner.Id, sum.Key);
            return;
        }

        (double[]? weights, string? fault) = _round.Take(combiner, sum);
        if (fault is null && SumCodec.TryRead(sum.Body.Span, _plan!.Specification.Layout, weights, out FederatedAverage? average, out fault) && !Sum().TryMerge(average, out UpdateFault? full))
        {
            // A sound sum for which others left no room: no fault of its sender's.
            Fail(context, $"the sum of combiner {combiner.Id} does not fit: {full.Text}");
            return;
        }

        if (fault is not null)
        {
            string text = $"the sum of combiner {combiner.Id} is refused: {fault}";
            Refuse(context, combiner.Actor, combiner.Id, RegistrationRefusal.WrongSum, text);
            _below.Expel(combiner);
            Fail(context, text);
            Lose(context, combiner, text);
            return;
        }

        TryAnswer(context);
    }

    private void OnSumFailed(ActorContext context, RegisteredCombiner combiner, SumFailed failed)
    {
        if (_round is not null && _round.Awaits(combiner, failed.Key))
        {
            Fail(context, failed.Text);
        }
    }

    // The provider has the round asked again; what was summed so far is of no use then.
    private void Fail(ActorContext context, string text)
    {
        if (_request is { } request && _membership.Provider is { } provider)
        {
            Tell(context, provider, new SumFailed(request.Key, WireText.Clip(text)));
        }

        ForgetRound();
    }

    private void FailSum(ActorContext context, RoundKey attempt)
    {
        if (_membership.Provider is { } provider)
        {
            Tell(context, provider, new SumFailed(attempt, WireText.Clip($"combiner {_setup.MemberId} could not count all these updates of {attempt}")));
        }
    }

    // What counts is told at the workers' places here, and the question may come before the last of that.
    private void TryAnswer(ActorContext context)
    {
        if (_request is not { } request)
        {
            return;
        }

        if (_round?.Key != request.Key)
        {
            if (request.Workers.Any(worker => !HasPlace(worker)))
            {
                _request = null;
                FailSum(context, request.Key);
            }

            return;
        }

        // Of a worker that left before its update was counted no word will come.
        if (request.Workers.Any(_uncounted.Contains) || (!_isAsked && request.Workers.Any(worker => !HasPlace(worker) && !_summed.Contains(worker) && !_round.Workers.Contains(worker))))
        {
            ForgetRound();
            FailSum(context, request.Key);
            return;
        }

        if (!_isAsked && _summed.Union(_round.Workers).Order(StringComparer.Ordinal).SequenceEqual(request.Workers))
        {
            _isAsked = true;
            foreach ((RegisteredCombiner combiner, SumRequest below) in _round.Ask())
            {
                Tell(context, combiner.Actor, below);
            }
        }

        if (_isAsked && !_round.IsAwaiting && _membership.Provider is { } provider)
        {
            Tell(context, provider, new PartialSum(request.Key, request.Workers, SumCodec.ToBytes(Sum())));
            ForgetRound();
        }
    }

    private void ForgetRound()
    {
        (_round, _sum, _request, _isAsked) = (null, null, null, false);
        _summed.Clear();
        _uncounted.Clear();
    }
}
