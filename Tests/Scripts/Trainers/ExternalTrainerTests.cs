using FedActors.FL.Configuration;
using FedActors.FL.Data;
using FedActors.FL.Models;
using FedActors.FL.Training;
using FedActors.Scripts.Trainers;
using FedActors.Tests.FL.Training;
using FedActors.Tests.TestKit;
using FedActors.Tests.TestKit.OutsidePrograms;

namespace FedActors.Tests.Scripts.Trainers;

public sealed class ExternalTrainerTests : IDisposable
{
    private static readonly ModelSpecification Model = new(ModelSpecification.Softmax, 5, 3);
    private static readonly DataSet Examples = Problems.Random(40, 5, 3);
    private static readonly ParameterVector Start = InitialParameters.Draw(Model, 5);

    // A full batch, so that no order of examples matters.
    private static readonly TrainingOptions Options = new() { LocalEpochs = 4, BatchSize = 40, LearningRate = 0.3f, Mu = 0.1f };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [OutsideProgramFact(OutsideProgram.PythonNumPy)]
    public void NumPyExample_OneRound_AgreesWithTheBuiltInTrainer() => Agrees(OutsideProgram.PythonNumPy, "numpy_trainer.py", new LocalWork(3, Correction()));

    [OutsideProgramFact(OutsideProgram.PythonTorch)]
    public void TorchExample_OneRound_AgreesWithTheBuiltInTrainer() => Agrees(OutsideProgram.PythonTorch, "torch_trainer.py", LocalWork.AsPlanned);

    [Fact]
    public void Trainer_Hangs_IsKilledAndSaysSo() =>
        Fails("exec sleep 100", TimeSpan.FromSeconds(0.3)).Should().Contain("had not ended after 0.3 s and was killed").And.Contain("--trainer-timeout");

    [Fact]
    public void Trainer_TakesTooMuchMemory_IsKilledAndSaysSo() =>
        Fails("x=$(head -c 100000000 /dev/zero | tr '\\0' a); sleep 100", memory: 50 << 20).Should().Contain("MB of memory and was killed; Trainer:Memory (--trainer-memory) allows 50 MB");

    [Fact]
    public void Trainer_ItsChildTakesTooMuchMemory_IsKilledAndSaysSo() =>
        Fails("sh -c 'x=$(head -c 100000000 /dev/zero | tr \"\\0\" a); sleep 100' & wait", memory: 50 << 20).Should().Contain("MB of memory and was killed");

    // Each copy of a process was counted with all pages that it shares with the others.
    [Fact]
    public void Trainer_ItsChildrenShareItsMemory_IsNotKilledForThat() =>
        Fails("x=$(head -c 30000000 /dev/zero | tr '\\0' a); for i in 1 2 3 4 5 6 7 8 9; do (sleep 0.5; :) & done; wait; exit 3", memory: 160 << 20).Should().Contain("failed with exit code 3");

    // It used to be waited for until the process that it had left behind closed its output.
    [Fact]
    public void Trainer_LeavesAProcessBehind_IsNotWaitedForLonger() =>
        Fails("sleep 30 & echo gone >&2; exit 3", TimeSpan.FromSeconds(20)).Should().Contain("failed with exit code 3").And.Contain("gone");

    // It outlived every limit, and each round left one more.
    [Fact]
    public async Task Trainer_LeavesAProcessBehind_EndsIt()
    {
        Fails("(sleep 300 & echo $! > left); exit 3");

        string left = File.ReadAllText(_folder["trainer/left"]).Trim();
        await Eventually.True(() => !Lives(left));
    }

    // One that was about to become another program bears no mark for a moment: one of two hundred was not found.
    [Fact]
    public async Task Trainer_LeavesAProcessThatHasJustBegun_EndsItEachTime()
    {
        const int Times = 40;
        var left = new List<string>();
        for (int i = 0; i < Times; i++)
        {
            Fails("sleep 300 & echo $! > left; exit 3");
            left.Add(File.ReadAllText(_folder["trainer/left"]).Trim());
        }

        await Eventually.True(() => !left.Exists(Lives));
    }

    [Fact]
    public void Trainer_Crashes_SaysItsCodeAndLastLines() =>
        Fails("echo no GPU here >&2; exit 3").Should().Contain("failed with exit code 3").And.Contain("no GPU here");

    [Fact]
    public void Trainer_WritesNothing_SaysWhatItShouldWrite() => Fails("exit 0").Should().Contain("wrote no trained.npz").And.Contain("W[5,3] b[3]");

    [Fact]
    public void Trainer_PrintsGarbage_SaysThatItCannotBeRead() => Fails("echo garbage > trained.npz").Should().Contain("trained.npz that cannot be read");

