using FedActors.FL.Gossip;
using FedActors.FL.Models;

namespace FedActors.FL.Roles;

/// <summary>Follows a peer from inside its process, for progress on a terminal and for metrics.</summary>
/// <remarks>Calls come from the peer, one at a time. An implementation that follows several peers is called by them side by side. It must return quickly and not throw.</remarks>
public interface IPeerObserver
{
    /// <summary>A round's mean is known.</summary>
    void OnRound(PeerRound round);

    /// <summary>What the peer is at has changed: its phase, its mean after training, or whether it has settled or agrees.</summary>
    void OnStatus(PeerStatus status);

    /// <summary>A peer was met, is suspected, died or left, or was refused.</summary>
    void OnMember(string peer, MemberChange change);

    /// <summary>Something that an operator should know: a refusal, an equivocation, a contested identity, a failed training.</summary>
    void OnTrouble(string peer, string text);
}

/// <summary>A round of one peer.</summary>
/// <param name="Peer">Whose.</param>
/// <param name="Round">Which, from 1.</param>
/// <param name="Loss">Mean training loss.</param>
/// <param name="Accuracy">Training accuracy, in [0, 1].</param>
/// <param name="ChangeNorm">Euclidean norm of the mean's change.</param>
/// <param name="Models">Peers whose models are in the mean.</param>
/// <param name="EvaluationAccuracy">The mean's accuracy on evaluation data; null where there is none.</param>
/// <param name="EvaluationLoss">The mean's loss on evaluation data; null where there is none.</param>
/// <param name="ParameterHash">The mean's hash.</param>
/// <param name="Duration">From the mean before to this one.</param>
public sealed record PeerRound(
    string Peer, int Round, double Loss, double Accuracy, double ChangeNorm, int Models, double? EvaluationAccuracy, double? EvaluationLoss, string ParameterHash, TimeSpan Duration)
{
    /// <summary>The mean itself; null where the round is heard of from another process.</summary>
    public ParameterVector? Mean { get; init; }
}
