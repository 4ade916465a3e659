namespace FedActors.FL.Rounds;

/// <summary>A worker sent an update. The machine sees its figures and what inspection found; the parameters stay with the caller, which holds them while it performs the effects.</summary>
/// <param name="Session">The sender.</param>
/// <param name="WorkerId">The name that the update bears.</param>
/// <param name="RunId">The run that it was trained for.</param>
/// <param name="Round">The round that it was trained for.</param>
/// <param name="Attempt">The attempt at that round.</param>
/// <param name="Figures">Its examples and metrics.</param>
/// <param name="Fault">What inspection found wrong with the parameters or figures, or null.</param>
public sealed record UpdateReceived(long Session, string WorkerId, string RunId, int Round, int Attempt, UpdateFigures Figures, Objection? Fault = null) : RoundInput;

/// <summary>An update's figures.</summary>
/// <param name="Samples">Examples trained on: the aggregation weight.</param>
/// <param name="Loss">Mean training loss.</param>
/// <param name="Accuracy">Training accuracy in [0, 1].</param>
/// <param name="TrainingTime">How long training took, as the worker says.</param>
/// <param name="Steps">Optimizer steps that it took.</param>
public sealed record UpdateFigures(long Samples, double Loss, double Accuracy, TimeSpan TrainingTime, long Steps = 1);

/// <summary>What inspection found wrong with an update.</summary>
/// <param name="Reason">The kind of fault.</param>
/// <param name="Text">What and where, for people.</param>
public sealed record Objection(RefusalReason Reason, string Text);

/// <summary>A worker could not train.</summary>
/// <param name="Session">The sender.</param>
/// <param name="WorkerId">The name that it gives.</param>
/// <param name="RunId">The run.</param>
/// <param name="Round">The round.</param>
/// <param name="Attempt">The attempt.</param>
/// <param name="Text">The failure's own text.</param>
public sealed record TrainingFailureReceived(long Session, string WorkerId, string RunId, int Round, int Attempt, string Text) : RoundInput;
