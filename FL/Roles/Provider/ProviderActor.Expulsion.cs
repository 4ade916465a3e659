using FedActors.Actors;
using FedActors.FL.Protocol;
using FedActors.FL.Rounds;

namespace FedActors.FL.Roles;

/// <content>Combiners that fail: the attempt is over, and who fails too often takes no further part.</content>
internal sealed partial class ProviderActor
{
    // It hangs, or has too slow a connection. Without it the round can be asked again, and with it all attempts would end like this one.
    private void ExpelOverdue(ActorContext context, RoundTimer timer)
    {
        if (timer.Kind == RoundTimerKind.Aggregate && _machine?.Phase == RoundPhase.Aggregating)
        {
            foreach (RegisteredCombiner combiner in _combined!.Awaited)
            {
                Expel(context, combiner, "it did not send its sum in time");
            }
        }
    }

    /// <summary>A combiner that sends what is no sum of what it was asked for, or too often none, is trusted with nothing more in this run.</summary>
    private void Expel(ActorContext context, RegisteredCombiner combiner, string fault)
    {
        string text = $"combiner {combiner.Id} takes no further part: {fault}";
        _meter.OnRefused(RefusalReason.AggregationFailed);
        Log.SumRefused(context.Log, combiner.Id, _combined!.Key, fault);
        bool isHere = _combiners.Find(combiner.Actor) == combiner;
        _combiners.Expel(combiner);
        if (isHere)
        {
            Tell(context, combiner.Actor, new RegistrationRefused(combiner.Id, RegistrationRefusal.WrongSum.Code(), WireText.Clip(text), MayPass: false));
            LoseWorkers(context, combiner, fault);
        }

        FailAttempt(context, combiner, text);
    }

    // However often one combiner fails, the run goes on without it: its workers have other ways.
    private void FailAttempt(ActorContext context, RegisteredCombiner combiner, string text)
    {
        _inputs.Enqueue(Failure(combiner.Id, text));
        int failures = _combiners.CountFailure(combiner.Id, _combined!.Key);
        if (failures >= setup.Options.Participation.MaxAttempts && !_combiners.IsExpelled(combiner.Id))
        {
            Expel(context, combiner, $"{failures} attempts at round {_combined.Key.Round} failed with it");
        }
    }
}
