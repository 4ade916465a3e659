using FedActors.Actors;
using FedActors.Actors.Middleware;
using FedActors.FL.Protocol;
using FedActors.Simulation.Kernel;

namespace FedActors.Simulation.Coordinated;

/// <summary>Stands before the actors of one process: shows the invariants what they handle, and lets them hang, dawdle, fail or misspeak.</summary>
internal sealed class Interference(SimulatedProcess process, CoordinatedInvariants invariants, Action<FaultKind> hit)
{
    private bool _speaking;

    /// <summary>The next message is never done with.</summary>
    public bool Hangs { get; set; }

    /// <summary>Whether an actor hangs.</summary>
    public bool Hung { get; private set; }

    /// <summary>How long the next message takes, or null.</summary>
    public TimeSpan? Dawdles { get; set; }

    /// <summary>How many of the next messages fail.</summary>
    public int Fails { get; set; }

    /// <summary>Whether the next request has parameters of another shape.</summary>
    public bool Damages { get; set; }

    /// <summary>What is sent beside the next updates.</summary>
    public Queue<int> Confusions { get; } = new();

    /// <summary>How long the next computation takes, or null for as long as usual.</summary>
    public TimeSpan? Training { get; set; }

    /// <summary>Whether the next computation never ends.</summary>
    public bool TrainingHangs { get; set; }

    public ReceiveMiddleware Receive => next => (context, envelope) =>
    {
        if (!process.IsAlive)
        {
            return ValueTask.CompletedTask;
        }

        bool damaged = false;
        if (Damages && Damage(envelope.Message) is { } other)
        {
            Damages = false;
            damaged = true;
            envelope = envelope with { Message = other };
            hit(FaultKind.DamagedRequest);
        }

        Show(envelope.Message, damaged);
        if (Confusions.Count > 0 && envelope is { Message: GlobalModelBroadcast news, Sender: { } provider })
        {
            // Nobody has asked for this one, and it could not count if somebody had.
            hit(FaultKind.ConfusedWorker);
            provider.Tell(Confusion.Unasked(news.Key, process.Host.Name), context.Self);
        }

        if (Fails > 0)
        {
            Fails--;
            hit(FaultKind.FailingActor);
            throw new InvalidOperationException("The handler failed.");
        }

        if (Hangs)
        {
            Hangs = false;
            Hung = true;
            hit(FaultKind.HungActor);
            return new ValueTask(new TaskCompletionSource().Task);
        }

        return Dawdles is { } duration ? DawdleAsync(next, context, envelope, duration) : next(context, envelope);
    };

    public SendMiddleware Send => next => (ActorRef target, ref Envelope envelope) =>
    {
        if (!_speaking && Confusions.Count > 0 && envelope.Message is ModelUpdate update)
        {
            _speaking = true;
            int kind = Confusions.Dequeue();
            hit(FaultKind.ConfusedWorker);
            target.Tell(Confusion.Of(update, kind), envelope.Sender);
            _speaking = false;
        }

        return next(target, ref envelope);
    };

    private async ValueTask DawdleAsync(ReceiveHandler next, ActorContext context, Envelope envelope, TimeSpan duration)
    {
        Dawdles = null;
        hit(FaultKind.SlowActor);
        await Task.Delay(duration, process.Clock);
        await next(context, envelope);
    }

    private void Show(object message, bool damaged)
    {
        switch (message)
        {
            case TrainRequest request:
                invariants.OnTrainRequest(process.Host.Name, request, damaged);
                break;
            case RunPlan plan:
                invariants.OnPlan(plan);
                break;
            case GlobalModelBroadcast broadcast:
                invariants.OnAnnounced(broadcast.Key.Round, broadcast.ParameterHash);
                break;
            case OpenRound:
                invariants.OnAverageOpened(process.Host.Name);
                break;
            case AccumulateUpdate update:
                invariants.OnAccumulated(process.Host.Name, update);
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
