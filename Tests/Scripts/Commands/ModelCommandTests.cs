using System.Text.Json.Nodes;
using FedActors.FL.Data;
using FedActors.FL.Models;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.Scripts.Commands;

public sealed class ModelCommandTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();

    public async Task InitializeAsync() => (await Run("run", "--rounds", "8", "--epochs", "1", "--set", "Storage:KeepRounds=3")).ExitCode.Should().Be(0);

    public Task DisposeAsync()
    {
        _folder.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task ModelList_AfterRetention_ShowsWhatIsKept()
    {
        CommandLineRun run = await Run("model", "list", "-o", "json");

        int[] rounds = [.. run.Json["data"]!["models"]!.AsArray().Select(m => m!["round"]!.GetValue<int>())];
        rounds.Should().Contain([6, 7, 8]).And.HaveCountLessThanOrEqualTo(4);
        run.Json["data"]!["models"]!.AsArray().Count(m => m!["best"]!.GetValue<bool>()).Should().Be(1);
    }

    [Fact]
    public async Task ModelShow_Last_ShowsTensorsAndHash()
    {
        CommandLineRun text = await Run("model", "show");
        JsonNode data = (await Run("model", "show", "-o", "json")).Json["data"]!;

        text.Out.Should().Contain("W[36,6]").And.Contain(data["parameter_hash"]!.GetValue<string>());
        data["round"]!.GetValue<int>().Should().Be(8);
        data["parameters"]!.GetValue<int>().Should().Be(222);
    }

    [Theory]
    [InlineData("1", "not kept any longer")]
    [InlineData("9", "has no round 9: 8 are committed")]
    public async Task ModelShow_RoundNotKept_SaysWhy(string round, string text)
    {
        // Round 1 is the worst evaluated, so that retention drops it.
        CommandLineRun run = await Run("model", "show", "--round", round, "-o", "json");

        run.ExitCode.Should().Be(4);
        run.Json["error_code"]!.GetValue<string>().Should().Be("model_missing");
        run.Error.Should().Contain(text);
    }

    [Fact]
    public async Task ModelPredict_EvaluationData_IsRightAsOftenAsTheRunSays()
    {
        DataSet data = new LandsatData().LoadEvaluation();
        NpzWriter.Write(_folder["new.npz"], [new("X", NpyArray.Of(data.Values.ToArray(), data.Count, data.Features))]);

        CommandLineRun run = await Run("model", "predict", "--data", _folder["new.npz"], "--to", _folder["classes.npz"], "-o", "json");

        run.ExitCode.Should().Be(0, run.Error);
        using NpzReader reader = NpzReader.Open(_folder["classes.npz"]);
        reader.Read("y").TryToIntegers(out long[] predicted, out _).Should().BeTrue();
        JsonNode show = (await Run("model", "show", "-o", "json")).Json["data"]!;
        ((double)predicted.Where((label, i) => label == data.Labels[i]).Count() / data.Count).Should().BeApproximately(show["accuracy"]!.GetValue<double>(), 1e-9);
    }

    /// <summary>A zip was written under the name of a CSV, and five examples were called five classes.</summary>
    [Fact]
    public async Task ModelPredict_EachEnding_WritesThatForm()
    {
        NpzWriter.Write(_folder["new.npz"], [new("X", NpyArray.Of(new float[5 * 36], 5, 36))]);

        CommandLineRun csv = await Run("model", "predict", "--data", _folder["new.npz"], "--to", _folder["classes.csv"]);
        CommandLineRun npy = await Run("model", "predict", "--data", _folder["new.npz"], "--to", _folder["classes.npy"]);
        CommandLineRun other = await Run("model", "predict", "--data", _folder["new.npz"], "--to", _folder["classes.txt"]);

        csv.Out.Should().StartWith("the class of 5 examples by round 8 of run ").And.MatchRegex("; class 0: [05], class 1: [05]");
        string[] lines = File.ReadAllLines(_folder["classes.csv"]);
        lines.Should().HaveCount(6).And.StartWith("class");
        npy.ExitCode.Should().Be(0, npy.Error);
        NpyReader.Read(_folder["classes.npy"]).Values<long>().ToArray().Select(label => $"{label}").Should().Equal(lines[1..]);
        (other.ExitCode, File.Exists(_folder["classes.txt"])).Should().Be((64, false));
        other.Error.Should().Contain("must end in .npz (an array y), .npy or .csv");
        (await Run("model", "export", "--to", _folder["model.csv"])).Error.Should().Contain("must end in .npz");
    }

    [Theory]
    [InlineData(35, "the model takes [examples, 36]")]
    [InlineData(0, "has no array X; it has other")]
    public async Task ModelPredict_DataThatDoNotFit_SaysWhatTheModelTakes(int features, string fault)
    {
        NpzWriter.Write(_folder["new.npz"], [new(features == 0 ? "other" : "X", NpyArray.Of(new float[4 * Math.Max(features, 1)], 4, Math.Max(features, 1)))]);

        CommandLineRun run = await Run("model", "predict", "--data", _folder["new.npz"], "--to", _folder["classes.npz"]);

        run.ExitCode.Should().Be(4);
        run.Error.Should().Contain(fault);
    }

    [Fact]
    public async Task ModelShow_RoundThatIsNone_IsUsage() => (await Run("model", "show", "--round", "first")).ExitCode.Should().Be(64);

    [Fact]
    public async Task ModelExport_ReadBack_HasTheStoredHash()
    {
        CommandLineRun run = await Run("model", "export", "--to", _folder["model.npz"], "-o", "json");

        run.ExitCode.Should().Be(0, run.Error);
        using NpzReader reader = NpzReader.Open(_folder["model.npz"]);
        ParameterVector parameters = new(
            new ModelSpecification("softmax", 36, 6).Layout, [.. reader.Read("W").Values<float>(), .. reader.Read("b").Values<float>()]);
        parameters.Hash().Should().Be(run.Json["data"]!["parameter_hash"]!.GetValue<string>());
        reader.Read("W").Shape.Should().Equal(36, 6);
        reader.Read("mean").Shape.Should().Equal(36);
        reader.Read("scale").Values<double>().ToArray().Should().OnlyContain(s => s > 0);
        reader.Read("round").Values<long>()[0].Should().Be(8);
    }

    [Fact]
    public async Task ModelExport_OfAPerceptron_HasATensorForEachLayer()
    {
        (await Run("run", "--rounds", "2", "--epochs", "1", "--set", "Training:Model=mlp:20", "--set", "Training:Optimizer=adam", "--set", "Training:LearningRate=0.003", "--set", "Training:Schedule=cosine")).ExitCode.Should().Be(0);

        CommandLineRun run = await Run("model", "export", "--to", _folder["mlp.npz"], "-o", "json");

        run.ExitCode.Should().Be(0, run.Error);
        using NpzReader reader = NpzReader.Open(_folder["mlp.npz"]);
        ParameterVector parameters = new(
            new ModelSpecification("mlp:20", 36, 6).Layout, [.. ((string[])["W1", "b1", "W2", "b2"]).SelectMany(name => reader.Read(name).Values<float>().ToArray())]);
        parameters.Hash().Should().Be(run.Json["data"]!["parameter_hash"]!.GetValue<string>());
        reader.Read("W2").Shape.Should().Equal(20, 6);
    }

    [Theory]
    [InlineData("cnn", "must fit the data set landsat: Model cnn needs pictures of at least 16 x 16, not 6 x 6")]
    [InlineData("forest", "\"forest\"")]
    public async Task Run_ModelThatDoesNotFit_IsAFaultOfTheConfiguration(string kind, string text)
    {
        CommandLineRun run = await Run("run", "--set", $"Training:Model={kind}");

        run.ExitCode.Should().Be(64);
        run.Error.Should().Contain("Training:Model").And.Contain(text);
    }

    [Fact]
    public async Task ModelExport_FileExists_IsRefusedUnlessYes()
    {
        File.WriteAllText(_folder["model.npz"], "mine");

        (await Run("model", "export", "--to", _folder["model.npz"])).ExitCode.Should().Be(4);
        (await Run("model", "export", "--to", _folder["model.npz"], "--yes")).ExitCode.Should().Be(0);
    }

    private Task<CommandLineRun> Run(params string[] arguments) =>
        CommandLineRun.Of(new Dictionary<string, string> { ["FEDACTORS_Storage__Path"] = _folder["storage"] }, TimeProvider.System, CancellationToken.None, arguments);
}
