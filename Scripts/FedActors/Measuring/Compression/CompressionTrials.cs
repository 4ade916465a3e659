using FedActors.FL.Compression;
using FedActors.FL.Configuration;
using FedActors.FL.Data;
using FedActors.FL.Models;
using FedActors.FL.Roles;
using FedActors.Storage.Training;

namespace FedActors.Scripts.Measuring.Compression;

/// <summary>Runs one data set under many compressions with the roles that a run has: what the mean of the updates reaches, and what the updates take.</summary>
/// <param name="Data">The data set.</param>
/// <param name="Training">What sites do, and how many rounds there are.</param>
/// <param name="Time">The clock.</param>
internal sealed record CompressionTrials(IFederatedData Data, TrainingOptions Training, TimeProvider Time)
{
    private static readonly string[] Pipelines =
    [
        "", "float16", "int8", "int4",
        "topk(0.1)", "topk(0.1),int8", "topk(0.1),int4", "topk(0.01)", "topk(0.01),int8",
        "randomk(0.1)", "randomk(0.1),int8", "randomk(0.01)",
        "lowrank(1)", "lowrank(2)", "lowrank(4)", "lowrank(4),int8",
    ];

    /// <summary>Runs all that make the model smaller.</summary>
    public async Task<CompressionTable> RunAsync(Action<string> notice, CancellationToken cancellationToken)
    {
        ParameterLayout layout = Data.Manifest.Specify(Training.Model).Layout;
        List<CompressionRow> rows = [];
        foreach (string[] stages in Pipelines.Select(text => text.Split(',', StringSplitOptions.RemoveEmptyEntries)).Where(stages => CompressionPipeline.From(stages).FindMisfit(layout) is null))
        {
            CompressionPipeline pipeline = CompressionPipeline.From(stages);
            notice(pipeline.IsNone ? "none" : pipeline.Text);
            rows.Add(await RunAsync(pipeline, stages, cancellationToken).ConfigureAwait(false));
            cancellationToken.ThrowIfCancellationRequested();
        }

        return new CompressionTable(Data.Manifest.Name, Data.Manifest.Sites.Count, layout.Count, Training, rows);
    }

    private async Task<CompressionRow> RunAsync(CompressionPipeline pipeline, string[] stages, CancellationToken cancellationToken)
    {
        int sites = Data.Manifest.Sites.Count;
        using var store = new MemoryTrainingStore(keepRounds: 1);
        long started = Time.GetTimestamp();
        RunResult result = await CoordinatedRun.ExecuteAsync(
            new CoordinatedRunSetup
            {
                Data = Data,
                Store = store,
                Time = Time,
                Options = new FederationOptions
                {
                    Training = Training,
                    Compression = stages,
                    Participation = new ParticipationOptions { Workers = sites, MinWorkers = sites, RoundTimeout = TimeSpan.FromMinutes(5) },
                },
            },
            cancellationToken).ConfigureAwait(false);
        TimeSpan took = Time.GetElapsedTime(started);
        IReadOnlyList<RoundRecord> rounds = store.ListRounds(result.Run.Id);
        double[] accuracies = [.. rounds.Select(round => round.Evaluation?.Accuracy ?? double.NaN)];
        return new CompressionRow(
            pipeline.Text, rounds.Count, accuracies.LastOrDefault(double.NaN), accuracies.DefaultIfEmpty(double.NaN).Max(),
            rounds.Sum(round => round.UpdateBytes), rounds.Sum(round => round.BytesSaved), took);
    }
}
