using System.Globalization;
using System.Text.Json.Nodes;
using FedActors.FL.Gossip;
using FedActors.Scripts.Cli;

namespace FedActors.Scripts.Runs;

/// <summary>How peers ended, as a command's result: the same for <c>run</c> and <c>up gossip</c>.</summary>
internal static class GossipVerdict
{
    /// <summary>The result of peers that have all ended.</summary>
    /// <param name="peers">Each peer's last status, by name.</param>
    /// <param name="parameterHash">The mean that all hold, or null if they were stopped before.</param>
    /// <param name="folder">Where their stores are.</param>
    public static CommandResult Of(IReadOnlyList<PeerStatus> peers, string? parameterHash, string folder)
    {
        bool isAgreed = parameterHash is not null;
        return new CommandResult
        {
            Data = Data(RunJson.List(peers, GossipJson.Status), isAgreed, parameterHash, folder),
            Text = output =>
            {
                GossipText.WritePeers(output, peers);
                output.WriteLine(End(peers, parameterHash, folder));
            },
            ExitCode = isAgreed ? ExitCode.Ok : ExitCode.RunFailed,
            ErrorCode = isAgreed ? null : "run_stopped",
            Message = isAgreed ? null : $"The peers were stopped before they agreed. What they know is in {folder}.",
        };
    }

    /// <summary>The same for programs.</summary>
    public static JsonObject Data(JsonArray peers, bool isAgreed, string? parameterHash, string folder)
    {
        JsonNode? first = isAgreed ? peers.FirstOrDefault() : null;
        return new JsonObject
        {
            ["mode"] = "gossip",
            ["status"] = isAgreed ? "agreed" : "stopped",
            ["rounds"] = peers.Count == 0 ? 0 : peers.Max(p => p!["round"]!.GetValue<int>()),
            ["accuracy"] = first?["accuracy"]?.DeepClone(),
            ["loss"] = first?["loss"]?.DeepClone(),
            ["parameter_hash"] = parameterHash,
            ["store"] = folder,
            ["peers"] = peers,
        };
    }

    public static string End(IReadOnlyList<PeerStatus> peers, string? parameterHash, string folder)
    {
        int rounds = peers.Count == 0 ? 0 : peers.Max(p => p.Round);
        PeerStatus? first = parameterHash is null ? null : peers.FirstOrDefault();
        string score = first?.Accuracy is { } accuracy
            ? string.Create(CultureInfo.InvariantCulture, $"  accuracy {RoundText.Number(accuracy, "0.0000")}  loss {RoundText.Number(first.Loss, "0.0000")}")
            : string.Empty;
        return string.Create(CultureInfo.InvariantCulture, $"{(first is null ? "stopped" : "agreed")}  {rounds} rounds  {peers.Count} peers{score}  mean {GossipText.Short(parameterHash)}  {folder}");
    }
}
