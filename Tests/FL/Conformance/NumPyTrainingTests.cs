using FedActors.FL.Configuration;
using FedActors.FL.Data;
using FedActors.FL.Models;
using FedActors.FL.Numerics;
using FedActors.FL.Training;
using FedActors.Tests.FL.Training;
using FedActors.Tests.TestKit;
using FedActors.Tests.TestKit.OutsidePrograms;

namespace FedActors.Tests.FL.Conformance;

/// <summary>Holds standardisation, training, averaging and evaluation against a transcription in NumPy, training.py.</summary>
public sealed class NumPyTrainingTests
{
    private const ulong Seed = 42;
    private const int Rounds = 3;

    private readonly List<KeyValuePair<string, NpyArray>> _export = [];

    [OutsideProgramTheory(OutsideProgram.PythonNumPy)]
    [InlineData(0f)]
    [InlineData(0.1f)]
    public async Task Training_ThreeRoundsOfLandsat_AgreesWithNumPyToFloat32Rounding(float mu)
    {
        TrainingOptions options = new() { Rounds = Rounds, Mu = mu };

        string report = await CompareAsync(trained: options, told: options);

        report.Should().Contain($"parameters after round {Rounds}: ").And.Contain("loss: ");
    }

    [OutsideProgramFact(OutsideProgram.PythonNumPy)]
    public async Task Comparison_LearningRateOffByATenThousandth_IsNoticed()
    {
        TrainingOptions options = new() { Rounds = Rounds };

        Func<Task> compare = () => CompareAsync(trained: options, told: options with { LearningRate = options.LearningRate * 1.0001f });

        (await compare.Should().ThrowAsync<InvalidOperationException>()).WithMessage("*parameters after round 1 differ*");
    }

    private async Task<string> CompareAsync(TrainingOptions trained, TrainingOptions told)
    {
        LandsatData data = new();
        InMemoryFederation federation = new(data);
        ExportData(data, federation);
        ExportOptions(federation.Model, told);
        ExportOrders(federation, trained);
        ExportResults(federation, trained);
        using TemporaryFolder folder = new();
        NpzWriter.Write(folder["run.npz"], _export);
        string script = await File.ReadAllTextAsync(Repository.PathOf("Tests/FL/Conformance/training.py"));
        return await Python.RunTextAsync(OutsideProgram.PythonNumPy, script, "", folder.Path);
    }

    private void ExportData(LandsatData data, InMemoryFederation federation)
    {
        foreach ((string site, DataSet standardised) in federation.Sites)
        {
            Add($"raw_{site}", data.LoadSite(site));
            Add($"x_{site}", standardised);
            Add($"y_{site}", NpyArray.Of(standardised.Labels.ToArray(), standardised.Count));
        }

        Add("x_evaluation", federation.Evaluation);
        Add("y_evaluation", NpyArray.Of(federation.Evaluation.Labels.ToArray(), federation.Evaluation.Count));
        Add("means", NpyArray.Of(federation.Standardiser.Means.ToArray(), federation.Model.Features));
        Add("scales", NpyArray.Of(federation.Standardiser.Scales.ToArray(), federation.Model.Features));
    }

    private void ExportOptions(ModelSpecification model, TrainingOptions options)
    {
        Add("shape", NpyArray.Of([model.Features, model.Classes, options.Rounds, options.LocalEpochs, options.BatchSize], 5));
        Add("rates", NpyArray.Of([(double)options.LearningRate, options.Mu], 2));
        Add("initial", NpyArray.Of(InitialParameters.Draw(model, Seed).Values.ToArray(), model.Layout.Count));
    }

    // An epoch shuffles the order that the epoch before it left; a round begins with the rows in order.
    private void ExportOrders(InMemoryFederation federation, TrainingOptions options)
    {
        foreach ((string site, DataSet data) in federation.Sites)
        {
            for (int round = 1; round <= options.Rounds; round++)
            {
                RandomStream shuffles = RandomStream.For(Seed, "shuffle", site, round);
                int[] order = [.. Enumerable.Range(0, data.Count)];
                for (int epoch = 0; epoch < options.LocalEpochs; epoch++)
                {
                    shuffles.Shuffle(order.AsSpan());
                    Add($"order_{site}_{round}_{epoch}", NpyArray.Of((int[])order.Clone(), order.Length));
                }
            }
        }
    }

    private void ExportResults(InMemoryFederation federation, TrainingOptions options)
    {
        ModelSpecification model = federation.Model;
        ParameterVector global = InitialParameters.Draw(model, Seed);
        for (int round = 1; round <= options.Rounds; round++)
        {
            global = federation.Run(Seed, options with { Rounds = round });
            Add($"global_{round}", NpyArray.Of(global.Values.ToArray(), global.Count));
        }

        EvaluationMetrics metrics = Evaluation.Evaluate(model, global, federation.Evaluation);
        Add("confusion", NpyArray.Of([.. metrics.Confusion], model.Classes, model.Classes));
        Add("per_class", NpyArray.Of([.. metrics.PerClassAccuracy], model.Classes));
        Add("metrics", NpyArray.Of([metrics.Accuracy, metrics.Loss], 2));
    }

    private void Add(string name, DataSet data) => Add(name, NpyArray.Of(data.Values.ToArray(), data.Count, data.Features));

    private void Add(string name, NpyArray array) => _export.Add(new(name, array));
}
