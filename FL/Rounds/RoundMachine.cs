using FedActors.FL.Configuration;
using FedActors.FL.Models;

namespace FedActors.FL.Rounds;

/// <summary>A coordinated run as a pure state machine: what happened goes in, what to do comes out. It knows no actor, socket, clock or store.</summary>
/// <remarks>
/// Invariants, kept whatever the order of inputs: rounds commit one after another, each once; an accepted update counts in exactly one
/// round; a round closes with its quorum or not at all; while the run goes on, a timer is armed or the store owes an answer, so that
/// no wait is without a deadline; after <see cref="FinishRun"/> nothing has an effect.
/// A round goes Collecting, Aggregating, Evaluating, Persisting; each phase has a handler of its own.
/// Not safe for concurrent use. Hand inputs one at a time, and perform all effects of one before the next.
/// </remarks>
public sealed class RoundMachine : IRoundMachine
{
    private readonly RunTurn _turn;

    /// <summary>Creates the machine of one run, fresh or resumed.</summary>
    /// <param name="options">The run's rules; validated by whoever bound them.</param>
    /// <param name="position">Where the run stands.</param>
    /// <param name="specification">The model that members' data must fit, or null to take the first member's.</param>
    /// <param name="expectsEvaluator">Whether the start waits for an evaluator; one that registers later is put to work all the same.</param>
    public RoundMachine(FederationOptions options, RunPosition position, ModelSpecification? specification = null, bool expectsEvaluator = true)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(position);
        _turn = new RunTurn(options, new RunState(position, specification, expectsEvaluator, options.Participation.Workers));
        foreach (int round in position.Unevaluated)
        {
            _turn.State.Backlog.Add(round);
        }
    }

    /// <inheritdoc/>
    public RoundPhase Phase => _turn.State.Phase;

    /// <inheritdoc/>
    public int CommittedRounds => _turn.State.Committed;

    /// <inheritdoc/>
    public int Round => _turn.State.Round;

    /// <inheritdoc/>
    public int Attempt => _turn.State.Attempt;

    /// <inheritdoc/>
    public ModelSpecification? Specification => _turn.State.Specification;

    /// <inheritdoc/>
    public Objection? FindMisplacement(UpdateReceived update)
    {
        ArgumentNullException.ThrowIfNull(update);
        return _turn.KeepsLate ? Flying.FindMisplacement(_turn, update) : UpdateCheck.FindMisplacement(_turn.State, update);
    }

    /// <inheritdoc/>
    public IReadOnlyList<RoundEffect> Handle(RoundInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        _turn.Clear();
        if (Phase == RoundPhase.Finished)
        {
            return _turn.Effects;
        }

        Dispatch(input);
        return _turn.Effects;
    }

    private void Dispatch(RoundInput input)
    {
        switch (input)
        {
            case RunOpened:
                Starting.OnOpened(_turn);
                break;
            case RegistrationReceived registration:
                Registration.OnReceived(_turn, registration);
                break;
            case MemberLost lost:
                Departure.OnLost(_turn, lost);
                break;
            case UpdateReceived update:
                Collecting.OnUpdate(_turn, update);
                break;
            case TrainingFailureReceived failure:
                Collecting.OnTrainingFailure(_turn, failure);
                break;
            case AccumulationRefused refused:
                Aggregating.OnAccumulationRefused(_turn, refused);
                break;
            case AggregateReceived aggregate:
                Aggregating.OnAggregate(_turn, aggregate);
                break;
            case AggregationFailureReceived failure:
                Aggregating.OnFailure(_turn, failure);
                break;
            case SumsAwaited sums:
                Aggregating.OnSumsAwaited(_turn, sums);
                break;
            case EvaluationReceived evaluation:
                Evaluating.OnEvaluation(_turn, evaluation);
                break;
            case EvaluationFailureReceived failure:
                Evaluating.OnFailure(_turn, failure);
                break;
            case ParametersUnavailable unavailable:
                Backfill.OnUnavailable(_turn, unavailable);
                break;
            case RunBegun:
                Starting.OnBegun(_turn);
                break;
            case RoundPersisted persisted:
                Persisting.OnPersisted(_turn, persisted);
                break;
            case StorageFailed failed:
                Persisting.OnFailed(_turn, failed);
                break;
            case TimerElapsed elapsed:
                Timeouts.OnElapsed(_turn, elapsed.Timer);
                break;
            case StopRequested stop:
                _turn.Finish(RunOutcome.Stopped, stop.Reason);
                break;
            default:
                throw new ArgumentException($"{input.GetType().Name} is not an input that the machine knows.", nameof(input));
        }
    }
}
