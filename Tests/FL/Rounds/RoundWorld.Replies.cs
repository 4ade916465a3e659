using FedActors.FL.Rounds;

namespace FedActors.Tests.FL.Rounds;

/// <summary>How the members and the store answer.</summary>
internal sealed partial class RoundWorld
{
    private void Perform(RoundEffect effect, Queue<RoundInput> inputs)
    {
        switch (effect)
        {
            case StartTimer start:
                _timers[start.Timer.Sequence] = (start.Timer, _now + start.After);
                break;
            case CancelTimer cancel:
                _timers.Remove(cancel.Timer.Sequence);
                break;
            case BeginRun:
                inputs.Enqueue(_chance.NextInt(10) == 0 ? new StorageFailed(0, "busy", MayPass: true) : new RunBegun());
                break;
            case PersistRound persist:
                inputs.Enqueue(_chance.NextInt(10) == 0
                    ? new StorageFailed(persist.Summary.Round, "busy", MayPass: true)
                    : new RoundPersisted(persist.Summary.Round));
                break;
            case EvaluateCommitted committed when _chance.NextInt(4) == 0:
                inputs.Enqueue(new ParametersUnavailable(committed.Round));
                break;
            default:
                Reply(effect);
                break;
        }
    }

    private void Reply(RoundEffect effect)
    {
        switch (effect)
        {
            case RequestTraining request when Alive(request.Session) is { } worker:
                worker.Session.Should().Be(request.Session);
                Send(worker.Session, _chance.NextInt(12) == 0
                    ? new TrainingFailureReceived(worker.Session, worker.Id, Run, request.Round, request.Attempt, "bad luck")
                    : Update(worker, request));
                if (_chance.NextInt(8) == 0)
                {
                    Send(worker.Session, Update(worker, request));
                }

                break;
            case OpenAggregation open when Alive(open.Session) is { } aggregator:
                aggregator.Accumulators.Clear();
                aggregator.Accumulators[(open.Round, open.Attempt)] = [];
                break;
            case HandOverUpdate accumulate when Alive(accumulate.Session) is { } aggregator:
                if (_chance.NextInt(30) == 0)
                {
                    Send(aggregator.Session, new AccumulationRefused(
                        aggregator.Session, Run, accumulate.Round, accumulate.Attempt, accumulate.WorkerId, new Objection(RefusalReason.OutOfRange, "too large")));
                }
                else if (aggregator.Accumulators.TryGetValue((accumulate.Round, accumulate.Attempt), out List<string>? accumulator))
                {
                    // One in forty is lost on the way, which nobody notices until the round is closed.
                    if (_chance.NextInt(40) > 0)
                    {
                        accumulator.Add(accumulate.WorkerId);
                    }
                }
                else
                {
                    Send(aggregator.Session, new AggregationFailureReceived(aggregator.Session, Run, accumulate.Round, accumulate.Attempt, "nothing open"));
                }

                break;
            case CloseAggregation close when Alive(close.Session) is { } aggregator:
                Send(aggregator.Session, aggregator.Accumulators.TryGetValue((close.Round, close.Attempt), out List<string>? contributors)
                    ? new AggregateReceived(aggregator.Session, Run, close.Round, close.Attempt, contributors)
                    : new AggregationFailureReceived(aggregator.Session, Run, close.Round, close.Attempt, "nothing held"));
                break;
            case EvaluateCandidate evaluate when Alive(evaluate.Session) is { } evaluator:
                Send(evaluator.Session, new EvaluationReceived(evaluator.Session, Run, evaluate.Round, evaluate.Attempt));
                break;
            case EvaluateCommitted evaluate when Alive(evaluate.Session) is { } evaluator:
                Send(evaluator.Session, new EvaluationReceived(evaluator.Session, Run, evaluate.Round, 0));
                break;
        }
    }

    private UpdateReceived Update(Party worker, RequestTraining request) => new(
        worker.Session, worker.Id, Run, request.Round, request.Attempt, new UpdateFigures(100, 0.5, 0.5, TimeSpan.FromMilliseconds(1)),
        _chance.NextInt(15) == 0 ? new Objection(RefusalReason.NonFinite, "diverged") : null);

    private Party? Alive(long session) => _parties.Values.FirstOrDefault(party => party.Session == session && !party.Hung);
}
