using FedActors.Tests.Scripts.Trainers;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.Scripts.Commands;

/// <summary>What cannot work is told before anything starts, in words that say what to change.</summary>
public sealed class MisuseTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("Strategy:Name=krum Strategy:Malicious=1", "Participation:MinWorkers is 3", "krum needs at least 5 updates")]
    [InlineData("Strategy:Name=multikrum Strategy:Malicious=2", "Participation:MinWorkers is 3", "needs at least 7 updates")]
    [InlineData("Strategy:Name=bulyan Strategy:Malicious=1", "Participation:MinWorkers is 3", "bulyan needs at least 7 updates")]
    [InlineData("Strategy:Name=fedmedian Strategy:PreAggregation=nnm Strategy:Malicious=2", "Participation:MinWorkers is 3", "needs at least 5 updates (2f + 1 for f = 2 attackers")]
    [InlineData("Strategy:Name=scaffold Strategy:PreAggregation=nnm", "Strategy:PreAggregation is \"nnm\"", "which scaffold does not alone; use one of fedavg")]
    [InlineData("Participation:Workers=4 Participation:MinWorkers=5", "Participation:MinWorkers is 5", "must be at most Participation:Workers, which is 4")]
    [InlineData("Participation:Sites=A,B", "Participation:MinWorkers", "must be at most the number of Participation:Sites, which is 2")]
    [InlineData("Strategy:Name=fedprox", "Training:Mu is 0", "must be over 0 for strategy fedprox")]
    [InlineData("Strategy:Name=scaffold Training:Mu=0.1", "Training:Mu is 0.1", "must be 0 for strategy scaffold")]
    [InlineData("Strategy:Name=fedbuff", "Strategy:Name is \"fedbuff\"", "needs Protocol:Kind asynchronous")]
    [InlineData("Protocol:Kind=asynchronous Strategy:Name=scaffold", "Strategy:Name is \"scaffold\"", "use fedasync, fedbuff, fedrec or a server optimizer")]
    [InlineData("Protocol:Kind=asynchronous Strategy:Name=krum", "Strategy:Name is \"krum\"", "a version of Protocol:Kind asynchronous may close with one; use fedmedian or rfa")]
    [InlineData("Protocol:Kind=asynchronous Strategy:Name=fedrec Protocol:Buffer=2", "Protocol:Buffer is 2", "must be 1 for strategy fedrec")]
    [InlineData("Protocol:Kind=asynchronous Strategy:Name=fedasync Protocol:Late=keep", "Protocol:Late is \"keep\"", "no update comes late there")]
    [InlineData("Protocol:Kind=asynchronous Strategy:Name=fedasync Protocol:OverSelection=0.5", "Protocol:OverSelection is 0.5", "Protocol:Buffer says how many updates make a version")]
    [InlineData("Protocol:Late=weigh Strategy:Name=fednova", "Protocol:Late is \"weigh\"", "must be drop for strategy fednova")]
    [InlineData("Protocol:Buffer=2", "Protocol:Buffer is 2", "means something only when Protocol:Kind is asynchronous")]
    [InlineData("Protocol:Mixing=0", "Protocol:Mixing is", "a number over 0 and at most 1")]
    [InlineData("Compression=int8,topk(0.1)", "Compression is [\"int8\",\"topk(0.1)\"]", "topk(0.1) must come before int8")]
    [InlineData("Compression=topk(1.5)", "Compression is \"topk(1.5)\"", "topk(SHARE) and randomk(SHARE) with a share over 0 and at most 1")]
    [InlineData("Compression=topk(0.1) Strategy:Name=fedmedian", "Compression is [\"topk(0.1)\"]", "take randomk, which sends the same coordinates everywhere")]
    [InlineData("Compression=topk(0.1) Strategy:Name=scaffold", "Compression is [\"topk(0.1)\"]", "strategy scaffold needs each round's whole; take int8, int4 or float16")]
    [InlineData("Compression=lowrank(1) Protocol:Kind=asynchronous Strategy:Name=fedasync", "Compression is [\"lowrank(1)\"]", "take int8, int4 or float16, or another protocol")]
    [InlineData("Compression=randomk(0.1) Protocol:Late=keep", "Compression is [\"randomk(0.1)\"]", "Protocol:Late must be drop for it")]
    [InlineData("Compression=int8 Mode=gossip", "Compression is [\"int8\"]", "peers of Mode gossip exchange models")]
    [InlineData("Compression=topk(0.1),int7", "Compression is \"topk(0.1),int7\"", "float16; \"int7\" is no stage")]
    [InlineData("Compression=topk(2),int8", "Compression is \"topk(2),int8\"", "the share in \"topk(2)\" is not over 0 and at most 1")]
    [InlineData("Compression=randomk", "Compression is \"randomk\"", "\"randomk\" lacks its share, as in randomk(0.01)")]
    [InlineData("Compression=lowrank(65)", "Compression is \"lowrank(65)\"", "the rank in \"lowrank(65)\" is not a whole number from 1 to 64")]
    [InlineData("Compression=lowrank", "Compression is \"lowrank\"", "\"lowrank\" lacks its rank, as in lowrank(2)")]
    [InlineData("Compression=int8(2)", "Compression is \"int8(2)\"", "\"int8(2)\" takes nothing in parentheses: int8")]
    [InlineData("Compression=lowrank(60)", "Compression is \"lowrank(60)\" (--set)", "lowrank(60) makes no layer of W[36,6] b[6] smaller; take a rank of at most 5")]
    [InlineData("Participation:Sampling=best", "Participation:Sampling is", "\"speed\", \"loss\"")]
    public async Task Run_SettingsThatCannotWork_AreRefusedWithWhatToChange(string settings, string what, string remedy)
    {
        string[] arguments = [.. settings.Split(' ').SelectMany(setting => new[] { "--set", setting }), "--set", $"Storage:Path={_folder["storage"]}"];

        CommandLineRun run = await CommandLineRun.Of(["run", .. arguments]);

        run.ExitCode.Should().NotBe(0);
        run.Error.Should().Contain(what).And.Contain(remedy);
        Directory.Exists(_folder["storage"]).Should().BeFalse("nothing has started");
    }

    /// <summary>On a full disk it was an error that nobody had foreseen.</summary>
    [Theory]
    [InlineData("coordinated")]
    [InlineData("gossip")]
    public async Task Up_ConfigurationOfItsProcessesCannotBeWritten_SaysWhereAndStartsNothing(string mode)
    {
        Directory.CreateDirectory(_folder["storage/processes.config.json"]);

        CommandLineRun run = await CommandLineRun.Of("up", mode, "--port", "0", "--set", $"Storage:Path={_folder["storage"]}", "-o", "json");

        (run.ExitCode, run.Json["error_code"]!.GetValue<string>()).Should().Be((4, "store_disk"));
        run.Error.Should().Contain("processes.config.json cannot be written").And.Contain("Nothing was started");
        Directory.Exists(_folder["storage/logs"]).Should().BeFalse();
    }

    /// <summary>It was found when training began, and validate found nothing.</summary>
    [Fact]
    public async Task ConfigValidate_RankTooHighForTheModel_IsAFault()
    {
        (await CommandLineRun.Of("config", "validate", "--set", "Compression=lowrank(5)")).ExitCode.Should().Be(0);
        CommandLineRun run = await CommandLineRun.Of("config", "validate", "--set", "Compression=lowrank(6)");

        run.ExitCode.Should().Be(64);
        run.Error.Should().Contain("take a rank of at most 5");
    }

    /// <summary>Each of four workers told each of five attempts in a line of 300 characters, and the run's reason told all four again.</summary>
    [Fact]
    public async Task Run_PackageThatIsNotAllowed_IsRefusedAtOnceWithItsChecksum()
    {
        string checksum = PackageFixture.Pack(_folder["package.tar.gz"], PackageFixture.File("trainer.json", """{"entry_points":{"train":["sh"]}}"""));

        CommandLineRun run = await CommandLineRun.Of("run", "--set", $"Package:File={_folder["package.tar.gz"]}", "--set", $"Storage:Path={_folder["storage"]}");

        run.ExitCode.Should().Be(64);
        run.Error.Should().Contain("Trainer:AllowPackage is \"none\": must allow the package").And.Contain(checksum);
        Directory.Exists(_folder["storage"]).Should().BeFalse("nothing has started");
    }

    [Theory]
    [InlineData("fedasync")]
    [InlineData("fedbuff")]
    [InlineData("fedrec")]
    [InlineData("fedadam")]
    public async Task Run_Asynchronous_EndsWithAModel(string strategy)
    {
        CommandLineRun run = await CommandLineRun.Of(
            "run", "--set", "Protocol:Kind=asynchronous", "--set", $"Strategy:Name={strategy}", "--set", "Training:Rounds=12", "--set", "Training:LocalEpochs=1",
            "--set", $"Storage:Path={_folder["storage"]}", "-o", "json");

        run.ExitCode.Should().Be(0, run.Error);
        run.Out.Should().Contain("\"committed_rounds\": 12");
    }

    [Theory]
    [InlineData("semi-synchronous", "drop")]
    [InlineData("synchronous", "weigh")]
    public async Task Run_OtherProtocols_EndWithAModel(string kind, string late)
    {
        CommandLineRun run = await CommandLineRun.Of(
            "run", "--set", $"Protocol:Kind={kind}", "--set", $"Protocol:Late={late}", "--set", "Training:Rounds=4", "--set", "Training:LocalEpochs=1",
            "--set", $"Storage:Path={_folder["storage"]}", "-o", "json");

        run.ExitCode.Should().Be(0, run.Error);
        run.Out.Should().Contain("\"committed_rounds\": 4");
    }

    [Theory]
    [InlineData("--trainer-package and --trainer-checksum go together", 64, "--trainer-package", "none.tar.gz")]
    [InlineData("give one of them", 64, "--trainer", "sh", "--trainer-package", "none.tar.gz", "--trainer-checksum", "00")]
    [InlineData("cannot be read", 4, "--trainer-package", "none.tar.gz", "--trainer-checksum", "00")]
    [InlineData("--trainer is empty", 64, "--trainer", " ")]
    [InlineData("must be a duration from", 64, "--trainer", "sh", "--trainer-timeout", "soon")]
    [InlineData("must be none, any, or a SHA-256", 64, "--allow-package", "all")]
    [InlineData("must be a whole number from 0 to", 64, "--trainer", "sh", "--trainer-memory", "-5")]
    public async Task StartWorker_TrainerThatCannotBe_IsRefusedWithWhatToChange(string remedy, int code, params string[] options)
    {
        CommandLineRun run = await CommandLineRun.Of(["start", "worker", "--site", "A", "--set", $"Storage:Path={_folder["storage"]}", .. options]);

        run.Error.Should().Contain(remedy);
        run.ExitCode.Should().Be(code);
    }

    [Theory]
    [InlineData("--alpha is \"0\": it must be a number over 0", "--partition", "dirichlet", "--alpha", "0")]
    [InlineData("--alpha is \"-1\": it must be a number over 0", "--partition", "quantity", "--alpha", "-1")]
    [InlineData("Ask for fewer sites or a smaller minimum.", "--partition", "dirichlet", "--min-size", "30")]
    public async Task DataSplit_PartitionThatCannotBe_IsRefusedWithWhatToChange(string remedy, params string[] options)
    {
        float[] values = [.. Enumerable.Range(0, 80).Select(i => (float)i)];
        FedActors.FL.Data.NpzWriter.Write(_folder["all.npz"],
        [
            new("X", FedActors.FL.Data.NpyArray.Of(values, 40, 2)), new("y", FedActors.FL.Data.NpyArray.Of([.. Enumerable.Range(0, 40).Select(i => (long)(i % 2))], 40)),
        ]);

        CommandLineRun run = await CommandLineRun.Of(["data", "split", _folder["all.npz"], "--to", _folder["set"], .. options]);

        run.ExitCode.Should().Be(64);
        run.Error.Should().Contain(remedy);
    }
}
