using System.Text;
using FedActors.FL.Configuration;
using FedActors.FL.Data;
using FedActors.FL.Models;
using FedActors.FL.Numerics;
using FedActors.FL.Training;
using FedActors.Tests.FL.Training;
using FedActors.Tests.TestKit;
using FedActors.Tests.TestKit.OutsidePrograms;

namespace FedActors.Tests.FL.Conformance;

/// <summary>Holds networks and optimizers against PyTorch's own, torch_training.py.</summary>
public sealed class TorchTrainingTests
{
    private const ulong Seed = 42;

    private readonly List<KeyValuePair<string, NpyArray>> _export = [];

    [OutsideProgramTheory(OutsideProgram.PythonTorch)]
    [InlineData("mlp:24,17", "sgd", 0.05f)]
    [InlineData("mlp:32", "momentum", 0.01f)]
    [InlineData("mlp:32", "adam", 0.002f)]
    [InlineData("cnn:18x17x1", "momentum", 0.005f)]
    [InlineData("cnn:18x17x1", "adam", 0.001f)]
    public async Task Training_TwoEpochs_AgreesWithPyTorchToFloat32Rounding(string kind, string optimizer, float rate)
    {
        TrainingOptions options = new() { LocalEpochs = 2, BatchSize = 16, Optimizer = optimizer, LearningRate = rate, WeightDecay = 0.01f };

        string report = await CompareAsync(kind, options, options);

        report.Should().Contain("W2: ").And.Contain("loss: ");
    }

    [OutsideProgramFact(OutsideProgram.PythonTorch)]
    public async Task Comparison_MomentumOffByAHundredth_IsNoticed()
    {
        TrainingOptions options = new() { LocalEpochs = 2, BatchSize = 16, Optimizer = "momentum", LearningRate = 0.01f };

        Func<Task> compare = () => CompareAsync("mlp:32", options, options with { Momentum = 0.91f });

        (await compare.Should().ThrowAsync<InvalidOperationException>()).WithMessage("*differs by*");
    }

    private async Task<string> CompareAsync(string kind, TrainingOptions trained, TrainingOptions told)
    {
        DataSet data = Problems.Random(70, 18 * 17, 5);
        ModelSpecification model = new(kind, data.Features, data.Classes);
        ParameterVector start = InitialParameters.Draw(model, Seed);
        TrainingResult result = new LocalTrainer(model, data, Seed, "A").Train(start, trained, 1);

        Add("kind", NpyArray.Of(Encoding.ASCII.GetBytes(kind.Split(':')[0]), kind.Split(':')[0].Length));
        Add("optimizer", NpyArray.Of(Encoding.ASCII.GetBytes(told.Optimizer), told.Optimizer.Length));
        Add("shape", NpyArray.Of(new[] { told.BatchSize, model.Layout.Tensors.Length / 2, 18, 17, 1 }, 5));
        Add("rates", NpyArray.Of(new double[] { told.LearningRate, told.Momentum, told.Beta1, told.Beta2, told.Epsilon, told.WeightDecay }, 6));
        Add("x", NpyArray.Of(data.Values.ToArray(), data.Count, data.Features));
        Add("y", NpyArray.Of(data.Labels.ToArray(), data.Count));
        Add("orders", NpyArray.Of(Orders(data.Count, told.LocalEpochs), told.LocalEpochs, data.Count));
        Add("loss", NpyArray.Of(new[] { result.Loss }, 1));
        for (int i = 0; i < model.Layout.Tensors.Length; i++)
        {
            TensorShape tensor = model.Layout.Tensors[i];
            Add(tensor.Name, NpyArray.Of(start.Tensor(i).ToArray(), tensor.Dimensions));
            Add("trained_" + tensor.Name, NpyArray.Of(result.Parameters.Tensor(i).ToArray(), tensor.Dimensions));
        }

        using TemporaryFolder folder = new();
        NpzWriter.Write(folder["run.npz"], _export);
        string script = await File.ReadAllTextAsync(Repository.PathOf("Tests/FL/Conformance/torch_training.py"));
        return await Python.RunTextAsync(OutsideProgram.PythonTorch, script, "", folder.Path);
    }

    // An epoch shuffles the order that the epoch before it left.
    private static int[] Orders(int count, int epochs)
    {
        RandomStream shuffles = RandomStream.For(Seed, "shuffle", "A", 1);
        int[] order = [.. Enumerable.Range(0, count)];
        return [.. Enumerable.Range(0, epochs).SelectMany(_ =>
        {
            shuffles.Shuffle(order.AsSpan());
            return (int[])order.Clone();
        })];
    }

    private void Add(string name, NpyArray array) => _export.Add(new(name, array));
}
