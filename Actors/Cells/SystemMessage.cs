namespace FedActors.Actors.Cells;

/// <summary>What the runtime itself tells an actor. These travel in a lane that is never full: its length is bounded by the actor's relations, timers and work under way.</summary>
internal abstract record SystemMessage
{
    /// <summary>Make the instance and call its started hook.</summary>
    public sealed record Start : SystemMessage
    {
        public static Start Instance { get; } = new();
    }

    /// <summary>End, after the message at hand.</summary>
    public sealed record Stop : SystemMessage
    {
        public static Stop Instance { get; } = new();
    }

    /// <summary>Take no messages until told to go on; a sibling failed under an all-for-one strategy.</summary>
    public sealed record Suspend : SystemMessage
    {
        public static Suspend Instance { get; } = new();
    }

    /// <summary>Go on after a failure.</summary>
    public sealed record Resume : SystemMessage
    {
        public static Resume Instance { get; } = new();
    }

    /// <summary>Get a new instance.</summary>
    public sealed record Restart(Exception Reason) : SystemMessage;

    /// <summary>A child failed and waits for a decision.</summary>
    public sealed record ChildFailed(ActorCell Child, Exception Failure) : SystemMessage;

    /// <summary>A child's backoff has passed.</summary>
    public sealed record RestartDue(Child Child, Exception Reason) : SystemMessage;

    /// <summary>Children that have not ended by now hang.</summary>
    public sealed record PatienceOver : SystemMessage
    {
        public static PatienceOver Instance { get; } = new();
    }

    /// <summary>A child has ended, and its name is free already.</summary>
    public sealed record ChildEnded(Child Child) : SystemMessage;

    /// <summary>Tell this watcher when you end.</summary>
    public sealed record Watch(ActorRef Watched, ActorRef Watcher) : SystemMessage;

    /// <summary>Do not tell this watcher any more.</summary>
    public sealed record Unwatch(ActorRef Watched, ActorRef Watcher) : SystemMessage;

    /// <summary>An actor that you watch has ended.</summary>
    public sealed record WatchedEnded(ActorRef Watched, TerminationReason Reason) : SystemMessage;

    /// <summary>Work that an instance began beside its mailbox has ended. It is ignored once another instance has taken over.</summary>
    public sealed record WorkEnded(Activation Begun, Func<object> Outcome, string? TraceParent) : SystemMessage;

    /// <summary>A timer has come due. It is ignored if it was cancelled or started anew in the meantime.</summary>
    public sealed record TimerDue(ActorTimers Timers, string Key, long Version) : SystemMessage;
}
