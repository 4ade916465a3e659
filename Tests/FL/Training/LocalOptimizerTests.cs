using FedActors.FL.Configuration;
using FedActors.FL.Data;
using FedActors.FL.Models;
using FedActors.FL.Training;

namespace FedActors.Tests.FL.Training;

public sealed class LocalOptimizerTests
{
    private static readonly ModelSpecification Model = new(ModelSpecification.Softmax, 9, 3);
    private static readonly DataSet Data = Problems.Random(40, 9, 3);

    // One batch is all the data, so that the order of examples does not matter.
    private static readonly TrainingOptions Options = new() { LocalEpochs = 25, BatchSize = 40, LearningRate = 0.05f };

    public static TheoryData<TrainingOptions> Steppers =>
    [
        Options with { WeightDecay = 0.1f },
        Options with { Optimizer = "momentum" },
        Options with { Optimizer = "momentum", Momentum = 0.5f, WeightDecay = 0.01f, Mu = 0.3f },
        Options with { Optimizer = "adam" },
        Options with { Optimizer = "adam", Beta1 = 0.5f, Beta2 = 0.9f, Epsilon = 0.01f, WeightDecay = 0.05f, Mu = 0.2f },
    ];

    [Theory]
    [MemberData(nameof(Steppers))]
    public void Train_AnyOptimizer_AgreesWithItsFormula(TrainingOptions options)
    {
        ParameterVector start = InitialParameters.Draw(Model, 5);

        ParameterVector trained = new LocalTrainer(Model, Data, 42, "A").Train(start, options, 1).Parameters;

        double[] expected = ByFormula([.. start.Values.ToArray().Select(value => (double)value)], options);
        for (int i = 0; i < expected.Length; i++)
        {
            ((double)trained.Values[i]).Should().BeApproximately(expected[i], 2e-5 * expected.Max(Math.Abs), "parameter {0}", i);
        }
    }

    [Fact]
    public void Train_SecondRound_BeginsWithoutMemory()
    {
        ParameterVector start = InitialParameters.Draw(Model, 5);
        TrainingOptions options = Options with { Optimizer = "adam", LocalEpochs = 3 };
        LocalTrainer used = new(Model, Data, 42, "A");
        used.Train(start, options, 1);
        used.Train(start, options with { Optimizer = "momentum" }, 2);

        used.Train(start, options, 3).Parameters.Hash().Should().Be(new LocalTrainer(Model, Data, 42, "A").Train(start, options, 3).Parameters.Hash());
    }

    public static TheoryData<TrainingOptions, string> Faults => new()
    {
        { Options with { Optimizer = "newton" }, "*'newton' is not known; known: sgd, momentum, adam*" },
        { Options with { Momentum = 1 }, "*Momentum is from 0 to below 1*" },
        { Options with { Beta2 = float.NaN }, "*beta2*NaN*" },
        { Options with { Epsilon = 0 }, "*Epsilon*over 0*" },
        { Options with { WeightDecay = -1 }, "*Weight decay*-1*" },
        { Options with { Schedule = "random" }, "*'random' is not known; known: constant, step, cosine, inverse*" },
        { Options with { ScheduleRounds = 0 }, "*at least one round, not 0*" },
        { Options with { ScheduleFactor = 1.5f }, "*at most 1, not 1.5*" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void Train_OptionOutOfRange_IsRefusedByName(TrainingOptions options, string text) =>
        FluentActions.Invoking(() => new LocalTrainer(Model, Data, 42, "A").Train(InitialParameters.Draw(Model, 5), options, 1))
            .Should().Throw<ArgumentOutOfRangeException>().WithMessage(text);

    private static double[] ByFormula(double[] start, TrainingOptions o)
    {
        double[] w = (double[])start.Clone(), m = new double[w.Length], v = new double[w.Length];
        for (int step = 1; step <= o.LocalEpochs; step++)
        {
            double[] g = PlainSoftmax.Gradient(Model, Data, w, [.. Enumerable.Range(0, Data.Count)]);
            for (int i = 0; i < w.Length; i++)
            {
                double slope = g[i] + (o.Mu * (w[i] - start[i])) + (o.WeightDecay * w[i]);
                m[i] = o.Optimizer == "adam" ? (o.Beta1 * m[i]) + ((1 - o.Beta1) * slope) : (o.Momentum * m[i]) + slope;
                v[i] = (o.Beta2 * v[i]) + ((1 - o.Beta2) * slope * slope);
                w[i] -= o.LearningRate * (o.Optimizer switch
                {
                    "sgd" => slope,
                    "momentum" => m[i],
                    _ => m[i] / (1 - Math.Pow(o.Beta1, step)) / (Math.Sqrt(v[i] / (1 - Math.Pow(o.Beta2, step))) + o.Epsilon),
                });
            }
        }

        return w;
    }
}
