using System.Globalization;
using System.Text.Json.Nodes;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Runs;

namespace FedActors.Scripts.Measuring.Decentralised;

/// <summary>How peers got on in each topology.</summary>
internal sealed record TopologyTable(IReadOnlyList<TopologyRow> Rows, int Peers, int Rounds, double Mixing)
{
    public JsonObject Json() => new()
    {
        ["subject"] = "topologies",
        ["peers"] = Peers,
        ["rounds"] = Rounds,
        ["mixing"] = Mixing,
        ["share"] = TopologyCampaign.Share,
        ["rows"] = RunJson.List(Rows, row => new JsonObject
        {
            ["topology"] = row.Topology,
            ["edges"] = row.Edges,
            ["spectral_gap"] = RunJson.Number(row.Gap),
            ["bound"] = row.Bound,
            ["rounds_to_consensus"] = row.Took,
            ["apart"] = RunJson.Number(row.Apart),
            ["lowest_accuracy"] = RunJson.Number(row.Lowest),
            ["accuracy"] = row.Accuracy is { } accuracy ? RunJson.Number(accuracy) : null,
            ["agreed"] = row.IsAgreed,
        }),
    };

    public void Write(TextWriter output)
    {
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Peers} peers, {Rounds} rounds of training, gossipavg with mixing {Mixing}; then averaging alone, until peers differ by {TopologyCampaign.Share} of what they did"));
        output.WriteLine();
        var table = new TextTable(["topology", ">edges", ">spectral gap", ">rounds to consensus", ">bound", ">apart after training", ">accuracy, worst peer", ">accuracy, final mean", "one hash"]);
        foreach (TopologyRow row in Rows)
        {
            table.Add([row.Topology, $"{row.Edges}", Figure(row.Gap), row.Took is { } took ? $"{took}" : "-", $"{row.Bound}", Figure(row.Apart), Figure(row.Lowest), row.Accuracy is { } accuracy ? Figure(accuracy) : "-", row.IsAgreed ? "yes" : "no"]);
        }

        table.Write(output);
    }

    private static string Figure(double value) => value.ToString("0.0000", CultureInfo.InvariantCulture);
}

/// <summary>One topology.</summary>
/// <param name="Topology">Its name.</param>
/// <param name="Edges">Pairs of neighbours.</param>
/// <param name="Gap">The spectral gap of the mixing matrix.</param>
/// <param name="Bound">Rounds after which the gap promises consensus.</param>
/// <param name="Took">Rounds that it took; null if it did not come.</param>
/// <param name="Apart">What peers differed by after the last training.</param>
/// <param name="Lowest">The lowest accuracy of a peer then.</param>
/// <param name="Accuracy">The final mean's accuracy.</param>
/// <param name="IsAgreed">Whether all ended with one hash.</param>
internal sealed record TopologyRow(string Topology, int Edges, double Gap, int Bound, int? Took, double Apart, double Lowest, double? Accuracy, bool IsAgreed);
