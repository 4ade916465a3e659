using System.Globalization;
using System.Text.Json.Nodes;
using FedActors.FL.Attacks;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Runs;

namespace FedActors.Scripts.Measuring.Robustness;

/// <summary>Accuracies under attack: a row for each scenario and strategy.</summary>
internal sealed record AttackTable(IReadOnlyList<AttackRow> Rows, int Rounds, int Seeds, ulong FirstSeed, AttackSettings Settings)
{
    public JsonObject Json() => new()
    {
        ["subject"] = "attacks",
        ["sites"] = AttackScenario.Sites,
        ["rounds"] = Rounds,
        ["seeds"] = Seeds,
        ["first_seed"] = FirstSeed,
        ["settings"] = Settings.ToString(),
        ["rows"] = RunJson.List(Rows, row => new JsonObject
        {
            ["scenario"] = row.Scenario,
            ["strategy"] = row.Strategy,
            ["clean"] = RunJson.Number(row.Clean),
            ["worst"] = RunJson.Number(row.Worst),
            ["attacks"] = new JsonObject([.. AllAttacks.List.Select((attack, i) => KeyValuePair.Create<string, JsonNode?>(attack.Name, RunJson.Number(row.Attacked[i])))]),
        }),
    };

    public void Write(TextWriter output)
    {
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{AttackScenario.Sites} sites, {Rounds} rounds, mean accuracy of {Seeds} seeds from {FirstSeed}; {Settings}"));
        foreach (IGrouping<string, AttackRow> scenario in Rows.GroupBy(row => row.Scenario))
        {
            output.WriteLine();
            output.WriteLine(scenario.Key);
            var table = new TextTable(["strategy", ">clean", .. AllAttacks.List.Select(attack => ">" + attack.Name), ">worst", ">below own clean", ">below fedavg's"]);
            double clean = scenario.First().Clean;
            foreach (AttackRow row in scenario)
            {
                table.Add([row.Strategy, Share(row.Clean), .. row.Attacked.Select(Share), Share(row.Worst), Points(row.Clean - row.Worst), Points(clean - row.Worst)]);
            }

            table.Write(output);
        }
    }

    private static string Points(double share) => (share * 100).ToString("0.0", CultureInfo.InvariantCulture);

    private static string Share(double value) => value.ToString("0.000", CultureInfo.InvariantCulture);
}

/// <summary>One strategy in one scenario.</summary>
/// <param name="Scenario">The scenario's name.</param>
/// <param name="Strategy">The strategy's name.</param>
/// <param name="Clean">Accuracy without attackers.</param>
/// <param name="Attacked">Accuracy under each attack, in the order of <see cref="AllAttacks.List"/>.</param>
internal sealed record AttackRow(string Scenario, string Strategy, double Clean, IReadOnlyList<double> Attacked)
{
    /// <summary>The lowest of them.</summary>
    public double Worst => Attacked.Min();
}
