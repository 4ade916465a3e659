using FedActors.FL.Data;
using FedActors.FL.Models;
using FedActors.FL.Training;
using FedActors.Scripts.Trainers;
using FedActors.Tests.FL.Training;
using FedActors.Tests.TestKit;
using FedActors.Tests.TestKit.OutsidePrograms;

namespace FedActors.Tests.Scripts.Trainers;

public sealed class ExternalValidatorTests : IDisposable
{
    private static readonly ModelSpecification Model = new(ModelSpecification.Softmax, 5, 3);
    private static readonly DataSet Examples = Problems.Random(40, 5, 3);
    private static readonly ParameterVector Start = InitialParameters.Draw(Model, 5);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [OutsideProgramFact(OutsideProgram.PythonNumPy)]
    public void NumPyExample_ScoresAndPredicts_AsTheBuiltInEvaluation() => Agrees(OutsideProgram.PythonNumPy, "numpy_trainer.py");

    [OutsideProgramFact(OutsideProgram.PythonTorch)]
    public void TorchExample_ScoresAndPredicts_AsTheBuiltInEvaluation() => Agrees(OutsideProgram.PythonTorch, "torch_trainer.py");

    [Theory]
    [InlineData("exit 0", "wrote no metrics.json")]
    [InlineData("exit 3", "failed with exit code 3")]
    [InlineData("kill -9 $$", "failed with exit code 137: signal 9 ended it")]
    [InlineData("echo nonsense > metrics.json", "metrics.json that is no JSON")]
    [InlineData("echo '{\"loss\":1}' > metrics.json", "without \"confusion\": 3 lists of 3 counts")]
    [InlineData("echo '{\"loss\":1,\"confusion\":[[1],[1],[1]]}' > metrics.json", "row 0 is not as in \"confusion\": 3 lists of 3 counts")]
    [InlineData("echo '{\"loss\":1,\"confusion\":[[1,-1,1],[0,0,0],[0,0,0]]}' > metrics.json", "row 0 is not as in")]
    [InlineData("echo '{\"loss\":1,\"confusion\":[[1,0,0],[0,0,0],[0,0,0]]}' > metrics.json", "a confusion with 1 examples of class 0; data.npz has")]
    public void Validate_Misbehaviour_IsNamed(string script, string fault)
    {
        ExternalValidator validator = new(Shell(script), Subject(), _folder["work"], TimeProvider.System);

        FluentActions.Invoking(() => validator.Validate(Start, 1, CancellationToken.None)).Should().Throw<TrainerException>().Which.Message.Should().Contain(fault);
    }

    [Theory]
    [InlineData("exit 0", "wrote no predictions.npz")]
    [InlineData("echo garbage > predictions.npz", "predictions.npz that cannot be read")]
    [InlineData("cp parameters.npz predictions.npz", "predictions.npz without y. It has W, b")]
    [InlineData("cp \"$OLDPWD/short.npz\" predictions.npz", "wrote y[2]; 40 examples were given")]
    [InlineData("cp \"$OLDPWD/strange.npz\" predictions.npz", "predicted class 3 for example 39; the model has classes 0 to 2")]
    public void Predict_Misbehaviour_IsNamed(string script, string fault)
    {
        NpzWriter.Write(_folder["short.npz"], [new("y", NpyArray.Of(new long[2], 2))]);
        NpzWriter.Write(_folder["strange.npz"], [new("y", NpyArray.Of([.. new long[39], 3L], 40))]);
        TrainerProcess process = Shell(script) with { WorkingDirectory = _folder.Path };

        FluentActions.Invoking(() => ExternalPredictor.Predict(process, (Model, Start), 1, Examples, _folder["work"], TimeProvider.System, CancellationToken.None))
            .Should().Throw<TrainerException>().Which.Message.Should().Contain(fault);
        Directory.Exists(_folder["work"]).Should().BeFalse("examples do not stay there");
    }

    private void Agrees(OutsideProgram program, string example)
    {
        TrainerProcess process = new([OutsidePrograms.Require(program), Repository.PathOf($"examples/trainers/{example}")], TimeSpan.FromMinutes(2));

        EvaluationMetrics found = new ExternalValidator(process, Subject(), _folder["work"], TimeProvider.System).Validate(Start, 1, CancellationToken.None);
        int[] predicted = ExternalPredictor.Predict(process, (Model, Start), 1, Examples, _folder["predict"], TimeProvider.System, CancellationToken.None);

        EvaluationMetrics expected = Evaluation.Evaluate(Model, Start, Examples);
        found.Confusion.Should().Equal(expected.Confusion);
        (found.Samples, found.Accuracy).Should().Be((expected.Samples, expected.Accuracy));
        found.Loss.Should().BeApproximately(expected.Loss, 1e-5);
        predicted.Should().Equal(Prediction.Predict(Model, Start, Examples));
        predicted.Where((label, i) => label == Examples.Labels[i]).Should().HaveCount((int)Math.Round(expected.Accuracy * Examples.Count));
    }

    private static TrainerSubject Subject() => new(Model, Examples, 42, "evaluation");

    private static TrainerProcess Shell(string script) => new(["/bin/sh", "-c", $"cd \"$1\"; {script}"], TimeSpan.FromSeconds(60));
}
