using FedActors.FL.Configuration;
using FedActors.FL.Rounds;

namespace FedActors.Tests.FL.Rounds;

/// <summary>What must hold of a machine's effects whatever happened to it. Survives restarts of the provider, as the store does.</summary>
internal sealed class RoundInvariants(FederationOptions options)
{
    private readonly HashSet<RoundTimer> _armed = [];
    private readonly SortedSet<int> _unevaluated = [];
    private readonly Dictionary<string, bool> _accepted = [];
    private readonly HashSet<(string Worker, int Round)> _committed = [];
    private readonly List<(string Worker, int Round)> _counted = [];
    private readonly HashSet<string> _held = [];
    private (int Round, int Attempt) _open;
    private (int Round, int Attempt) _adopted;
    private RoundSummary? _persisting;
    private bool _storeOwes;
    private int _announced;

    public int Committed { get; private set; }

    /// <summary>Updates that counted in a later round than they were asked in.</summary>
    public int Stale { get; private set; }

    private int Quorum => options.Protocol.Kind == Protocols.Asynchronous ? 1 : options.Participation.MinWorkers;

    public bool Begun { get; private set; }

    public FinishRun? Finish { get; private set; }

    public IReadOnlyList<int> Unevaluated => [.. _unevaluated];

    /// <summary>Effects seen, by kind, to show that a campaign reached them.</summary>
    public Dictionary<string, int> Seen { get; } = [];

    public void OnRestart()
    {
        _armed.Clear();
        _counted.Clear();
        _held.Clear();
        _accepted.Clear();
        _persisting = null;
        _storeOwes = false;
        _announced = Committed;
        _adopted = default;
        _open = default;
    }

    public void OnElapsed(RoundTimer timer) => _armed.Remove(timer);

    public void OnTurn(RoundMachine machine, RoundInput input, IReadOnlyList<RoundEffect> effects)
    {
        (Finish is null || effects.Count == 0).Should().BeTrue("nothing has an effect after the end");
        OnStored(input);
        if (input is AccumulationRefused refused && !effects.OfType<ReportIgnored>().Any())
        {
            _accepted[refused.WorkerId] = false;
            _counted.RemoveAll(counted => counted.Worker == refused.WorkerId);
        }

        if (effects.OfType<AdoptAggregate>().Any())
        {
            ((AggregateReceived)input).Contributors.Order(StringComparer.Ordinal).Should().Equal(
                _accepted.Where(a => a.Value).Select(a => a.Key).Order(StringComparer.Ordinal), "what was accepted is in the model");
        }

        foreach (RoundEffect effect in effects)
        {
            Finish.Should().BeNull("the end is the last effect");
            string kind = effect is RefuseUpdate refusal ? refusal.Reason.Code() : effect.GetType().Name;
            Seen[kind] = Seen.GetValueOrDefault(kind) + 1;
            OnEffect(effect);
        }

        machine.CommittedRounds.Should().Be(Committed);
    }

    /// <summary>All effects of an input are performed.</summary>
    public void OnSettled(RoundMachine machine)
    {
        if (machine.Phase is not (RoundPhase.New or RoundPhase.Finished))
        {
            (_armed.Count > 0 || _storeOwes).Should().BeTrue($"no wait is without a deadline, also not in {machine.Phase}");
        }

        if (machine.Phase == RoundPhase.Finished)
        {
            _armed.Should().BeEmpty();
        }
    }

    private void OnStored(RoundInput input)
    {
        switch (input)
        {
            case RunBegun:
                Begun = true;
                _storeOwes = false;
                break;
            case StorageFailed:
                _storeOwes = false;
                break;
            case RoundPersisted persisted when _storeOwes:
                persisted.Round.Should().Be(Committed + 1, "rounds commit one after another");
                Committed = persisted.Round;
                foreach ((string worker, int round) in _counted)
                {
                    _committed.Add((worker, round)).Should().BeTrue("what {0} was asked in round {1} counts in one committed round", worker, round);
                }

                _storeOwes = false;
                if (!_persisting!.Evaluated)
                {
                    _unevaluated.Add(Committed);
                }

                break;
        }
    }

