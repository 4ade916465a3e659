namespace FedActors.FL.Rounds;

/// <summary>Something that the caller must do, in the order given. A closed set.</summary>
public abstract record RoundEffect
{
    private protected RoundEffect()
    {
    }
}

/// <summary>Arm a timer. When it elapses, hand back <see cref="TimerElapsed"/>.</summary>
/// <param name="Timer">Which.</param>
/// <param name="After">How long it runs.</param>
public sealed record StartTimer(RoundTimer Timer, TimeSpan After) : RoundEffect;

/// <summary>Disarm a timer. Optional for correctness: an elapsed timer that is not armed any more is ignored.</summary>
/// <param name="Timer">Which.</param>
public sealed record CancelTimer(RoundTimer Timer) : RoundEffect;

/// <summary>Tell the operator what the run waits for.</summary>
/// <param name="Cause">For people.</param>
public sealed record ReportWaiting(string Cause) : RoundEffect;

/// <summary>An input had no effect on the run; worth a line in a log.</summary>
/// <param name="Text">What and why.</param>
public sealed record ReportIgnored(string Text) : RoundEffect;

/// <summary>The run has ended: store it, tell all members. Always the last effect.</summary>
/// <param name="Outcome">How.</param>
/// <param name="Reason">Why, where the outcome does not say it all.</param>
/// <param name="Sessions">Members to tell.</param>
public sealed record FinishRun(RunOutcome Outcome, string? Reason, IReadOnlyList<long> Sessions) : RoundEffect;
