namespace FedActors.FL.Rounds;

/// <summary>Ask the evaluator to score the round's candidate.</summary>
/// <param name="Session">The evaluator.</param>
/// <param name="Round">The round.</param>
/// <param name="Attempt">The attempt.</param>
public sealed record EvaluateCandidate(long Session, int Round, int Attempt) : RoundEffect;

/// <summary>Keep the evaluation in hand for the round's record.</summary>
/// <param name="Round">The round.</param>
public sealed record AdoptEvaluation(int Round) : RoundEffect;

/// <summary>Ask the evaluator to score a round that was committed without an evaluation. Hand back <see cref="ParametersUnavailable"/> when its parameters are not kept.</summary>
/// <param name="Session">The evaluator.</param>
/// <param name="Round">The round.</param>
public sealed record EvaluateCommitted(long Session, int Round) : RoundEffect;

/// <summary>Add the evaluation in hand to a committed round's record.</summary>
/// <param name="Round">The round.</param>
public sealed record BackfillEvaluation(int Round) : RoundEffect;
