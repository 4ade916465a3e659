namespace FedActors.FL.Rounds;

/// <summary>The evaluator scored a model. The figures stay with the caller, which holds them while it performs the effects.</summary>
/// <param name="Session">The sender.</param>
/// <param name="RunId">The run.</param>
/// <param name="Round">The round whose model it scored.</param>
/// <param name="Attempt">The attempt that made the model, or 0 for a model that was committed when it was asked for.</param>
public sealed record EvaluationReceived(long Session, string RunId, int Round, int Attempt) : RoundInput;

/// <summary>The evaluator could not score a model.</summary>
/// <param name="Session">The sender.</param>
/// <param name="RunId">The run.</param>
/// <param name="Round">The round.</param>
/// <param name="Attempt">As in <see cref="EvaluationReceived"/>.</param>
/// <param name="Text">The failure's own text.</param>
public sealed record EvaluationFailureReceived(long Session, string RunId, int Round, int Attempt, string Text) : RoundInput;

/// <summary>A committed round cannot be evaluated any more, because its parameters are no longer kept.</summary>
/// <param name="Round">The round.</param>
public sealed record ParametersUnavailable(int Round) : RoundInput;
