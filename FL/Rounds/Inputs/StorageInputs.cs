namespace FedActors.FL.Rounds;

/// <summary>The run's beginning is durable.</summary>
public sealed record RunBegun : RoundInput;

/// <summary>A round is durable.</summary>
/// <param name="Round">The round.</param>
/// <param name="Goal">Why the run ends with it although it is not the last, or null.</param>
public sealed record RoundPersisted(int Round, string? Goal = null) : RoundInput;

/// <summary>Storing failed.</summary>
/// <param name="Round">The round; 0 for the run's beginning.</param>
/// <param name="Text">What happened, for people.</param>
/// <param name="MayPass">Whether trying again may help: the disk is full or busy, rather than the request contradicting what is stored.</param>
public sealed record StorageFailed(int Round, string Text, bool MayPass) : RoundInput;
