namespace FedActors.Storage.Gossip;

/// <summary>What one round of one peer came to. NaN is a figure that there was not.</summary>
/// <param name="Round">Counted from 1; one that is saved again replaces itself.</param>
/// <param name="Loss">Mean training loss.</param>
/// <param name="Accuracy">Training accuracy, in [0, 1].</param>
/// <param name="EvaluationAccuracy">The aggregate's accuracy on evaluation data, in [0, 1]; null where the peer has none.</param>
/// <param name="EvaluationLoss">Its mean loss on them; null where the peer has none.</param>
/// <param name="ChangeNorm">Euclidean norm of the aggregate's change.</param>
/// <param name="Models">How many peers' models the aggregate is made of.</param>
/// <param name="ParameterHash">Lower-case hex SHA-256 of the aggregate.</param>
/// <param name="At">When.</param>
public sealed record PeerMetrics(
    int Round, double Loss, double Accuracy, double? EvaluationAccuracy, double? EvaluationLoss, double ChangeNorm, int Models, string ParameterHash, DateTimeOffset At);
