namespace FedActors.FL.Rounds;

/// <summary>Settle what the run trains and on whose data, and store it. Hand back <see cref="RunBegun"/> or <see cref="StorageFailed"/> for round 0.</summary>
/// <param name="Resumed">Whether the run was begun before, so that its stored plan stands.</param>
/// <param name="Workers">The workers present, by name.</param>
public sealed record BeginRun(bool Resumed, IReadOnlyList<string> Workers) : RoundEffect;

/// <summary>Store the candidate as the round's result. Hand back <see cref="RoundPersisted"/> once it is durable, or <see cref="StorageFailed"/>.</summary>
/// <param name="Summary">What the round's record says, beside the candidate and its evaluation.</param>
public sealed record PersistRound(RoundSummary Summary) : RoundEffect;

/// <summary>Take the stored candidate as the global model and tell members of it.</summary>
/// <param name="Round">The round.</param>
/// <param name="Last">Whether it was the run's last.</param>
/// <param name="Sessions">Members to tell.</param>
public sealed record AnnounceRound(int Round, bool Last, IReadOnlyList<long> Sessions) : RoundEffect;
