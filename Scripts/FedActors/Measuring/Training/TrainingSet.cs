using FedActors.FL.Configuration;
using FedActors.FL.Data;
using FedActors.FL.Models;
using FedActors.FL.Numerics;
using FedActors.FL.Training;

namespace FedActors.Scripts.Measuring.Training;

/// <summary>Models on random examples, and what is measured of their training, on one thread.</summary>
internal sealed class TrainingSet
{
    /// <summary>Examples in a mini-batch.</summary>
    public const int Batch = 32;

    private const int Classes = 10;
    private const ulong Seed = 1;

    private readonly DataSet _narrow;
    private readonly DataSet _pictures;

    /// <summary>Draws the examples.</summary>
    public TrainingSet(int examples) => (_narrow, _pictures) = (Draw(examples, 512), Draw(examples, 784));

    /// <summary>What is compared, with PyTorch's side where there is one.</summary>
    public IReadOnlyList<Comparison> Comparisons(PythonRival? torch, TimeProvider time) =>
    [
        new("softmax 512-10, a step", [new(string.Empty, "ms", Better.Lower)], new RepeatedAction(Epoch("softmax", _narrow), time, _narrow.Count / Batch), Raw(torch, "softmax_step")),
        new("mlp 784-128-10, an epoch", [new(string.Empty, "ms", Better.Lower)], new RepeatedAction(Epoch("mlp:128", _pictures), time), Raw(torch, "mlp_epoch")),
        new("cnn 28x28, an epoch", [new(string.Empty, "ms", Better.Lower)], new RepeatedAction(Epoch("cnn", _pictures), time), Raw(torch, "cnn_epoch")),
    ];

    private static Action Epoch(string kind, DataSet data)
    {
        ModelSpecification model = new(kind, data.Features, data.Classes);
        LocalTrainer trainer = new(model, data, Seed, "bench");
        ParameterVector start = InitialParameters.Draw(model, Seed);
        TrainingOptions options = new() { LocalEpochs = 1, BatchSize = Batch, LearningRate = 0.01f };
        return () => trainer.Train(start, options, 1);
    }

    private static RivalWorkload? Raw(PythonRival? torch, string name) => torch is null ? null : new RivalWorkload(torch, name);

    private static DataSet Draw(int examples, int features)
    {
        var random = new RandomStream(Seed);
        float[] values = new float[examples * features];
        foreach (ref float value in values.AsSpan())
        {
            value = (float)random.NextGaussian();
        }

        return new DataSet(features, Classes, values, [.. Enumerable.Range(0, examples).Select(_ => random.NextInt(Classes))]);
    }
}
