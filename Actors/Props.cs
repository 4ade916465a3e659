using FedActors.Actors.Mailboxes;
using FedActors.Actors.Middleware;
using FedActors.Actors.Scheduling;
using FedActors.Actors.Supervision;

namespace FedActors.Actors;

/// <summary>How to make an actor, and how it is to live.</summary>
public sealed record Props
{
    private Props(Func<Actor> factory) => Factory = factory;

    /// <summary>Makes an instance, for the start and for each restart.</summary>
    public Func<Actor> Factory { get; }

    /// <summary>The mailbox's bound, and what happens when it is full.</summary>
    public MailboxOptions Mailbox { get; init; } = MailboxOptions.Default;

    /// <summary>What this actor does about failures of its children.</summary>
    public SupervisorStrategy Supervisor { get; init; } = SupervisorStrategy.OneForOne;

    /// <summary>Where the actor runs, or null for the system's scheduler.</summary>
    public ActorScheduler? Scheduler { get; init; }

    /// <summary>Wraps this actor's handling of messages, inside the system's own middleware; the first is outermost.</summary>
    public IReadOnlyList<ReceiveMiddleware> ReceiveMiddleware { get; init; } = [];

    /// <summary>Props for an actor that <paramref name="factory"/> makes.</summary>
    /// <param name="factory">Makes a new instance at each call; it must not hand out one instance twice.</param>
    public static Props Create(Func<Actor> factory)
    {
        ArgumentNullException.ThrowIfNull(factory);
        return new Props(factory);
    }

    /// <summary>Props for an actor that is one function.</summary>
    public static Props FromBehaviour(Behaviour behaviour)
    {
        ArgumentNullException.ThrowIfNull(behaviour);
        return new Props(() => new FunctionActor(behaviour));
    }

    private sealed class FunctionActor(Behaviour behaviour) : Actor
    {
        protected internal override ValueTask OnReceiveAsync(ActorContext context, object message) => behaviour(context, message);
    }
}
