namespace FedActors.FL.Rounds;

/// <summary>The aggregator reduced a round's updates.</summary>
/// <param name="Session">The sender.</param>
/// <param name="RunId">The run.</param>
/// <param name="Round">The round.</param>
/// <param name="Attempt">The attempt.</param>
/// <param name="Contributors">Workers whose updates are in the aggregate.</param>
public sealed record AggregateReceived(long Session, string RunId, int Round, int Attempt, IReadOnlyList<string> Contributors) : RoundInput;

/// <summary>The aggregator does not have what it was told to close or add to, or could not reduce it.</summary>
/// <param name="Session">The sender.</param>
/// <param name="RunId">The run.</param>
/// <param name="Round">The round.</param>
/// <param name="Attempt">The attempt.</param>
/// <param name="Text">What happened, for people.</param>
/// <param name="Combiner">The combiner whose sum was lost or is wrong; null where it is the aggregator's own failure.</param>
public sealed record AggregationFailureReceived(long Session, string RunId, int Round, int Attempt, string Text, string? Combiner = null) : RoundInput;

/// <summary>Updates of a round that is to be reduced lie with combiners, whose sums are on their way to the aggregator.</summary>
/// <param name="Session">The aggregator.</param>
/// <param name="RunId">The run.</param>
/// <param name="Round">The round.</param>
/// <param name="Attempt">The attempt.</param>
/// <param name="Combiners">How many sums have not come; none once the aggregator has all.</param>
public sealed record SumsAwaited(long Session, string RunId, int Round, int Attempt, int Combiners) : RoundInput;

/// <summary>The aggregator could not take one update in, although it had passed inspection.</summary>
/// <param name="Session">The sender.</param>
/// <param name="RunId">The run.</param>
/// <param name="Round">The round.</param>
/// <param name="Attempt">The attempt.</param>
/// <param name="WorkerId">Whose update.</param>
/// <param name="Fault">Why.</param>
public sealed record AccumulationRefused(long Session, string RunId, int Round, int Attempt, string WorkerId, Objection Fault) : RoundInput;
