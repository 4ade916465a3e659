namespace FedActors.FL.Rounds;

/// <summary>Tell the aggregator to start an empty accumulator, and to drop any other.</summary>
/// <param name="Session">The aggregator.</param>
/// <param name="Round">The round.</param>
/// <param name="Attempt">The attempt.</param>
public sealed record OpenAggregation(long Session, int Round, int Attempt) : RoundEffect;

/// <summary>Hand the update in hand to the aggregator.</summary>
/// <param name="Session">The aggregator.</param>
/// <param name="Round">The round.</param>
/// <param name="Attempt">The attempt.</param>
/// <param name="WorkerId">Whose update.</param>
/// <param name="Weight">What it counts for.</param>
/// <param name="Staleness">Rounds that were committed since it was asked for.</param>
/// <param name="Held">Whether it is the worker's update that was held, rather than the one in hand.</param>
public sealed record HandOverUpdate(long Session, int Round, int Attempt, string WorkerId, double Weight, int Staleness = 0, bool Held = false) : RoundEffect;

/// <summary>Keep the update in hand until it is handed over: no collection is open.</summary>
/// <param name="WorkerId">Whose.</param>
public sealed record HoldUpdate(string WorkerId) : RoundEffect;

/// <summary>Forget an update that was held: it will not count.</summary>
/// <param name="WorkerId">Whose.</param>
public sealed record DropHeldUpdate(string WorkerId) : RoundEffect;

/// <summary>Tell the aggregator to answer with the mean of what it holds.</summary>
/// <param name="Session">The aggregator.</param>
/// <param name="Round">The round.</param>
/// <param name="Attempt">The attempt.</param>
public sealed record CloseAggregation(long Session, int Round, int Attempt) : RoundEffect;

/// <summary>Keep the aggregate in hand as the round's candidate.</summary>
/// <param name="Round">The round.</param>
/// <param name="Attempt">The attempt.</param>
public sealed record AdoptAggregate(int Round, int Attempt) : RoundEffect;
