using System.Globalization;
using System.Text.Json.Nodes;
using FedActors.FL.Configuration;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Runs;

namespace FedActors.Scripts.Measuring.Compression;

/// <summary>What came of compressions on one data set.</summary>
internal sealed record CompressionTable(string Data, int Sites, int Parameters, TrainingOptions Training, IReadOnlyList<CompressionRow> Rows)
{
    public JsonObject Json() => new()
    {
        ["subject"] = "compression",
        ["data"] = Data,
        ["sites"] = Sites,
        ["model"] = Training.Model,
        ["parameters"] = Parameters,
        ["local_epochs"] = Training.LocalEpochs,
        ["batch_size"] = Training.BatchSize,
        ["learning_rate"] = RunJson.Number(Training.LearningRate),
        ["rows"] = RunJson.List(Rows, row => new JsonObject
        {
            ["compression"] = row.Compression,
            ["rounds"] = row.Rounds,
            ["accuracy"] = RunJson.Number(row.Accuracy),
            ["best_accuracy"] = RunJson.Number(row.Best),
            ["update_bytes"] = row.Bytes,
            ["bytes_saved"] = row.Saved,
            ["seconds"] = RunJson.Number(row.Took.TotalSeconds),
        }),
    };

    public void Write(TextWriter output)
    {
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{Data}, {Sites} sites, {Training.Model} of {Parameters:N0} parameters, local epochs {Training.LocalEpochs}, batch {Training.BatchSize}, rate {Training.LearningRate}"));
        var table = new TextTable(["compression", ">rounds", ">accuracy", ">best", ">update", ">saved", ">times smaller", ">time s"]);
        foreach (CompressionRow row in Rows)
        {
            table.Add([
                row.Compression.Length == 0 ? "none" : row.Compression, row.Rounds.ToString(CultureInfo.InvariantCulture), Share(row.Accuracy), Share(row.Best),
                RoundText.Bytes(row.Rounds == 0 ? 0 : row.Bytes / (row.Rounds * Sites)), row.Saved == 0 ? "-" : ((double)row.Saved / (row.Bytes + row.Saved)).ToString("0.0 %", CultureInfo.InvariantCulture),
                row.Bytes == 0 ? "-" : ((double)(row.Bytes + row.Saved) / row.Bytes).ToString("0.0", CultureInfo.InvariantCulture), row.Took.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture),
            ]);
        }

        table.Write(output);
    }

    private static string Share(double value) => value.ToString("0.0000", CultureInfo.InvariantCulture);
}

/// <summary>One compression.</summary>
/// <param name="Compression">Its stages; empty for none.</param>
/// <param name="Rounds">Rounds.</param>
/// <param name="Accuracy">Of the last model.</param>
/// <param name="Best">Of the best.</param>
/// <param name="Bytes">Bytes of all updates.</param>
/// <param name="Saved">Bytes that compression took off them.</param>
/// <param name="Took">From the first moment to the last.</param>
internal sealed record CompressionRow(string Compression, int Rounds, double Accuracy, double Best, long Bytes, long Saved, TimeSpan Took);