    private void OnEffect(RoundEffect effect)
    {
        switch (effect)
        {
            case StartTimer start:
                _armed.Add(start.Timer).Should().BeTrue();
                start.After.Should().BePositive();
                break;
            case CancelTimer cancel:
                _armed.Remove(cancel.Timer);
                break;
            case BeginRun:
                _storeOwes = true;
                break;
            case OpenAggregation open:
                open.Round.Should().Be(Committed + 1);
                ((open.Round, open.Attempt) != _open || !_accepted.ContainsValue(true)).Should().BeTrue("what was accepted may not be dropped without another attempt");
                open.Attempt.Should().BeLessThanOrEqualTo(2 * options.Participation.MaxAttempts, "attempts are bounded");
                _open = (open.Round, open.Attempt);
                _accepted.Clear();
                _counted.Clear();
                break;
            case HandOverUpdate accumulate:
                (accumulate.Round, accumulate.Attempt).Should().Be(_open);
                _accepted.GetValueOrDefault(accumulate.WorkerId).Should().BeFalse("an update counts once");
                _accepted[accumulate.WorkerId] = true;
                _held.Remove(accumulate.WorkerId).Should().Be(accumulate.Held, "what is handed over is in hand or was held");
                _counted.Add((accumulate.WorkerId, accumulate.Round - accumulate.Staleness));
                accumulate.Staleness.Should().BeInRange(0, options.Protocol.MaxStaleness);
                accumulate.Weight.Should().BeGreaterThan(0);
                Stale += accumulate.Staleness > 0 ? 1 : 0;
                break;
            case DropHeldUpdate drop:
                _held.Remove(drop.WorkerId).Should().BeTrue();
                break;
            case HoldUpdate hold:
                _held.Add(hold.WorkerId).Should().BeTrue("a worker owes one update at a time");
                break;
            case CloseAggregation close:
                (close.Round, close.Attempt).Should().Be(_open);
                _accepted.Values.Count(counted => counted).Should().BeGreaterThanOrEqualTo(Quorum);
                break;
            case AdoptAggregate adopt:
                _adopted = (adopt.Round, adopt.Attempt);
                _adopted.Should().Be(_open);
                break;
            case PersistRound persist:
                OnPersist(persist.Summary);
                break;
            case BackfillEvaluation backfill:
                _unevaluated.Remove(backfill.Round).Should().BeTrue();
                break;
            case AnnounceRound announce:
                announce.Round.Should().Be(Committed, "a round is announced only when it is durable");
                announce.Round.Should().Be(++_announced, "once");
                break;
            case FinishRun finish:
                Finish = finish;
                (finish.Outcome == RunOutcome.Finished).Should().Be(Committed == options.Training.Rounds);
                (finish.Outcome == RunOutcome.Finished || finish.Reason is { Length: > 0 }).Should().BeTrue("an early end has a reason");
                break;
        }
    }

    private void OnPersist(RoundSummary summary)
    {
        _storeOwes = true;
        _persisting = summary;
        summary.Round.Should().Be(Committed + 1);
        (summary.Round, summary.Attempts).Should().Be(_adopted, "what is stored is the candidate of the attempt that closed");
        string[] participants = [.. summary.Participants.Select(p => p.WorkerId)];
        participants.Should().Equal(_accepted.Where(a => a.Value).Select(a => a.Key).Order(StringComparer.Ordinal), "accepted and counted are the same");
        participants.Length.Should().BeGreaterThanOrEqualTo(Quorum);
        participants.Except(summary.Cohort).Should().BeEmpty();
        double.IsFinite(summary.TrainLoss).Should().BeTrue();
    }
}