    [Fact]
    public void Trainer_WritesNoMetrics_SaysSo() => Fails("cp parameters.npz trained.npz").Should().Contain("wrote no metrics.json");

    [Fact]
    public void Trainer_WritesGarbageMetrics_SaysSo() => Fails("cp parameters.npz trained.npz; echo nonsense > metrics.json").Should().Contain("metrics.json that is no JSON");

    [Fact]
    public void Trainer_WritesMetricsWithoutLoss_NamesIt() => Fails("cp parameters.npz trained.npz; echo '{\"accuracy\":1}' > metrics.json").Should().Contain("metrics.json without a number \"loss\"");

    [Fact]
    public void Trainer_NamesAFigureTwice_SaysSo() =>
        Fails("cp parameters.npz trained.npz; echo '{\"loss\":1,\"loss\":2,\"accuracy\":1,\"steps\":1}' > metrics.json").Should().Contain("metrics.json that is no JSON").And.Contain("loss");

    [Fact]
    public void Trainer_WritesEndlessMetrics_AreNotRead() =>
        Fails("cp parameters.npz trained.npz; head -c 70000 /dev/zero > metrics.json").Should().Contain("metrics.json of 70000 bytes; at most 65536 are read");

    [Fact]
    public void Trainer_WrongShape_SaysBothShapes()
    {
        NpzWriter.Write(_folder["wrong.npz"], [new("W", NpyArray.Of(new float[20], 5, 4)), new("b", NpyArray.Of(new float[3], 3))]);

        Fails($"cp {_folder["wrong.npz"]} trained.npz").Should().Contain("wrote W[5,4]; the model has W[5,3]");
    }

    [Fact]
    public void Trainer_TensorMissing_NamesIt()
    {
        NpzWriter.Write(_folder["wrong.npz"], [new("W", NpyArray.Of(new float[15], 5, 3))]);

        Fails($"cp {_folder["wrong.npz"]} trained.npz").Should().Contain("without b[3]").And.Contain("It has W");
    }

    [Fact]
    public void Trainer_NoSuchProgram_SaysSo() =>
        Refusal(new TrainerProcess(["/no/such/trainer"], TimeSpan.FromSeconds(30))).Should().Contain("\"/no/such/trainer\" cannot be started");

    [Fact]
    public void Trainer_Cancelled_IsKilled()
    {
        using CancellationTokenSource cancelled = new();
        cancelled.Cancel();

        FluentActions.Invoking(() => Trainer(new TrainerProcess(["/bin/sh", "-c", "exec sleep 100"], TimeSpan.FromSeconds(60))).Train(Start, Options, 1, LocalWork.AsPlanned, cancelled.Token))
            .Should().Throw<OperationCanceledException>();
    }

    private void Agrees(OutsideProgram program, string example, LocalWork work)
    {
        TrainerProcess process = new([OutsidePrograms.Require(program), Repository.PathOf($"examples/trainers/{example}")], TimeSpan.FromMinutes(2));

        TrainingResult found = Trainer(process).Train(Start, Options, 1, work, CancellationToken.None);

        TrainingResult expected = new LocalTrainer(Model, Examples, 42, "A").Train(Start, Options, 1, work);
        (found.Steps, found.Samples).Should().Be((expected.Steps, expected.Samples));
        found.Loss.Should().BeApproximately(expected.Loss, 1e-5);
        found.Accuracy.Should().Be(expected.Accuracy);
        for (int i = 0; i < Start.Count; i++)
        {
            found.Parameters.Values[i].Should().BeApproximately(expected.Parameters.Values[i], 1e-5f, "parameter {0}", i);
        }

        found.Parameters.DistanceTo(Start).Should().BeGreaterThan(0.1);
    }

    private string Fails(string script, TimeSpan? limit = null, long? memory = null) =>
        Refusal(new TrainerProcess(["/bin/sh", "-c", $"cd \"$1\"; {script}"], limit ?? TimeSpan.FromSeconds(60), memory));

    private string Refusal(TrainerProcess process) =>
        FluentActions.Invoking(() => Trainer(process).Train(Start, Options, 1, LocalWork.AsPlanned, CancellationToken.None)).Should().Throw<TrainerException>().Which.Message;

    private ExternalTrainer Trainer(TrainerProcess process) => new(process, new TrainerSubject(Model, Examples, 42, "A"), _folder["trainer"], TimeProvider.System);

    // What has ended and is not fetched by its parent yet has no command line any more.
    private static bool Lives(string id)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/cmdline").Length > 0;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static float[] Correction() => [.. Enumerable.Range(0, Start.Count).Select(i => 0.2f * MathF.Sin(i))];
}
