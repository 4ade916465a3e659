using System.Globalization;
using System.Text.Json.Nodes;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Runs;

namespace FedActors.Scripts.Measuring.Protocols;

/// <summary>Times to one accuracy: a row for each protocol, beside the first.</summary>
internal sealed record ProtocolTable(ProtocolContest Contest, IReadOnlyList<ProtocolRow> Rows)
{
    public JsonObject Json() => new()
    {
        ["subject"] = "protocols",
        ["slowness"] = Contest.Slowness,
        ["target"] = Contest.Target,
        ["rows"] = RunJson.List(Rows, row => new JsonObject
        {
            ["protocol"] = row.Protocol,
            ["strategy"] = row.Strategy,
            ["rounds"] = row.Race.Rounds,
            ["updates"] = row.Race.Updates,
            ["accuracy"] = RunJson.Number(row.Race.Accuracy),
            ["seconds"] = RunJson.Number(row.Race.Duration.TotalSeconds),
            ["times_faster"] = RunJson.Number(Faster(row)),
            ["times_faster_by_schedule"] = RunJson.Number(FasterBySchedule(row)),
        }),
    };

    public void Write(TextWriter output)
    {
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"landsat, 4 sites, the last {Contest.Slowness:0.##} times slower; virtual time to accuracy {Contest.Target}"));
        TextTable table = new(["protocol", "strategy", ">rounds", ">updates", ">accuracy", ">seconds", ">times faster", ">by schedule"]);
        foreach (ProtocolRow row in Rows)
        {
            table.Add([
                row.Protocol, row.Strategy, row.Race.Rounds.ToString(CultureInfo.InvariantCulture), row.Race.Updates.ToString(CultureInfo.InvariantCulture),
                Text(row.Race.Accuracy, "0.0000"), Text(row.Race.Duration.TotalSeconds, "0.00"), Text(Faster(row), "0.00"), Text(FasterBySchedule(row), "0.00"),
            ]);
        }

        table.Write(output);
    }

    /// <summary>How many times sooner than the first it was there.</summary>
    public double Faster(ProtocolRow row) => Rows[0].Race.Duration / row.Race.Duration;

    /// <summary>The same, for the rounds that both took, by their schedules.</summary>
    public double FasterBySchedule(ProtocolRow row) => Rows[0].Predicted / row.Predicted;

    private static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
