using FedActors.FL.Rounds;

namespace FedActors.Simulation.Scenarios;

/// <summary>Something that is going to happen.</summary>
/// <param name="Kind">What.</param>
/// <param name="Client">To whom; 0 for timers.</param>
/// <param name="Round">The round that the client was asked for.</param>
/// <param name="Attempt">The attempt.</param>
/// <param name="Timer">The timer that elapses.</param>
internal readonly record struct Occurrence(OccurrenceKind Kind, int Client, int Round, int Attempt, RoundTimer Timer = default);

/// <summary>Kinds of <see cref="Occurrence"/>.</summary>
internal enum OccurrenceKind
{
    /// <summary>A timer of the round machine elapses.</summary>
    Timer,

    /// <summary>A client's update arrives.</summary>
    Update,

    /// <summary>The same, with a parameter that is not a number.</summary>
    DamagedUpdate,

    /// <summary>A client's update arrives once more.</summary>
    Repetition,

    /// <summary>A client says that it could not train.</summary>
    Failure,

    /// <summary>A client is noticed to be gone: its process, its device, or its connection.</summary>
    Crash,

    /// <inheritdoc cref="Crash"/>
    Offline,

    /// <inheritdoc cref="Crash"/>
    Disconnect,

    /// <summary>A client is there again.</summary>
    Return,
}

/// <summary>When something happens; of what happens at one time, what was decided first comes first.</summary>
/// <param name="Ticks">Ticks since the run began.</param>
/// <param name="Number">Grows with each decision.</param>
internal readonly record struct Moment(long Ticks, long Number) : IComparable<Moment>
{
    public int CompareTo(Moment other) => Ticks != other.Ticks ? Ticks.CompareTo(other.Ticks) : Number.CompareTo(other.Number);
}
