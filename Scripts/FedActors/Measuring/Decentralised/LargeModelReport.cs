using System.Globalization;
using System.Text.Json.Nodes;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Runs;

namespace FedActors.Scripts.Measuring.Decentralised;

/// <summary>How peers got on with large models.</summary>
/// <param name="Peers">How many.</param>
/// <param name="Rounds">Rounds that each has trained.</param>
/// <param name="ModelBytes">Bytes of one model's parameters.</param>
/// <param name="Took">From the start to one mean.</param>
/// <param name="BytesSent">Bytes that all nodes sent, frames and all.</param>
/// <param name="IdleRate">Bytes a second that a peer sends once there are no news any more; null if that was not measured.</param>
/// <param name="Pings">How long pings took, in milliseconds, in ascending order.</param>
/// <param name="Beside">The same of those pings beside which much else crossed the connection.</param>
/// <param name="HeldBytes">Bytes of memory that are in use at the end, after a collection, beyond those before the start.</param>
/// <param name="PeakBytes">The most memory that the process ever had from the system.</param>
/// <param name="Turns">The longest turns of actors.</param>
internal sealed record LargeModelReport(
    int Peers, int Rounds, long ModelBytes, TimeSpan Took, long BytesSent, double? IdleRate, IReadOnlyList<double> Pings, IReadOnlyList<double> Beside, long HeldBytes, long PeakBytes, IReadOnlyList<LongestTurn> Turns)
{
    /// <summary>What a ping may take at the 99th percentile, in milliseconds.</summary>
    public const double PingLimit = 250;

    /// <summary>Bytes sent, as a share of one body for each receiver of each publication.</summary>
    private double Traffic => BytesSent / ((double)ModelBytes * Peers * (Peers - 1) * Rounds);

    /// <summary>Models that a peer holds, as bytes and as numbers, and all that it works with.</summary>
    private double Held => HeldBytes / (double)ModelBytes / Peers;

    public JsonObject Json() => new()
    {
        ["subject"] = "gossip",
        ["peers"] = Peers,
        ["rounds"] = Rounds,
        ["model_bytes"] = ModelBytes,
        ["took_ms"] = Took.TotalMilliseconds,
        ["bytes_sent"] = BytesSent,
        ["traffic"] = RunJson.Number(Traffic),
        ["idle_bytes_a_second"] = RunJson.Number(IdleRate),
        ["pings"] = ToJson(Pings),
        ["pings_beside_bodies"] = ToJson(Beside),
        ["ping_limit_ms"] = PingLimit,
        ["held_models_a_peer"] = RunJson.Number(Held),
        ["peak_bytes"] = PeakBytes,
        ["longest_turns"] = RunJson.List(Turns, turn => new JsonObject { ["actor"] = turn.Actor, ["message"] = turn.Message, ["ms"] = turn.Took.TotalMilliseconds }),
    };

    public void Write(TextWriter output)
    {
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Peers} peers, {Rounds} rounds, models of {ModelBytes / 1e6:0} MB: one mean after {Took.TotalSeconds:0.0} s; {BytesSent / 1e6:0} MB sent, {Traffic:0.000} times one body for each receiver"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"memory: {Held:0.0} models a peer at the end, at most {PeakBytes / 1e6:0} MB of the process"));
        if (IdleRate is { } rate)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"idle: {rate:0} bytes a second and peer"));
        }

        output.WriteLine();
        var pings = new TextTable(["pings", ">count", ">p50 ms", ">p99 ms", ">longest ms"]);
        AddRow(pings, "all", Pings);
        AddRow(pings, "beside bodies", Beside);
        pings.Write(output);
        output.WriteLine();
        var turns = new TextTable(["longest turns", "message", ">ms"]);
        foreach (LongestTurn turn in Turns)
        {
            turns.Add([turn.Actor, turn.Message, Figure(turn.Took.TotalMilliseconds)]);
        }

        turns.Write(output);
    }

    private static void AddRow(TextTable table, string name, IReadOnlyList<double> times) =>
        table.Add([name, times.Count.ToString(CultureInfo.InvariantCulture), Figure(Quantile(times, 0.5)), Figure(Quantile(times, 0.99)), Figure(Quantile(times, 1))]);

    private static JsonObject ToJson(IReadOnlyList<double> times) => new()
    {
        ["count"] = times.Count,
        ["p50_ms"] = RunJson.Number(Quantile(times, 0.5)),
        ["p99_ms"] = RunJson.Number(Quantile(times, 0.99)),
        ["longest_ms"] = RunJson.Number(Quantile(times, 1)),
    };

    private static double Quantile(IReadOnlyList<double> sorted, double share) => sorted.Count == 0 ? double.NaN : sorted[(int)(share * (sorted.Count - 1))];

    private static string Figure(double value) => value.ToString("0.0", CultureInfo.InvariantCulture);
}
