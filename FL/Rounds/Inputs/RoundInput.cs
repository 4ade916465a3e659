namespace FedActors.FL.Rounds;

/// <summary>Something that happened to a run. A closed set: members, their answers, the store, timers, the operator.</summary>
public abstract record RoundInput
{
    private protected RoundInput()
    {
    }
}

/// <summary>The run is taken up. The first input, once.</summary>
public sealed record RunOpened : RoundInput;

/// <summary>A timer that the machine armed has elapsed.</summary>
/// <param name="Timer">Which arming of which timer.</param>
public sealed record TimerElapsed(RoundTimer Timer) : RoundInput;

/// <summary>An operator asks the run to end. The round in progress is dropped; what is committed stays.</summary>
/// <param name="Reason">Who asked, or why.</param>
public sealed record StopRequested(string Reason) : RoundInput;
