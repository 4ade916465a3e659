using FedActors.FL.Configuration;

namespace FedActors.FL.Rounds;

/// <summary>The handling of one input: the run's rules and state, and the effects so far.</summary>
internal sealed class RunTurn(FederationOptions options, RunState state)
{
    private List<RoundEffect> _effects = [];

    public FederationOptions Options { get; } = options;

    public ParticipationOptions Participation => Options.Participation;

    public RunState State { get; } = state;

    public bool IsAsynchronous => Options.Protocol.Kind == Protocols.Asynchronous;

    /// <summary>Whether an update may count in a later round than it was asked in.</summary>
    public bool KeepsLate => IsAsynchronous || Options.Protocol.Late != LateUpdates.Drop;

    /// <summary>Fewest updates with which a round may close at its deadline.</summary>
    public int Quorum => IsAsynchronous ? 1 : Participation.MinWorkers;

    /// <summary>Workers that are here, or expected back in a moment, and that rounds may ask.</summary>
    public IEnumerable<string> Askable()
    {
        IEnumerable<string> present = State.Returning.Count == 0 ? State.Members.WorkerIds : State.Members.WorkerIds.Union(State.Returning);
        return Participation.Sites.Count == 0 ? present : present.Where(MayAsk);
    }

    /// <summary>Whether rounds may ask a worker, if it is here.</summary>
    public bool MayAsk(string worker) => Participation.Sites.Count == 0 || Participation.Sites.Contains(worker, StringComparer.Ordinal);

    public IReadOnlyList<RoundEffect> Effects => _effects;

    /// <summary>Begins a turn. The list of the turn before stays with whoever holds it.</summary>
    public void Clear() => _effects = [];

    public void Emit(RoundEffect effect) => _effects.Add(effect);

    /// <summary>Arms a timer anew, cancelling its earlier arming.</summary>
    public void Arm(RoundTimerKind kind, TimeSpan after)
    {
        Disarm(kind);
        Emit(new StartTimer(State.Timers.Arm(kind), after));
    }

    public void Disarm(RoundTimerKind kind)
    {
        if (State.Timers.Disarm(kind) is { } timer)
        {
            Emit(new CancelTimer(timer));
        }
    }

    /// <summary>Moves to a phase. A phase's timers end with it, so that none can fire into the next.</summary>
    public void Enter(RoundPhase phase)
    {
        State.Phase = phase;
        foreach (RoundTimer timer in State.Timers.DisarmAll())
        {
            Emit(new CancelTimer(timer));
        }
    }

    /// <summary>Says what the run waits for, unless it was the last thing said.</summary>
    public void Waiting(string cause)
    {
        if (State.Waiting != cause)
        {
            State.Waiting = cause;
            Emit(new ReportWaiting(cause));
        }
    }

    public void Ignore(string text) => Emit(new ReportIgnored(text));

    public void Finish(RunOutcome outcome, string? reason)
    {
        Enter(RoundPhase.Finished);
        Emit(new FinishRun(outcome, reason, State.Members.Sessions()));
    }
}
