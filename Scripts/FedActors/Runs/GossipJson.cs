using System.Text.Json.Nodes;
using FedActors.FL.Gossip;
using FedActors.FL.Roles;
using FedActors.Scripts.Cli;

namespace FedActors.Scripts.Runs;

/// <summary>Peers and reports as programs read them. Durations are milliseconds; what is not a number is null.</summary>
internal static class GossipJson
{
    public static JsonObject Round(PeerRound round) => new()
    {
        ["peer"] = round.Peer,
        ["round"] = round.Round,
        ["accuracy"] = RunJson.Number(round.EvaluationAccuracy),
        ["loss"] = RunJson.Number(round.EvaluationLoss),
        ["train_accuracy"] = RunJson.Number(round.Accuracy),
        ["train_loss"] = RunJson.Number(round.Loss),
        ["change"] = RunJson.Number(round.ChangeNorm),
        ["models"] = round.Models,
        ["parameter_hash"] = round.ParameterHash,
        ["total_ms"] = round.Duration.TotalMilliseconds,
    };

    public static PeerRound ReadRound(JsonNode data) => new(
        data["peer"]!.GetValue<string>(),
        data["round"]!.GetValue<int>(),
        Double(data["train_loss"]) ?? double.NaN,
        Double(data["train_accuracy"]) ?? double.NaN,
        Double(data["change"]) ?? double.NaN,
        data["models"]!.GetValue<int>(),
        Double(data["accuracy"]),
        Double(data["loss"]),
        data["parameter_hash"]!.GetValue<string>(),
        TimeSpan.FromMilliseconds(data["total_ms"]!.GetValue<double>()));

    /// <summary>What a peer is at, without those whom it knows.</summary>
    public static JsonObject Status(PeerStatus status) => new()
    {
        ["peer"] = status.Peer,
        ["incarnation"] = status.Incarnation,
        ["phase"] = Phase(status.Phase),
        ["round"] = status.Round,
        ["max_rounds"] = status.MaxRounds,
        ["accuracy"] = RunJson.Number(status.Accuracy),
        ["loss"] = RunJson.Number(status.Loss),
        ["change"] = RunJson.Number(status.ChangeNorm),
        ["models"] = status.Models,
        ["parameter_hash"] = status.ParameterHash,
        ["settled"] = status.IsSettled,
        ["agreed"] = status.IsAgreed,
        ["root_hash"] = status.RootHash,
        ["publications"] = status.Publications,
        ["sent"] = status.Sent,
        ["received"] = status.Received,
        ["refusals"] = status.Refusals,
        ["refused"] = RunJson.List(status.Refused, refused => new JsonObject { ["from"] = refused.From, ["reason"] = refused.Reason, ["count"] = refused.Count }),
        ["equivocations"] = status.Equivocations,
    };

    /// <summary>The same with those whom it knows.</summary>
    public static JsonObject StatusWithPeers(PeerStatus status)
    {
        JsonObject data = Status(status);
        data["peers"] = RunJson.List(status.Peers, View);
        return data;
    }

    public static JsonObject Report(NetworkReport report) => new()
    {
        ["at"] = RunJson.Time(report.At),
        ["global_round"] = report.GlobalRound,
        ["highest_round"] = report.HighestRound,
        ["messages"] = report.Messages,
        ["active_peers"] = report.ActivePeers,
        ["agreed"] = report.IsAgreed,
        ["peers"] = RunJson.List(report.Peers, Reported),
    };

    /// <summary>The phases' names, as tables show them too.</summary>
    public static string Phase(LearningPhase phase) => phase switch
    {
        LearningPhase.AwaitingStandard => "awaiting peers",
        _ => phase.ToString().ToLowerInvariant(),
    };

    /// <summary>A member's state in the words of tables and programs.</summary>
    public static string State(MemberState state) => state.ToString().ToLowerInvariant();

    private static JsonObject Reported(ReportedPeer peer)
    {
        JsonObject data = StatusWithPeers(peer.Status);
        data["silence_ms"] = peer.Silence.TotalMilliseconds;
        data["states"] = peer.States;
        data["active"] = peer.IsActive;
        return data;
    }

    private static JsonObject View(PeerView view) => new()
    {
        ["peer"] = view.Peer,
        ["state"] = State(view.State),
        ["address"] = view.Address,
        ["neighbour"] = view.IsNeighbour,
        ["connected"] = view.IsConnected,
        ["incarnation"] = view.Incarnation,
        ["sequence"] = view.Sequence,
        ["round"] = view.Round,
        ["samples"] = view.Samples,
        ["silence_ms"] = view.Silence.TotalMilliseconds,
        ["fresh"] = view.IsFresh,
        ["done"] = view.IsDone,
    };

    private static double? Double(JsonNode? node) => node?.GetValue<double>();
}
