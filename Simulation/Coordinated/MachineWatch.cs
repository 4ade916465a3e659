using FedActors.FL.Models;
using FedActors.FL.Rounds;
using FedActors.Simulation.Schedules;

namespace FedActors.Simulation.Coordinated;

/// <summary>Stands around the round machine and holds it to its invariants.</summary>
/// <param name="inner">The machine.</param>
/// <param name="report">Told which invariant is broken, and how.</param>
/// <param name="opened">Told of each round whose updates are asked for, and again with each attempt.</param>
/// <param name="counted">Told what a round counts, before it is written.</param>
/// <param name="coverage">Counts what was reached.</param>
internal sealed class MachineWatch(
    IRoundMachine inner, Action<string, string> report, Action<int> opened, Action<int, IReadOnlyList<CountedUpdate>> counted, Coverage coverage) : IRoundMachine
{
    private readonly HashSet<RoundTimer> _armed = [];
    private readonly SortedDictionary<string, HandOverUpdate> _handedOver = new(StringComparer.Ordinal);
    private (int Round, int Attempt) _open;
    private bool _storeOwes;

    public RoundPhase Phase => inner.Phase;

    public int CommittedRounds => inner.CommittedRounds;

    public int Round => inner.Round;

    public int Attempt => inner.Attempt;

    public ModelSpecification? Specification => inner.Specification;

    public Objection? FindMisplacement(UpdateReceived update) => inner.FindMisplacement(update);

    public IReadOnlyList<RoundEffect> Handle(RoundInput input)
    {
        RoundPhase before = inner.Phase;
        OnInput(input);
        IReadOnlyList<RoundEffect> effects = inner.Handle(input);
        foreach (RoundEffect effect in effects)
        {
            OnEffect(effect);
        }

        if (inner.Phase != before)
        {
            coverage.Hit($"phase {before} {inner.Phase}");
        }

        if (inner.Phase is not (RoundPhase.New or RoundPhase.Finished) && _armed.Count == 0 && !_storeOwes)
        {
            report("no wait without a deadline", $"in {inner.Phase} no timer is armed and the store owes nothing, after {input.GetType().Name}");
        }

        return effects;
    }

    private void OnInput(RoundInput input)
    {
        switch (input)
        {
            case TimerElapsed elapsed:
                _armed.Remove(elapsed.Timer);
                coverage.Hit($"timer {elapsed.Timer.Kind}");
                break;
            case RunBegun or RoundPersisted or StorageFailed:
                _storeOwes = false;
                break;
            case MemberLost { MayReturn: true } when inner.Phase is RoundPhase.Collecting or RoundPhase.Aggregating:
                coverage.Hit("combiner lost in a round");
                break;
            case AccumulationRefused refused:
                _handedOver.Remove(refused.WorkerId);
                break;
        }
    }

    private void OnEffect(RoundEffect effect)
    {
        switch (effect)
        {
            case StartTimer start:
                _armed.Add(start.Timer);
                break;
            case CancelTimer cancel:
                _armed.Remove(cancel.Timer);
                break;
            case BeginRun:
                _storeOwes = true;
                break;
            case PersistRound persist:
                _storeOwes = true;
                OnPersist(persist.Summary);
                break;
            case OpenAggregation open:
                _open = (open.Round, open.Attempt);
                opened(open.Round);
                _handedOver.Clear();
                break;
            case HandOverUpdate update:
                coverage.Hit(update.Held ? "update held" : update.Staleness > 0 ? "update of an earlier round" : "update of the round");
                if ((update.Round, update.Attempt) != _open || !_handedOver.TryAdd(update.WorkerId, update))
                {
                    report("an update counts once", $"the update of {update.WorkerId} for round {update.Round}, attempt {update.Attempt}, is handed over twice");
                }

                break;
            case RefuseUpdate refused:
                coverage.Hit($"refused {refused.Reason.Code()}");
                break;
            case RefuseRegistration refused:
                coverage.Hit($"not admitted {refused.Refusal.Code()}");
                break;
            case FinishRun finish:
                coverage.Hit($"outcome {finish.Outcome}");
                break;
            default:
                coverage.Hit($"effect {effect.GetType().Name}");
                break;
        }
    }

    private void OnPersist(RoundSummary summary)
    {
        if (!summary.Participants.Select(participant => participant.WorkerId).Order(StringComparer.Ordinal).SequenceEqual(_handedOver.Keys))
        {
            report("an update counts once", $"round {summary.Round} counts {string.Join(", ", summary.Participants.Select(participant => participant.WorkerId))}; handed over were {string.Join(", ", _handedOver.Keys)}");
            return;
        }

        counted(summary.Round, [.. summary.Participants.Select(participant =>
        {
            HandOverUpdate update = _handedOver[participant.WorkerId];
            return new CountedUpdate(participant.WorkerId, summary.Round - update.Staleness, update.Staleness, participant.Figures.Steps, update.Weight);
        })]);
    }
}
