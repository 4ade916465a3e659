using System.Text.Json.Nodes;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.Scripts.Scenarios;

public sealed class ScenarioCommandTests : IDisposable
{
    private const string Small = """
        {
          "Name": "small",
          "Clients": { "Count": 20, "Features": 6, "Classes": 3, "Samples": "uniform 5 15", "Alpha": 0.5, "EvaluationSamples": 50 },
          "Devices": { "Speed": "list 10 10 10 1" },
          "Training": { "Rounds": 4, "LocalEpochs": 1 },
          "Participation": { "Fraction": 0.5 }
        }
        """;

    private const string SmallPeers = """
        {
          "Name": "peers",
          "Mode": "gossip",
          "Clients": { "Count": 5, "Features": 6, "Classes": 3, "Samples": "uniform 5 15", "Alpha": 0.5, "EvaluationSamples": 50 },
          "Gossip": { "Topology": "ring", "PublicationInterval": "60s", "ConvergenceEps": 0 },
          "Training": { "Rounds": 4, "LocalEpochs": 1 }
        }
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Simulate_Scenario_KeepsARunAsARealOneIsKept()
    {
        CommandLineRun run = await Simulate(Small);

        run.ExitCode.Should().Be(0, run.Error);
        JsonNode simulated = run.Json["data"]!["runs"]![0]!;
        simulated["committed_rounds"]!.GetValue<int>().Should().Be(4);
        simulated["virtual_seconds"]!.GetValue<double>().Should().BeInRange(2, 60);
        simulated["microseconds_per_client"]!.GetValue<double>().Should().BePositive();
        run.Json["data"]!["summary"]![0]!["microseconds_per_client"]!["mean"]!.GetValue<double>().Should().Be(simulated["microseconds_per_client"]!.GetValue<double>());
        JsonNode listed = (await Run("runs", "list", "-o", "json")).Json["data"]!["runs"]![0]!;
        listed["run_id"]!.GetValue<string>().Should().Be(simulated["run_id"]!.GetValue<string>());
        listed["parameter_hash"]!.GetValue<string>().Should().Be(simulated["parameter_hash"]!.GetValue<string>());
        (await Run("runs", "export", "--to", _folder["rounds.json"])).ExitCode.Should().Be(0);
        JsonNode exported = JsonNode.Parse(await File.ReadAllTextAsync(_folder["rounds.json"]))!;
        exported["round_list"]!.AsArray().Should().HaveCount(4);
        exported["configuration"]!["Devices"]!["Speed"]!.GetValue<string>().Should().Be("list 10 10 10 1");
    }

    [Fact]
    public async Task Simulate_ForPeople_SaysWhatItTakesBeforeItBegins()
    {
        CommandLineRun run = await Simulate(Small, "-o", "text");

        run.Out.Should().Contain("small: 20 clients with synthetic data").And.Contain("1 run of 4 rounds").And.Contain("memory about").And.Contain("were stated; times of rounds and runs are virtual");
        run.Out.IndexOf("memory about", StringComparison.Ordinal).Should().BeLessThan(run.Out.IndexOf("accuracy", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Simulate_SweepOverSeveralSeeds_GivesMeanAndSpreadOfEachKind()
    {
        string sweep = Small.Insert(Small.LastIndexOf('}'), """, "Seeds": 3, "Sweep": { "Training:LearningRate": [0.05, 0.5], "Strategy:Name": ["fedavg", "fedmedian"] } """);

        CommandLineRun run = await Simulate(sweep);

        run.ExitCode.Should().Be(0, run.Error);
        JsonArray runs = run.Json["data"]!["runs"]!.AsArray();
        runs.Should().HaveCount(12);
        runs.Select(r => r!["run_id"]!.GetValue<string>()).Should().OnlyHaveUniqueItems();
        runs.Select(r => r!["parameter_hash"]!.GetValue<string>()).Should().OnlyHaveUniqueItems();
        JsonArray summary = run.Json["data"]!["summary"]!.AsArray();
        summary.Select(kind => kind!["settings"]!.ToJsonString()).Should().Equal(
            """{"Training:LearningRate":0.05,"Strategy:Name":"fedavg"}""", """{"Training:LearningRate":0.05,"Strategy:Name":"fedmedian"}""",
            """{"Training:LearningRate":0.5,"Strategy:Name":"fedavg"}""", """{"Training:LearningRate":0.5,"Strategy:Name":"fedmedian"}""");
        foreach (JsonNode? kind in summary)
        {
            double[] own = [.. runs.Where(r => r!["settings"]!.ToJsonString() == kind!["settings"]!.ToJsonString()).Select(r => r!["accuracy"]!.GetValue<double>())];
            own.Should().HaveCount(3);
            kind!["accuracy"]!["mean"]!.GetValue<double>().Should().BeApproximately(own.Average(), 1e-12);
            kind["accuracy"]!["deviation"]!.GetValue<double>().Should().BeApproximately(Math.Sqrt(own.Sum(a => Math.Pow(a - own.Average(), 2)) / 2), 1e-12);
        }
    }

    [Fact]
    public async Task Simulate_ManyFaults_TellsAllWithPlaceAndWhatIsAllowed()
    {
        CommandLineRun run = await Simulate(
            """
            {
              "Clients": { "Count": 0, "Partition": "iid", "Sample": 3 },
              "Devices": { "Speed": "fast" },
              "Attack": { "Share": 0.3 },
              "Transport": { "Host": "10.0.0.1" },
              "Participation": { "Workers": 5 },
              "Sweep": { "Training:Rounds": [1, "x"], "Compression": [1], "Training:Round": [1], "Transport:ProviderPort": [1] }
            }
            """);

        run.ExitCode.Should().Be(64);
        string[] details = [.. run.Json["data"]!["details"]!.AsArray().Select(d => d!.GetValue<string>().Replace(_folder["s.json"], "s.json", StringComparison.Ordinal))];
        details.Should().Contain(d => d == "Clients:Count is 0 (s.json:2): must be a whole number from 1 to 1,000,000");
        details.Should().Contain(d => d.StartsWith("Clients:Partition is \"iid\" (s.json:2): means nothing for synthetic examples"));
        details.Should().Contain(d => d == "Clients:Sample (s.json:2): there is no such setting; did you mean Clients:Samples?");
        details.Should().Contain(d => d.StartsWith("Devices:Speed is \"fast\" (s.json:3): must be a number, or a distribution of numbers from 0"));
        details.Should().Contain(d => d.StartsWith("Attack:Share is 0.3 (s.json:4): means something only with Attack:Name"));
        details.Should().Contain(d => d.StartsWith("Transport:Host is \"10.0.0.1\" (s.json:5): a scenario has no addresses"));
        details.Should().Contain(d => d.StartsWith("Participation:Workers is 5 (s.json:6): a scenario's workers are its clients"));
        details.Should().Contain(d => d.StartsWith("Sweep:Training:Rounds is \"1,x\" (s.json:7): must be a list of values, each of which must be a whole number"));
        details.Should().Contain(d => d.Contains("Sweep:Training:Round ") || d.Contains("Sweep:Training:Round("));
        details.Should().Contain(d => d.StartsWith("Sweep:Transport:ProviderPort"));
        details.Should().Contain(d => d.StartsWith("Sweep:Compression is \"1\" (s.json:7): must be a list of values, each of which must be a list, which text writes with commas, of stages") && d.Contains("within a list of lists"));
    }

    [Theory]
    [InlineData("""{"Clients": {"Data": "none.npz"}}""", "there is no such file")]
    [InlineData("""{"Clients": {"Data": "nowhere"}}""", "there is no such folder")]
    [InlineData("""{"Clients": {"Data": "landsat", "Count": 7}}""", "must be 4, the sites of landsat")]
    [InlineData("""{"Clients": {"Data": "landsat", "Features": 7}}""", "means something only for synthetic examples")]
    [InlineData("""{"Clients": {"Data": "landsat", "Partition": "dirichlet", "Count": 4000, "MinSize": 50}}""", "need 200000 rows")]
    [InlineData("""{"Clients": {"Count": 4}, "Participation": {"MinWorkers": 5}}""", "must be at most Participation:Workers, which is 4 (Clients:Count, ")]
    [InlineData("""{"Clients": {"Count": 4, "Features": 6, "Classes": 3}, "Compression": ["lowrank(9)"]}""", "take a rank of at most 1")]
    [InlineData("""{"Clients": {"Count": 4}, "Strategy": {"Name": "krum", "Malicious": 1}}""", "is too low a quorum")]
    [InlineData("""{"Clients": {"Count": 4}, "Gossip": {"Topology": "ring"}}""", "means something only in gossip mode: leave it out, or set Mode to gossip")]
    [InlineData("""{"Mode": "gossip", "Clients": {"Count": 4}, "Participation": {"Fraction": 0.5}}""", "means something only in coordinated mode: leave it out, or set Mode to coordinated")]
    [InlineData("""{"Mode": "gossip", "Clients": {"Count": 4}, "Faults": {"Silence": 0.5}}""", "peers answer nobody: let them die (Faults:Crash)")]
    [InlineData("""{"Mode": "gossip", "Clients": {"Count": 4}, "Gossip": {"Peers": 5}}""", "a scenario's peers are its clients: set Clients:Count")]
    [InlineData("""{"Mode": "gossip", "Clients": {"Count": 4}, "Network": {"Whole": 5}}""", "means something only when Network:Split is over 0")]
    [InlineData("""{"Mode": "gossip", "Clients": {"Count": 4}, "Strategy": {"Name": "scaffold"}}""", "does not work in gossip mode")]
    [InlineData("""{"Mode": "gossip", "Clients": {"Count": 6}, "Strategy": {"Name": "fedmedian"}, "Gossip": {"Topology": "line", "AverageWith": "neighbours"}}""", "Gossip:Topology")]
    [InlineData("""{"Mode": "gossip", "Clients": {"Count": 1001}}""", "must be at most 1,000 in gossip mode")]
    public async Task Simulate_WhatCannotBe_IsRefusedWithWhatWould(string scenario, string words)
    {
        CommandLineRun run = await Simulate(scenario);

        run.ExitCode.Should().Be(64);
        run.Error.Should().Contain(words);
    }

    [Fact]
    public async Task Simulate_Examples_AreSound()
    {
        foreach (string file in Directory.GetFiles(Repository.PathOf("docs/scenarios"), "*.json"))
        {
            string scenario = await File.ReadAllTextAsync(file);
            string quorum = scenario.Contains("\"gossip\"") ? "Gossip:MinPeers=1" : "Participation:MinWorkers=1";
            string clients = scenario.Contains("\"Clients:Count\"") ? "Sweep:Clients:Count=20,10" : "Clients:Count=10";
            CommandLineRun run = await Run("simulate", file, "--set", "Training:Rounds=1", "--set", "Seeds=1", "--set", clients, "--set", quorum, "-o", "json");
            run.ExitCode.Should().Be(0, file + run.Error);
        }
    }

    [Fact]
    public async Task Runs_OfAScenario_SayWhichAndAreNotResumed()
    {
        (await Simulate(Small)).ExitCode.Should().Be(0);
        CommandLineRun left = await Simulate(Small.Replace("\"Devices\"", "\"Faults\": { \"Silence\": 1 }, \"Devices\"", StringComparison.Ordinal).Replace("\"small\"", "\"silent\"", StringComparison.Ordinal));

        left.ExitCode.Should().NotBe(0);
        left.Error.Should().Contain("simulate it again").And.NotContain("runs resume");
        CommandLineRun resumed = await Run("runs", "resume");
        resumed.ExitCode.Should().Be(4);
        resumed.Error.Should().Contain("is of the scenario silent, which is run from its beginning");
        (await Run("runs", "list", "-o", "json")).Json["data"]!["runs"]!.AsArray().Select(run => run!["scenario"]!.GetValue<string>()).Should().BeEquivalentTo("small", "silent");
        CommandLineRun list = await Run("runs", "list");
        list.Out.Should().Contain("scenario").And.Contain("silent").And.Contain("fedavg");
        CommandLineRun show = await Run("runs", "show");
        show.Out.Should().Contain("scenario silent:").And.Contain("data synthetic");
    }

    [Fact]
    public async Task Export_Scenario_RunsWithRealRolesToTheSameParameters()
    {
        string scenario = Small.Replace("\"Devices\": { \"Speed\": \"list 10 10 10 1\" },", "", StringComparison.Ordinal);
        string simulated = Hash((await Simulate(scenario)).Json["data"]!["runs"]![0]!);

        CommandLineRun export = await Run("simulate", _folder["s.json"], "--export", _folder["real"], "-o", "json");
        CommandLineRun real = await Run("run", _folder["real/fed.json"], "-o", "json");

        export.ExitCode.Should().Be(0, export.Error);
        real.ExitCode.Should().Be(0, real.Error);
        Hash(real.Json["data"]!).Should().Be(simulated);
    }

    [Fact]
    public async Task Simulate_Peers_KeepsARunAsThatOfRealPeersIsKept()
    {
        CommandLineRun run = await Simulate(SmallPeers);

        run.ExitCode.Should().Be(0, run.Error);
        JsonNode simulated = run.Json["data"]!["runs"]![0]!;
        simulated["committed_rounds"]!.GetValue<int>().Should().Be(4);
        simulated["mode"]!.GetValue<string>().Should().Be("gossip");
        JsonNode listed = (await Run("runs", "list", "-o", "json")).Json["data"]!["runs"]![0]!;
        listed["run_id"]!.GetValue<string>().Should().Be(simulated["run_id"]!.GetValue<string>());
        listed["status"]!.GetValue<string>().Should().Be("finished");
        listed["parameter_hash"]!.GetValue<string>().Should().Be(simulated["parameter_hash"]!.GetValue<string>());
        (await Run("runs", "export", "--to", _folder["rounds.json"])).ExitCode.Should().Be(0);
        JsonNode exported = JsonNode.Parse(await File.ReadAllTextAsync(_folder["rounds.json"]))!;
        exported["round_list"]!.AsArray().Should().HaveCount(4).And.OnlyContain(round => round!["participants"]!.AsArray().Count == 5);
        exported["configuration"]!["Gossip"]!["Topology"]!.GetValue<string>().Should().Be("ring");
    }

    [Fact]
    public async Task Simulate_PeersForPeople_SaysWhatItTakesBeforeItBegins()
    {
        CommandLineRun run = await Simulate(SmallPeers, "-o", "text");

        run.Out.Should().Contain("peers: 5 peers, topology ring, with synthetic data").And.Contain("memory about").And.Contain("1 of 1 run in");
        run.Out.IndexOf("memory about", StringComparison.Ordinal).Should().BeLessThan(run.Out.IndexOf("accuracy", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Simulate_SweepOverModes_ComparesThemOnTheSameClients()
    {
        CommandLineRun run = await Simulate(SmallPeers.Replace("\"Mode\": \"gossip\",", """ "Sweep": { "Mode": ["coordinated", "gossip"] }, "Seeds": 2,""", StringComparison.Ordinal));

        run.ExitCode.Should().Be(0, run.Error);
        JsonArray runs = run.Json["data"]!["runs"]!.AsArray();
        runs.Select(r => r!["mode"]!.GetValue<string>()).Should().Equal("coordinated", "coordinated", "gossip", "gossip");
        Hash(runs[2]!).Should().Be(Hash(runs[0]!), "peers that keep step hold what a provider would have made");
        Hash(runs[3]!).Should().Be(Hash(runs[1]!));
        run.Json["data"]!["summary"]!.AsArray().Should().HaveCount(2);
    }

    [Fact]
    public async Task Export_Peers_LearnAsRealPeersToTheSameParameters()
    {
        string simulated = Hash((await Simulate(SmallPeers)).Json["data"]!["runs"]![0]!);

        CommandLineRun export = await Run("simulate", _folder["s.json"], "--export", _folder["real"], "-o", "json");
        CommandLineRun real = await Run("run", _folder["real/fed.json"], "-o", "json");

        export.ExitCode.Should().Be(0, export.Error);
        real.ExitCode.Should().Be(0, real.Error);
        Hash(real.Json["data"]!).Should().Be(simulated);
    }

    private static string Hash(JsonNode run) => run["parameter_hash"]!.GetValue<string>();

    private async Task<CommandLineRun> Simulate(string scenario, params string[] more)
    {
        await File.WriteAllTextAsync(_folder["s.json"], scenario);
        return await Run(["simulate", _folder["s.json"], .. more.Length == 0 ? ["-o", "json"] : more]);
    }

    private Task<CommandLineRun> Run(params string[] arguments) => CommandLineRun.Of([.. arguments, "--set", $"Storage:Path={_folder["storage"]}"]);
}
