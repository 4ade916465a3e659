using System.Text.Json.Nodes;
using FedActors.FL.Gossip;
using FedActors.Scripts.Cli;

namespace FedActors.Scripts.Runs;

/// <summary>How peers ended, as a command's result: the same for <c>run</c> and <c>up gossip</c>.</summary>
internal static class GossipVerdict
{
    /// <summary>The result of peers in this process that have all ended.</summary>
    /// <param name="peers">Each peer's last status, by name.</param>
    /// <param name="parameterHash">The mean that all hold, or null if they were stopped before.</param>
    /// <param name="folder">Where their stores are.</param>
    public static CommandResult Of(IReadOnlyList<PeerStatus> peers, string? parameterHash, string folder)
    {
        bool isAgreed = parameterHash is not null;
        JsonObject data = Data(RunJson.List(peers, GossipJson.Status), isAgreed, parameterHash, folder);
        return new CommandResult
        {
            Data = data,
            Text = output => Write(output, data),
            ExitCode = isAgreed ? ExitCode.Ok : ExitCode.RunFailed,
            ErrorCode = isAgreed ? null : "interrupted",
            Message = isAgreed ? null : $"The peers were stopped before they agreed. What they know is in {folder}.",
        };
    }

    /// <summary>The result for programs.</summary>
    /// <param name="peers">What each peer said last of itself, in the form of <see cref="GossipJson.Status"/>.</param>
    /// <param name="isAgreed">Whether all hold one final mean.</param>
    /// <param name="parameterHash">That mean.</param>
    /// <param name="folder">Where their stores are.</param>
    public static JsonObject Data(JsonArray peers, bool isAgreed, string? parameterHash, string folder)
    {
        JsonNode? one = isAgreed ? peers.FirstOrDefault(p => p!["parameter_hash"]?.GetValue<string>() == parameterHash) : null;
        return new JsonObject
        {
            ["mode"] = "gossip",
            ["status"] = isAgreed ? "agreed" : "stopped",
            ["rounds"] = peers.Count == 0 ? 0 : peers.Max(p => p!["round"]!.GetValue<int>()),
            ["accuracy"] = one?["accuracy"]?.DeepClone(),
            ["loss"] = one?["loss"]?.DeepClone(),
            ["parameter_hash"] = parameterHash,
            ["store"] = folder,
            ["peers"] = peers,
        };
    }

    /// <summary>The same for people.</summary>
    public static void Write(TextWriter output, JsonObject data)
    {
        JsonArray peers = data["peers"]!.AsArray();
        var table = new TextTable("peer", "phase", ">round", ">accuracy", ">loss", ">models", "mean", ">incarnation", ">refusals");
        foreach (JsonNode peer in peers.OfType<JsonNode>())
        {
            table.Add(
                $"{peer["peer"]}",
                peer["agreed"]!.GetValue<bool>() ? "agreed" : peer["settled"]!.GetValue<bool>() ? "settled" : $"{peer["phase"]}",
                $"{peer["round"]}/{peer["max_rounds"]}",
                RoundText.Number(peer["accuracy"]?.GetValue<double>(), "0.0000"),
                RoundText.Number(peer["loss"]?.GetValue<double>(), "0.0000"),
                $"{peer["models"]}",
                GossipText.Short(peer["parameter_hash"]?.GetValue<string>()),
                $"{peer["incarnation"]}",
                $"{peer["refusals"]}");
        }

        table.Write(output);
        string score = data["accuracy"] is { } accuracy
            ? $"  accuracy {RoundText.Number(accuracy.GetValue<double>(), "0.0000")}  loss {RoundText.Number(data["loss"]?.GetValue<double>(), "0.0000")}"
            : string.Empty;
        output.WriteLine($"{data["status"]}  {Counted.Of(data["rounds"]!.GetValue<int>(), "round")}  {Counted.Of(peers.Count, "peer")}{score}  mean {GossipText.Short(data["parameter_hash"]?.GetValue<string>())}  {data["store"]}");
    }
}
