using FedActors.FL.Data;
using FedActors.FL.Models;
using FedActors.FL.Training;

namespace FedActors.Tests.FL.Training;

public sealed class EvaluationTests
{
    private static readonly ModelSpecification Model = new(ModelSpecification.Softmax, 3, 3);

    [Fact]
    public void Evaluate_KnownPredictions_CountsThemByClass()
    {
        // The identity as W predicts the feature that is largest.
        ParameterVector identity = new(Model.Layout, [1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0]);
        DataSet data = new(3, 3, [1, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 1], [0, 1, 0, 0]);

        EvaluationMetrics metrics = Evaluation.Evaluate(Model, identity, data);

        metrics.Samples.Should().Be(4);
        metrics.Accuracy.Should().Be(0.5);
        metrics.Confusion.Should().Equal(1, 1, 1, 0, 1, 0, 0, 0, 0);
        metrics.PerClassAccuracy.Should().Equal(1 / 3.0, 1, double.NaN);
        double right = Math.Log(Math.E + 2) - 1;
        metrics.Loss.Should().BeApproximately(((2 * right) + (2 * (right + 1))) / 4, 1e-6);
    }

    [Fact]
    public void Evaluate_AllLogitsEqual_PredictsTheFirstClass()
    {
        DataSet data = new(3, 3, [1, 2, 3], [2]);

        EvaluationMetrics metrics = Evaluation.Evaluate(Model, new ParameterVector(Model.Layout), data);

        metrics.Confusion[6].Should().Be(1);
        metrics.Loss.Should().BeApproximately(Math.Log(3), 1e-6);
    }

    [Fact]
    public void Evaluate_MoreThanABatch_CountsEveryExample()
    {
        DataSet data = Problems.Random(1000, 3, 3);

        EvaluationMetrics metrics = Evaluation.Evaluate(Model, InitialParameters.Draw(Model, 1), data);

        metrics.Confusion.Sum().Should().Be(1000);
        metrics.Loss.Should().BeApproximately(
            PlainSoftmax.Loss(Model, data, [.. InitialParameters.Draw(Model, 1).Values.ToArray().Select(w => (double)w)], Enumerable.Range(0, 1000)), 1e-6);
    }

    [Fact]
    public void Evaluate_DoesNotFit_IsRefused()
    {
        ParameterVector fitting = new(Model.Layout);
        ParameterVector other = new(new ModelSpecification(ModelSpecification.Softmax, 4, 3).Layout);

        FluentActions.Invoking(() => Evaluation.Evaluate(Model, other, Problems.Random(5, 3, 3))).Should().Throw<ArgumentException>();
        FluentActions.Invoking(() => Evaluation.Evaluate(Model, fitting, Problems.Random(5, 4, 3))).Should().Throw<ArgumentException>();
        FluentActions.Invoking(() => Evaluation.Evaluate(Model, fitting, new DataSet(3, 3, [], []))).Should().Throw<ArgumentException>();
    }
}
