using FedActors.FL.Configuration;
using FedActors.FL.Data;
using FedActors.FL.Models;
using FedActors.FL.Training;

namespace FedActors.Tests.FL.Training;

public sealed class LocalTrainerTests
{
    private static readonly TrainingOptions Options = new() { LocalEpochs = 3, BatchSize = 32, LearningRate = 0.1f };

    // Shapes around the tiles' and blocks' edges: fewer than eight of a thing, exactly eight, a few over.
    public static TheoryData<int, int, int, int, float> Shapes => new()
    {
        { 100, 36, 6, 32, 0 },
        { 100, 36, 6, 32, 0.5f },
        { 5, 3, 2, 32, 0 },
        { 33, 7, 8, 8, 0 },
        { 41, 8, 9, 16, 0.1f },
        { 70, 17, 20, 9, 0 },
        { 1, 1, 2, 1, 0 },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Train_AnyShape_AgreesWithPlainLoops(int count, int features, int classes, int batch, float mu)
    {
        ModelSpecification model = new(ModelSpecification.Softmax, features, classes);
        DataSet data = Problems.Random(count, features, classes);
        ParameterVector start = InitialParameters.Draw(model, 5);
        TrainingOptions options = Options with { BatchSize = batch, Mu = mu };

        TrainingResult trained = new LocalTrainer(model, data, 42, "A").Train(start, options, 1);

        double[] expected = PlainSoftmax.Train(model, data, ToDoubles(start), options, 42, "A", 1);
        double largest = expected.Max(Math.Abs);
        for (int i = 0; i < expected.Length; i++)
        {
            ((double)trained.Parameters.Values[i]).Should().BeApproximately(expected[i], 1e-5 * largest, "parameter {0}", i);
        }
    }

    [Theory]
    [InlineData(36, 6)]
    [InlineData(5, 11)]
    public void Train_OneFullBatch_StepsDownTheNumericalGradient(int features, int classes)
    {
        ModelSpecification model = new(ModelSpecification.Softmax, features, classes);
        DataSet data = Problems.Random(20, features, classes);
        ParameterVector start = InitialParameters.Draw(model, 5);
        TrainingOptions options = new() { LocalEpochs = 1, BatchSize = 20, LearningRate = 1 };

        ParameterVector trained = new LocalTrainer(model, data, 1, "A").Train(start, options, 1).Parameters;

        double[] w = ToDoubles(start);
        int[] rows = Enumerable.Range(0, data.Count).ToArray();
        const double Step = 1e-5;
        for (int i = 0; i < w.Length; i++)
        {
            double kept = w[i];
            w[i] = kept + Step;
            double above = PlainSoftmax.Loss(model, data, w, rows);
            w[i] = kept - Step;
            double below = PlainSoftmax.Loss(model, data, w, rows);
            w[i] = kept;
            double slope = (above - below) / (2 * Step);
            ((double)start.Values[i] - trained.Values[i]).Should().BeApproximately(slope, 2e-6, "parameter {0}", i);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(10)]
    public void Train_SomeStepsAndACorrection_AgreesWithPlainLoops(long steps)
    {
        ModelSpecification model = new(ModelSpecification.Softmax, 9, 3);
        DataSet data = Problems.Random(100, 9, 3);
        ParameterVector start = InitialParameters.Draw(model, 5);
        float[] correction = [.. Enumerable.Range(0, model.Layout.Count).Select(i => 0.3f * MathF.Sin(i))];

        TrainingResult trained = new LocalTrainer(model, data, 42, "A").Train(start, Options, 1, new LocalWork(steps, correction));

        double[] expected = PlainSoftmax.Train(model, data, ToDoubles(start), Options, 42, "A", 1, steps, correction);
        trained.Steps.Should().Be(steps);
        for (int i = 0; i < expected.Length; i++)
        {
            ((double)trained.Parameters.Values[i]).Should().BeApproximately(expected[i], 1e-5, "parameter {0}", i);
        }
    }

    [Fact]
    public void Train_AsManyStepsAsThePlan_GivesItsBits()
    {
        ModelSpecification model = new(ModelSpecification.Softmax, 9, 3);
        LocalTrainer trainer = new(model, Problems.Random(100, 9, 3), 42, "A");
        ParameterVector start = InitialParameters.Draw(model, 5);

        TrainingResult planned = trainer.Train(start, Options, 1);
        TrainingResult counted = trainer.Train(start, Options, 1, new LocalWork(3 * 4));

        counted.Parameters.Hash().Should().Be(planned.Parameters.Hash());
        (counted.Loss, counted.Accuracy, counted.Steps).Should().Be((planned.Loss, planned.Accuracy, planned.Steps));
    }

    [Fact]
    public void Train_ImpossibleWork_IsRefused()
    {
        ModelSpecification model = new(ModelSpecification.Softmax, 9, 3);
        LocalTrainer trainer = new(model, Problems.Random(100, 9, 3), 42, "A");

        FluentActions.Invoking(() => trainer.Train(new ParameterVector(model.Layout), Options, 1, new LocalWork(-1))).Should().Throw<ArgumentException>().WithMessage("-1 steps*");
        FluentActions.Invoking(() => trainer.Train(new ParameterVector(model.Layout), Options, 1, new LocalWork(0, new float[7])))
            .Should().Throw<ArgumentException>().WithMessage("The correction has 7 numbers; the model has 30.");
    }

    [Fact]
    public void Train_OneBatch_ReportsLossAndAccuracyBeforeItsStep()
    {
        ModelSpecification model = new(ModelSpecification.Softmax, 4, 3);
        DataSet data = Problems.Random(30, 4, 3);
        ParameterVector start = InitialParameters.Draw(model, 5);

        TrainingResult trained = new LocalTrainer(model, data, 1, "A").Train(start, new() { LocalEpochs = 1, BatchSize = 64 }, 1);

        EvaluationMetrics before = Evaluation.Evaluate(model, start, data);
        trained.Samples.Should().Be(30);
        trained.Loss.Should().BeApproximately(before.Loss, 1e-6);
        trained.Accuracy.Should().Be(before.Accuracy);
    }

    [Fact]
    public void Train_SameRoundTwice_SameBitsAndGlobalUntouched()
    {
        ModelSpecification model = new(ModelSpecification.Softmax, 9, 3);
        DataSet data = Problems.Random(50, 9, 3);
        ParameterVector start = InitialParameters.Draw(model, 5);
        string before = start.Hash();
        LocalTrainer used = new(model, data, 42, "A");
        used.Train(start, Options, 7);

        string again = used.Train(start, Options, 3).Parameters.Hash();

        again.Should().Be(new LocalTrainer(model, data, 42, "A").Train(start, Options, 3).Parameters.Hash());
        again.Should().NotBe(new LocalTrainer(model, data, 42, "B").Train(start, Options, 3).Parameters.Hash());
        start.Hash().Should().Be(before);
    }

    [Fact]
    public void Train_LargeMu_StaysNearTheGlobalModel()
    {
        ModelSpecification model = new(ModelSpecification.Softmax, 9, 3);
        LocalTrainer trainer = new(model, Problems.Random(50, 9, 3), 42, "A");
        ParameterVector start = InitialParameters.Draw(model, 5);

        double free = trainer.Train(start, Options, 1).Parameters.DistanceTo(start);
        double held = trainer.Train(start, Options with { Mu = 5 }, 1).Parameters.DistanceTo(start);

        held.Should().BeLessThan(free / 2);
    }

    [Fact]
    public void Train_SecondRound_AllocatesOnlyItsResult()
    {
        ModelSpecification model = new(ModelSpecification.Softmax, 36, 6);
        LocalTrainer trainer = new(model, Problems.Random(3200, 36, 6), 42, "A");
        ParameterVector start = InitialParameters.Draw(model, 5);
        TrainingOptions options = Options with { LocalEpochs = 10 };
        trainer.Train(start, options, 1);

        long before = GC.GetAllocatedBytesForCurrentThread();
        trainer.Train(start, options, 2);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        // 1000 batches: the vector (888 bytes) and a handful of small objects.
        allocated.Should().BeLessThan(2500);
    }

    [Fact]
    public void Train_Cancelled_Stops()
    {
        ModelSpecification model = new(ModelSpecification.Softmax, 9, 3);
        LocalTrainer trainer = new(model, Problems.Random(50, 9, 3), 42, "A");

        FluentActions.Invoking(() => trainer.Train(new ParameterVector(model.Layout), Options, 1, new CancellationToken(true)))
            .Should().Throw<OperationCanceledException>();
    }

    [Fact]
    public void Train_RateFarTooLarge_ReportsNonFiniteLossNotAnError()
    {
        ModelSpecification model = new(ModelSpecification.Softmax, 9, 3);
        LocalTrainer trainer = new(model, Problems.Random(50, 9, 3), 42, "A");

        TrainingResult trained = trainer.Train(new ParameterVector(model.Layout), Options with { LearningRate = 3e38f }, 1);

        trained.Loss.Should().Be(double.NaN);
    }

    [Fact]
    public void Train_OptionsOutOfRange_AreRefused()
    {
        ModelSpecification model = new(ModelSpecification.Softmax, 9, 3);
        LocalTrainer trainer = new(model, Problems.Random(50, 9, 3), 42, "A");
        ParameterVector start = new(model.Layout);
        TrainingOptions[] bad =
        [
            Options with { LocalEpochs = 0 },
            Options with { BatchSize = 0 },
            Options with { LearningRate = 0 },
            Options with { LearningRate = float.NaN },
            Options with { Mu = -1 },
        ];

        foreach (TrainingOptions options in bad)
        {
            FluentActions.Invoking(() => trainer.Train(start, options, 1)).Should().Throw<ArgumentOutOfRangeException>("of {0}", options);
        }
    }

    [Fact]
    public void Constructor_DataOfAnotherShape_AreRefusedWithBothShapes()
    {
        ModelSpecification model = new(ModelSpecification.Softmax, 9, 3);

        FluentActions.Invoking(() => new LocalTrainer(model, Problems.Random(5, 9, 4), 1, "A"))
            .Should().Throw<ArgumentException>().WithMessage("*9 features, 3 classes*9 features and 4 classes*");
        FluentActions.Invoking(() => new LocalTrainer(model, new DataSet(9, 3, [], []), 1, "A")).Should().Throw<ArgumentException>();
    }

    private static double[] ToDoubles(ParameterVector vector) => [.. vector.Values.ToArray().Select(value => (double)value)];
}
