using FedActors.Actors;
using FedActors.Actors.Middleware;
using FedActors.FL.Protocol;
using FedActors.Simulation.Kernel;
using FedActors.Simulation.Schedules;
using FedActors.Simulation.Worlds;

namespace FedActors.Simulation.Coordinated;

/// <summary>Shows the invariants what actors handle, damages requests, and lets workers misspeak.</summary>
internal sealed class CoordinatedInterference(SimulatedProcess process, CoordinatedInvariants invariants, Action<FaultKind> hit) : Interference(process, hit)
{
    private bool _speaking;
    private bool _sawLast;

    /// <summary>Whether the next request has parameters of another shape.</summary>
    public bool Damages { get; set; }

    /// <summary>The round after whose model the evaluator hangs at the next one, or null.</summary>
    public int? HangsAfter { get; set; }

    /// <summary>What is sent beside the next updates.</summary>
    public Queue<int> Confusions { get; } = new();

    public override SendMiddleware Send => next => (ActorRef target, ref Envelope envelope) =>
    {
        if (!_speaking && Confusions.Count > 0 && envelope.Message is ModelUpdate update)
        {
            _speaking = true;
            int kind = Confusions.Dequeue();
            Hit(FaultKind.ConfusedWorker);
            target.Tell(Confusion.Of(update, kind), envelope.Sender);
            _speaking = false;
        }

        return next(target, ref envelope);
    };

    protected override Envelope Before(ActorContext context, Envelope envelope)
    {
        bool damaged = false;
        if (Damages && Damage(envelope.Message) is { } other)
        {
            Damages = false;
            damaged = true;
            envelope = envelope with { Message = other };
            Hit(FaultKind.DamagedRequest);
        }

        if (HangsAfter is { } last && envelope.Message is EvaluateModel asked)
        {
            TrainingHangs |= _sawLast;
            _sawLast |= asked.Key.Round >= last;
        }

        Show(envelope.Message, damaged);
        if (Confusions.Count > 0 && envelope is { Message: GlobalModelBroadcast news, Sender: { } provider })
        {
            // Nobody has asked for this one, and it could not count if somebody had.
            Hit(FaultKind.ConfusedWorker);
            provider.Tell(Confusion.Unasked(news.Key, Process.Host.Name), context.Self);
        }

        return envelope;
    }

    private void Show(object message, bool damaged)
    {
        switch (message)
        {
            case TrainRequest { Parameters.IsEmpty: false } request:
                invariants.OnTrainRequest(Process.Host.Name, request, damaged);
                break;
            case RunPlan plan:
                invariants.OnPlan(plan);
                break;
            case GlobalModelBroadcast broadcast:
                invariants.OnAnnounced(broadcast.Key.Round, broadcast.ParameterHash);
                break;
            case OpenRound:
                invariants.OnAverageOpened(Process.Host.Name);
                break;
            case AccumulateUpdate update:
                invariants.OnAccumulated(Process.Host.Name, update.Key, [update.WorkerId]);
                break;
            case AccumulateSum sum:
                invariants.OnAccumulated(Process.Host.Name, sum.Key, sum.Workers);
                break;
        }
    }

    private static object? Damage(object message) => message switch
    {
        TrainRequest request => request with { Parameters = request.Parameters[1..] },
        EvaluateModel model => model with { Parameters = model.Parameters[1..] },
        _ => null,
    };
}
