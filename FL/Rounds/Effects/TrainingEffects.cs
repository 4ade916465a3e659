namespace FedActors.FL.Rounds;

/// <summary>Ask a worker to train from the parameters that a round begins with: the last committed ones, or older ones where its answer was lost.</summary>
/// <param name="Session">To whom.</param>
/// <param name="WorkerId">Its name.</param>
/// <param name="Round">The round.</param>
/// <param name="Attempt">The attempt.</param>
/// <param name="Steps">Steps to take; 0 for the plan's epochs.</param>
public sealed record RequestTraining(long Session, string WorkerId, int Round, int Attempt, long Steps = 0) : RoundEffect;

/// <summary>Tell a sender that its update is not counted.</summary>
/// <param name="Session">To whom.</param>
/// <param name="WorkerId">The name that the update bears.</param>
/// <param name="Round">Its round.</param>
/// <param name="Attempt">Its attempt.</param>
/// <param name="Reason">The kind of reason.</param>
/// <param name="Text">A sentence that says what and why.</param>
public sealed record RefuseUpdate(long Session, string WorkerId, int Round, int Attempt, RefusalReason Reason, string Text) : RoundEffect;
