using System.Globalization;
using System.Text.Json.Nodes;
using FedActors.FL.Configuration;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Runs;

namespace FedActors.Scripts.Measuring.Strategies;

/// <summary>What came of strategies on one data set.</summary>
internal sealed record StrategyTable(string Data, int Sites, TrainingOptions Training, IReadOnlyList<StrategyRow> Rows)
{
    public JsonObject Json() => new()
    {
        ["subject"] = "strategies",
        ["data"] = Data,
        ["sites"] = Sites,
        ["model"] = Training.Model,
        ["local_epochs"] = Training.LocalEpochs,
        ["batch_size"] = Training.BatchSize,
        ["learning_rate"] = RunJson.Number(Training.LearningRate),
        ["rows"] = RunJson.List(Rows, row => new JsonObject
        {
            ["strategy"] = row.Strategy,
            ["model"] = row.Model,
            ["rounds"] = row.Rounds,
            ["accuracy"] = RunJson.Number(row.Accuracy),
            ["best_accuracy"] = RunJson.Number(row.Best),
            ["bytes"] = row.Bytes,
            ["seconds"] = RunJson.Number(row.Took.TotalSeconds),
        }),
    };

    public void Write(TextWriter output)
    {
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{Data}, {Sites} sites, {Training.Model}, local epochs {Training.LocalEpochs}, batch {Training.BatchSize}, rate {Training.LearningRate}; in one place: adam, rate 0.001 by a cosine, a round is an epoch"));
        var table = new TextTable(["strategy", "model", ">rounds", ">accuracy", ">best", ">MB", ">time s"]);
        foreach (StrategyRow row in Rows)
        {
            table.Add([
                row.Strategy, row.Model, row.Rounds.ToString(CultureInfo.InvariantCulture), Share(row.Accuracy), Share(row.Best),
                row.Bytes == 0 ? "-" : (row.Bytes / 1e6).ToString("0", CultureInfo.InvariantCulture), row.Took.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture),
            ]);
        }

        table.Write(output);
    }

    private static string Share(double value) => value.ToString("0.0000", CultureInfo.InvariantCulture);
}

/// <summary>One strategy, or all rows in one place.</summary>
/// <param name="Strategy">Its name.</param>
/// <param name="Model">The model's kind.</param>
/// <param name="Rounds">Rounds, or epochs in one place.</param>
/// <param name="Accuracy">Of the last model.</param>
/// <param name="Best">Of the best.</param>
/// <param name="Bytes">All bytes that crossed between the provider's node and the workers', as the nodes counted them.</param>
/// <param name="Took">From the first moment to the last.</param>
internal sealed record StrategyRow(string Strategy, string Model, int Rounds, double Accuracy, double Best, long Bytes, TimeSpan Took);
