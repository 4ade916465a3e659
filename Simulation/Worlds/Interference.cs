using FedActors.Actors;
using FedActors.Actors.Middleware;
using FedActors.Simulation.Kernel;
using FedActors.Simulation.Schedules;

namespace FedActors.Simulation.Worlds;

/// <summary>Stands before the actors of one process: lets them hang, dawdle or fail, and computations take long.</summary>
/// <param name="process">Whose actors.</param>
/// <param name="hit">Told of each fault that something met.</param>
internal abstract class Interference(SimulatedProcess process, Action<FaultKind> hit)
{
    private bool _computationHung;

    /// <summary>The next message is never done with.</summary>
    public bool Hangs { get; set; }

    /// <summary>Whether an actor hangs.</summary>
    public bool Hung { get; private set; }

    /// <summary>Whether an actor hangs, or a computation for which one waits.</summary>
    public bool IsStuck => Hung || _computationHung;

    /// <summary>How long the next message takes, or null.</summary>
    public TimeSpan? Dawdles { get; set; }

    /// <summary>How many of the next messages fail.</summary>
    public int Fails { get; set; }

    /// <summary>How long the next computation takes, or null for as long as usual.</summary>
    public TimeSpan? Training { get; set; }

    /// <summary>Whether the next computation never ends.</summary>
    public bool TrainingHangs { get; set; }

    public ReceiveMiddleware Receive => next => (context, envelope) =>
    {
        if (!Process.IsAlive)
        {
            return ValueTask.CompletedTask;
        }

        envelope = Before(context, envelope);
        if (Fails > 0 && MayFail(context))
        {
            Fails--;
            hit(FaultKind.FailingActor);
            throw new InvalidOperationException("The handler failed.");
        }

        if (Hangs && MayFail(context))
        {
            Hangs = false;
            Hung = true;
            hit(FaultKind.HungActor);
            return new ValueTask(new TaskCompletionSource().Task);
        }

        return HandleAsync(next, context, envelope);
    };

    public abstract SendMiddleware Send { get; }

    protected SimulatedProcess Process { get; } = process;

    /// <summary>How long a computation takes that begins now; null if it never ends.</summary>
    /// <param name="usual">When nothing is wrong.</param>
    public TimeSpan? DurationOf(TimeSpan usual)
    {
        if (TrainingHangs)
        {
            TrainingHangs = false;
            _computationHung = true;
            hit(FaultKind.HungTraining);
            return null;
        }

        if (Training is { } slow)
        {
            Training = null;
            hit(FaultKind.SlowTraining);
            return slow;
        }

        return usual;
    }

    /// <summary>Sees a message before its actor does, and may put another in its place.</summary>
    protected abstract Envelope Before(ActorContext context, Envelope envelope);

    /// <summary>An actor has handled a message.</summary>
    protected virtual void After(ActorContext context)
    {
    }

    /// <summary>Whether an actor is one of those whose faults a schedule means.</summary>
    protected virtual bool MayFail(ActorContext context) => true;

    protected void Hit(FaultKind kind) => hit(kind);

    private ValueTask HandleAsync(ReceiveHandler next, ActorContext context, Envelope envelope)
    {
        ValueTask handling = Dawdles is { } duration && MayFail(context) ? DawdleAsync(next, context, envelope, duration) : next(context, envelope);
        if (!handling.IsCompletedSuccessfully)
        {
            return FinishAsync(handling, context);
        }

        After(context);
        return handling;
    }

    private async ValueTask FinishAsync(ValueTask handling, ActorContext context)
    {
        await handling;
        After(context);
    }

    private async ValueTask DawdleAsync(ReceiveHandler next, ActorContext context, Envelope envelope, TimeSpan duration)
    {
        Dawdles = null;
        hit(FaultKind.SlowActor);
        await Task.Delay(duration, Process.Clock);
        await next(context, envelope);
    }
}
