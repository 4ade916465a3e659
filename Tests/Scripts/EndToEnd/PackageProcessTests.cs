using FedActors.FL.Data;
using FedActors.Tests.Scripts.Trainers;
using FedActors.Tests.TestKit;
using FedActors.Tests.TestKit.OutsidePrograms;

namespace FedActors.Tests.Scripts.EndToEnd;

/// <summary>A package that the provider hands out, trained and scored by in processes of this machine.</summary>
public sealed class PackageProcessTests : IDisposable
{
    // A full batch, so that no order of examples matters and the built-in trainer must come to the same model.
    private static readonly string[] Rules = ["--batch-size", "1000000", "--epochs", "2", "--learning-rate", "0.5", "-o", "json"];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [OutsideProgramFact(OutsideProgram.PythonTorch)]
    public async Task Up_TorchPackageHandedOut_ComesToTheBuiltInTrainersModel()
    {
        string checksum = PackageFixture.PackExample(_folder["torch.tar.gz"], OutsidePrograms.Require(OutsideProgram.PythonTorch), "torch_trainer.py");
        // Each round starts a Python that loads PyTorch, for which a busy machine takes its time.
        string[] rules = [.. Rules, "--rounds", "2", "--workers", "2", "--set", "Participation:RoundTimeout=10m"];

        CommandLineRun up = await Run(["up", "coordinated", "--port", "0", "--package", "torch.tar.gz", "--allow-package", checksum, .. rules]);
        CommandLineRun export = await Run("model", "export", "--to", "torch.npz", "-o", "json");
        CommandLineRun alone = await Run(["run", .. rules]);
        await Run("model", "export", "--to", "alone.npz", "-o", "json");

        (up.ExitCode, export.ExitCode, alone.ExitCode).Should().Be((0, 0, 0), up.Error + export.Error + alone.Error);
        Accuracy(up).Should().BeApproximately(Accuracy(alone), 0.002).And.BeGreaterThan(0.5);
        foreach (string tensor in (string[])["W", "b"])
        {
            Tensor("torch.npz", tensor).Zip(Tensor("alone.npz", tensor)).Should().OnlyContain(pair => Math.Abs(pair.First - pair.Second) < 1e-4);
        }

        Kept().Should().BeEquivalentTo(checksum, $"{checksum}.tar.gz");
    }

    [OutsideProgramFact(OutsideProgram.PythonNumPy)]
    public async Task Up_PackageUnderTheAsynchronousProtocol_TrainsScoresAndPredicts()
    {
        string checksum = PackageFixture.PackExample(_folder["numpy.tar.gz"], OutsidePrograms.Require(OutsideProgram.PythonNumPy), "numpy_trainer.py");
        NpzWriter.Write(_folder["new.npz"], [new("X", NpyArray.Of(new LandsatData().LoadEvaluation().Values[..(36 * 50)].ToArray(), 50, 36))]);

        CommandLineRun up = await Run(
        [
            "up", "coordinated", "--port", "0", "--package", "numpy.tar.gz", "--allow-package", "any", .. Rules, "--rounds", "8",
            "--set", "Protocol:Kind=asynchronous", "--set", "Strategy:Name=fedasync", "--set", "Package:Checksum=" + checksum,
        ]);
        CommandLineRun refused = await Run("model", "predict", "--data", "new.npz", "--to", "classes.npz", "-o", "json");
        CommandLineRun predict = await Run("model", "predict", "--data", "new.npz", "--to", "classes.npz", "--allow-package", checksum, "-o", "json");

        up.ExitCode.Should().Be(0, up.Error);
        up.Json["data"]!["committed_rounds"]!.GetValue<int>().Should().Be(8);
        Accuracy(up).Should().BeGreaterThan(0.5);
        refused.ExitCode.Should().Be(4);
        refused.Error.Should().Contain($"Give --allow-package {checksum} to run it");
        predict.ExitCode.Should().Be(0, predict.Error);
        Tensor("classes.npz", "y").Should().HaveCount(50).And.OnlyContain(label => label >= 0 && label < 6);
    }

    [Fact]
    public async Task Up_PackageNotAllowed_StartsNothingAndSaysWhichSetting()
    {
        string checksum = PackageFixture.Pack(_folder["package.tar.gz"], PackageFixture.File("trainer.json", """{"entry_points":{"train":["sh"]}}"""));

        CommandLineRun up = await Run("up", "coordinated", "--port", "0", "--package", "package.tar.gz", "-o", "json");
        CommandLineRun wrong = await Run("up", "coordinated", "--port", "0", "--package", "package.tar.gz", "--set", "Package:Checksum=" + new string('a', 64), "-o", "json");

        up.ExitCode.Should().Be(64, up.Error);
        up.Error.Should().Contain("Trainer:AllowPackage is \"none\": must allow the package package.tar.gz").And.Contain(checksum);
        Directory.Exists(_folder["storage/logs"]).Should().BeFalse("no process was started");
        wrong.ExitCode.Should().Be(4);
        wrong.Error.Should().Contain("Package:Checksum is");
    }

    /// <summary>The first of a worker's ways was asked alone, also where nobody was ever there.</summary>
    [Fact]
    public async Task StartWorker_FirstCombinerIsNotThere_FetchesThePackageWhereItIsAdmitted()
    {
        PackageFixture.Pack(_folder["package.tar.gz"], PackageFixture.File("trainer.json", """{"entry_points":{"train":["sh"]}}"""));
        await using BuiltProgram provider = BuiltProgram.Start(
            _folder.Path, "start", "provider", "--port", "0", "--package", "package.tar.gz", "--workers", "1", "--set", "Participation:MinWorkers=1", "--set", "Participation:RoleTimeout=100ms", "-o", "jsonl");
        string address = $"127.0.0.1:{(await provider.EventAsync("listening"))["port"]}";

        await using BuiltProgram worker = BuiltProgram.Start(_folder.Path, "start", "worker", "--site", "A", "--combiners", "127.0.0.1:1", "--provider", address, "--allow-package", "any");

        await worker.LineAsync("fetched the package");
    }

    private Task<CommandLineRun> Run(params string[] arguments) => BuiltProgram.RunAsync(_folder.Path, arguments);

    private string[] Kept() => [.. Directory.GetFileSystemEntries(_folder["storage/packages"]).Select(path => Path.GetFileName(path))];

    private float[] Tensor(string file, string name)
    {
        using NpzReader reader = NpzReader.Open(_folder[file]);
        return reader.Read(name).ToSingles();
    }

    private static double Accuracy(CommandLineRun run) => run.Json["data"]!["accuracy"]!.GetValue<double>();
}
