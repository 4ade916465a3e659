using FedActors.FL.Configuration;
using FedActors.FL.Data;
using FedActors.FL.Models;
using FedActors.FL.Numerics;
using FedActors.FL.Training;

namespace FedActors.Tests.FL.Training;

public sealed class NetworkTests
{
    // Odd maps, whose last row and column no pool looks at, and hidden layers that are no whole blocks.
    [Theory]
    [InlineData("mlp:16", 20, 3)]
    [InlineData("mlp:9,12,5", 7, 4)]
    [InlineData("mlp:130", 11, 10)]
    [InlineData("cnn:16x16x1", 256, 4)]
    [InlineData("cnn:17x18x3", 918, 10)]
    public void Train_OneFullBatch_StepsDownTheNumericalGradient(string kind, int features, int classes)
    {
        ModelSpecification model = new(kind, features, classes);
        DataSet data = Problems.Random(4, features, classes);
        ParameterVector start = InitialParameters.Draw(model, 5);

        ParameterVector trained = new LocalTrainer(model, data, 1, "A").Train(start, new() { LocalEpochs = 1, BatchSize = 4, LearningRate = 1 }, 1).Parameters;

        double[] w = [.. start.Values.ToArray().Select(value => (double)value)];
        const double Step = 1e-6;
        foreach (int i in Sample(model))
        {
            double kept = w[i];
            w[i] = kept + Step;
            double above = PlainNetwork.Loss(model, data, w);
            w[i] = kept - Step;
            double below = PlainNetwork.Loss(model, data, w);
            w[i] = kept;
            double slope = (above - below) / (2 * Step);
            ((double)start.Values[i] - trained.Values[i]).Should().BeApproximately(slope, 1e-5 + (1e-4 * Math.Abs(slope)), "parameter {0}", model.Layout.DescribeIndex(i));
        }
    }

    [Theory]
    [InlineData("mlp:24", "d8ad95f4a791a28bd3c5d7d1dc1dd2cdfb5b8df30866afd9b70372051392d97e")]
    [InlineData("cnn:16x16x1", "7475ac2e67d46eb81692abeee40e56752231c47727bcd08a8fbd3d8a6bef4ece")]
    public void Train_TwoEpochs_GivesTheBitsThatEveryMachineGives(string kind, string hash)
    {
        // AVX-512, AVX2 and no vector instructions at all give this hash; see LandsatTrainingTests.
        ModelSpecification model = new(kind, 256, 4);
        LocalTrainer trainer = new(model, Problems.Random(40, 256, 4), 42, "A");

        ParameterVector trained = trainer.Train(InitialParameters.Draw(model, 42), new() { LocalEpochs = 2, BatchSize = 16, LearningRate = 0.01f, Optimizer = "adam" }, 1).Parameters;

        trained.Hash().Should().Be(hash);
    }

    [Theory]
    [InlineData("mlp:32")]
    [InlineData("cnn:16x16x1")]
    public void Train_SeparableClasses_LearnsThem(string kind)
    {
        ModelSpecification model = new(kind, 256, 4);
        DataSet data = Problems.Random(200, 256, 4);
        LocalTrainer trainer = new(model, data, 42, "A");

        ParameterVector trained = trainer.Train(InitialParameters.Draw(model, 42), new() { LocalEpochs = 10, LearningRate = 0.02f }, 1).Parameters;

        Evaluation.Evaluate(model, trained, data).Accuracy.Should().BeGreaterThan(0.98);
    }

    [Fact]
    public void Train_SecondRoundOfACnn_AllocatesOnlyItsResult()
    {
        ModelSpecification model = new("cnn:16x16x1", 256, 4);
        LocalTrainer trainer = new(model, Problems.Random(64, 256, 4), 42, "A");
        ParameterVector start = InitialParameters.Draw(model, 5);
        TrainingOptions options = new() { LocalEpochs = 2, BatchSize = 8, Optimizer = "adam" };
        trainer.Train(start, options, 1);

        long before = GC.GetAllocatedBytesForCurrentThread();
        trainer.Train(start, options, 2);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        allocated.Should().BeLessThan((model.Layout.Count * sizeof(float)) + 2500);
    }

    [Theory]
    [InlineData("mlp:32")]
    [InlineData("cnn:16x16x1")]
    public void Train_RateFarTooLarge_ReportsNonFiniteLossNotAnError(string kind)
    {
        ModelSpecification model = new(kind, 256, 4);
        LocalTrainer trainer = new(model, Problems.Random(50, 256, 4), 42, "A");

        TrainingResult trained = trainer.Train(InitialParameters.Draw(model, 1), new() { LearningRate = 3e38f }, 1);

        trained.Loss.Should().Be(double.NaN);
    }

    private static IEnumerable<int> Sample(ModelSpecification model)
    {
        // Some of each tensor, its ends among them.
        RandomStream random = new(3);
        for (int tensor = 0; tensor < model.Layout.Tensors.Length; tensor++)
        {
            int count = model.Layout.Tensors[tensor].Count;
            foreach (int index in new[] { 0, count - 1 }.Concat(Enumerable.Range(0, 8).Select(_ => random.NextInt(count))).Distinct())
            {
                yield return model.Layout.OffsetOf(tensor) + index;
            }
        }
    }
}
