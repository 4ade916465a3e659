using FedActors.Actors;
using FedActors.FL.Protocol;
using FedActors.FL.Rounds;

namespace FedActors.FL.Roles;

/// <content>Combiners that fail: the attempt is over. Who is late, or fails too often, rests for some rounds; who sends a wrong sum takes no further part.</content>
internal sealed partial class ProviderActor
{
    // It hangs, or has too slow a connection. Without it the round can be asked again, and with it all attempts would end like this one.
    private void RestOverdue(ActorContext context, RoundTimer timer)
    {
        if (timer.Kind == RoundTimerKind.Aggregate && _machine?.Phase == RoundPhase.Aggregating)
        {
            foreach (RegisteredCombiner combiner in _combined!.Awaited)
            {
                Rest(context, combiner, "it did not send its sum in time");
            }
        }
    }

    /// <summary>A combiner that sends what is no sum of what it was asked for is trusted with nothing more in this run.</summary>
    private void Expel(ActorContext context, RegisteredCombiner combiner, string fault)
    {
        bool isHere = _combiners.Find(combiner.Actor) == combiner;
        _combiners.Expel(combiner);
        Dismiss(context, combiner, isHere, RegistrationRefusal.WrongSum, $"combiner {combiner.Id} takes no further part: {fault}", fault);
    }

    /// <summary>A combiner that owes its sum, or with which too many attempts have failed, may have been cut off or slow for once: it may come back, in a later round.</summary>
    private void Rest(ActorContext context, RegisteredCombiner combiner, string fault)
    {
        bool isHere = _combiners.Find(combiner.Actor) == combiner;
        _combiners.Rest(combiner, _combined!.Key);
        Dismiss(context, combiner, isHere, RegistrationRefusal.SumOverdue, $"combiner {combiner.Id} takes no part up to round {_combiners.RestsUntil(combiner.Id)}: {fault}", fault);
    }

    private void Dismiss(ActorContext context, RegisteredCombiner combiner, bool isHere, RegistrationRefusal refusal, string text, string fault)
    {
        _meter.OnRefused(RefusalReason.AggregationFailed);
        Log.SumRefused(context.Log, combiner.Id, _combined!.Key, fault);
        if (isHere)
        {
            Tell(context, combiner.Actor, new RegistrationRefused(combiner.Id, refusal.Code(), WireText.Clip(text), refusal.MayPass()));
            LoseWorkers(context, combiner, fault);
        }

        _inputs.Enqueue(Failure(combiner.Id, text));
        _combiners.CountFailure(combiner.Id, _combined.Key);
    }

    // However often one combiner fails, the run goes on without it: its workers have other ways.
    private void FailAttempt(ActorContext context, RegisteredCombiner combiner, string text)
    {
        _inputs.Enqueue(Failure(combiner.Id, text));
        int failures = _combiners.CountFailure(combiner.Id, _combined!.Key);
        if (failures >= setup.Options.Participation.MaxAttempts && !_combiners.IsExpelled(combiner.Id))
        {
            Rest(context, combiner, $"{failures} attempts at round {_combined.Key.Round} failed with it");
        }
    }
}
