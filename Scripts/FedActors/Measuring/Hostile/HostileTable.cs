using System.Globalization;
using System.Numerics;
using System.Text.Json.Nodes;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Runs;

namespace FedActors.Scripts.Measuring.Hostile;

/// <summary>What attackers cost an honest node, a row for each attack.</summary>
internal sealed record HostileTable(IReadOnlyList<HostileRow> Rows, HostileContest Contest)
{
    public JsonObject Json() => new()
    {
        ["subject"] = "hostile",
        ["cores"] = Environment.ProcessorCount,
        ["attackers_apart"] = Contest.Attackers is not null,
        ["repetitions"] = Contest.Repetitions,
        ["seconds"] = Contest.Time.TotalSeconds,
        ["rows"] = RunJson.List(Rows, row => new JsonObject
        {
            ["attack"] = row.Name,
            ["tls"] = row.Secure,
            ["attempts_per_second"] = RunJson.Number(row.Attempts.Median),
            ["attacker_cores"] = RunJson.Number(row.Cores.Median),
            ["quiet_p99_us"] = MostJson(row.Quiet),
            ["control_p99_us"] = MostJson(row.Control),
            ["first_p99_us"] = MostJson(row.First),
            ["attacked_p99_us"] = MostJson(row.Attacked),
            ["ratio_to_quiet"] = RunJson.Number(row.ToQuiet),
            ["ratio_to_control"] = RunJson.Number(row.ToControl),
            ["growth_bytes"] = row.Growth,
            ["disconnections"] = row.Disconnections,
            ["refused"] = new JsonObject([.. row.Refusals.Select(r => KeyValuePair.Create<string, JsonNode?>(HostileRow.Tag(r.Cause), r.Count))]),
        }),
    };

    public void Write(TextWriter output)
    {
        string cores = Contest.Attackers is { } others ? $"cores: {Environment.ProcessorCount} for the nodes, {BitOperations.PopCount(others)} for the attackers" : $"{Environment.ProcessorCount} cores for all";
        output.WriteLine($"honest questions, p99 in microseconds   {cores}   of all questions in {Contest.Repetitions} turns (turns from least to most)");
        var table = new TextTable("attack", ">a second", ">cores", ">quiet", "", ">control", "", ">at first", ">attacked", "", ">longest", ">to quiet", ">to control", ">MiB more", ">lost", "refused");
        foreach (HostileRow row in Rows)
        {
            table.Add(
                row.Name,
                row.Attempts.Median.ToString("n0", CultureInfo.InvariantCulture),
                row.Cores.Median.ToString("0.00", CultureInfo.InvariantCulture),
                Whole(row.Quiet.Together),
                Range(row.Quiet.Apart),
                Whole(row.Control.Together),
                Range(row.Control.Apart),
                Whole(row.First.Together),
                Whole(row.Attacked.Together),
                Range(row.Attacked.Apart),
                Whole(row.Attacked.Longest),
                row.ToQuiet.ToString("0.0", CultureInfo.InvariantCulture),
                row.ToControl.ToString("0.0", CultureInfo.InvariantCulture),
                (row.Growth / 1048576.0).ToString("0.0", CultureInfo.InvariantCulture),
                row.Disconnections.ToString(CultureInfo.InvariantCulture),
                string.Join(", ", row.Refusals.Select(r => $"{HostileRow.Tag(r.Cause)} {r.Count.ToString("n0", CultureInfo.InvariantCulture)}")));
        }

        table.Write(output);
        output.WriteLine($"An honest node asks about once a millisecond over the connection that it has. quiet: nobody else is there. control: the attackers' process uses as many cores and attacks nobody. at first: the beginning of an attack, {HostileContest.FirstTurns} times as long, before attacked. longest: of all answers under attack.");
        output.WriteLine("to quiet, to control: the p99 under attack divided by theirs. lost: connections of the honest node. MiB more: alive at the attack's end beyond what was before.");
    }

    private static JsonObject MostJson(MostOfTurns most) => new()
    {
        ["together"] = RunJson.Number(most.Together),
        ["median"] = RunJson.Number(most.Apart.Median),
        ["least"] = RunJson.Number(most.Apart.Least),
        ["most"] = RunJson.Number(most.Apart.Most),
        ["longest"] = RunJson.Number(most.Longest),
    };

    private static string Range(Spread spread) => $"({Whole(spread.Least)} to {Whole(spread.Most)})";

    private static string Whole(double microseconds) => microseconds.ToString("n0", CultureInfo.InvariantCulture);
}
