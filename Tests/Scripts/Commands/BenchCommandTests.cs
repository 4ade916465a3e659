using System.Text.Json.Nodes;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.Scripts.Commands;

public sealed class BenchCommandTests
{
    /// <summary>What a number may be was said by the error alone.</summary>
    [Theory]
    [InlineData("aggregation", "--parameters", "From 1 to 10,000,000.", "0")]
    [InlineData("attacks", "--seeds", "From 1 to 1,000.", "1001")]
    [InlineData("compression", "--learning-rate", "Over 0 and at most 10.", "0")]
    [InlineData("gossip", "--peers", "From 2 to 8.", "9")]
    [InlineData("mailbox", "--repetitions", "From 1 to 1,000.", "x")]
    [InlineData("protocols", "--target", "From 0.3 to 0.825.", "0.9")]
    [InlineData("strategies", "--central-epochs", "From 1 to 1,000.", "0")]
    [InlineData("topologies", "--mixing", "Over 0 and at most 1.", "0")]
    [InlineData("training", "--examples", "From 32 to 100,000.", "1")]
    public async Task Bench_NumberOutsideItsRange_IsRefusedByTheRangeThatHelpNames(string bench, string option, string range, string wrong)
    {
        CommandLineRun help = await CommandLineRun.Of("bench", bench, "--help");
        CommandLineRun run = await CommandLineRun.Of("bench", bench, option, wrong);

        help.Out.Split('\n').Should().ContainSingle(line => line.TrimStart().StartsWith(option + " ", StringComparison.Ordinal)).Which.Should().Contain(range);
        run.ExitCode.Should().Be(64);
        run.Error.Should().Contain($"{option} is \"{wrong}\": it must be {char.ToLowerInvariant(range[0])}{range[1..]}");
    }

    [Fact]
    public async Task BenchMailbox_Json_HasAFigureAndARatioForEachWorkload()
    {
        CommandLineRun run = await CommandLineRun.Of("bench", "mailbox", "--duration", "300ms", "--repetitions", "1", "-o", "json");

        run.ExitCode.Should().Be(0, run.Out + run.Error);
        JsonArray rows = run.Json["data"]!["rows"]!.AsArray();
        rows.Select(row => row!["workload"]!.GetValue<string>()).Should().Contain(["tell", "tell, one middleware", "ask", "spawn", "restart"]);
        rows.Should().OnlyContain(row => row!["ours"]!["median"]!.GetValue<double>() > 0 && row["raw"]!["median"]!.GetValue<double>() > 0);
    }

    [Fact]
    public async Task BenchTraining_Json_HasAFigureForEachModel()
    {
        CommandLineRun run = await CommandLineRun.Of("bench", "training", "--examples", "64", "--duration", "300ms", "--repetitions", "1", "-o", "json");

        run.ExitCode.Should().Be(0, run.Out + run.Error);
        JsonNode[] rows = [.. run.Json["data"]!["rows"]!.AsArray().Select(row => row!)];
        rows.Select(row => row["workload"]!.GetValue<string>()).Should().Equal("softmax 512-10, a step", "mlp 784-128-10, an epoch", "cnn 28x28, an epoch");
        rows.Should().OnlyContain(row => row["ours"]!["median"]!.GetValue<double>() > 0);
    }

    [Fact]
    public async Task BenchCompression_TwoRoundsOfLandsat_HasARowForEachPipelineThatFits()
    {
        CommandLineRun run = await CommandLineRun.Of("bench", "compression", "--rounds", "2", "--local-epochs", "1", "-o", "json");

        run.ExitCode.Should().Be(0, run.Error);
        JsonNode[] rows = [.. run.Json["data"]!["rows"]!.AsArray().Select(row => row!)];
        rows.Select(row => row["compression"]!.GetValue<string>()).Should().StartWith(["", "float16", "int8"]).And.Contain("topk(0.01),int8").And.OnlyHaveUniqueItems();
        rows[0]["update_bytes"]!.GetValue<long>().Should().Be(2 * 4 * 222 * sizeof(float));
        rows[1..].Should().AllSatisfy(row => row["bytes_saved"]!.GetValue<long>().Should().BePositive());
    }

    [Fact]
    public async Task BenchStrategies_OneRoundOfLandsat_HasARowForEachStrategyAndModel()
    {
        CommandLineRun run = await CommandLineRun.Of("bench", "strategies", "--model", "mlp:8", "--rounds", "1", "--central-epochs", "1", "-o", "json");

        run.ExitCode.Should().Be(0, run.Out + run.Error);
        JsonNode[] rows = [.. run.Json["data"]!["rows"]!.AsArray().Select(row => row!)];
        rows.Select(row => row["model"]!.GetValue<string>()).Distinct().Should().Equal("mlp:8", "softmax", "mlp:128");
        JsonNode mean = rows.Single(row => row["strategy"]!.GetValue<string>() == "fedavg");
        mean["rounds"]!.GetValue<int>().Should().Be(1);
        const long Model = 4 * ((37 * 8) + (9 * 6));
        mean["bytes"]!.GetValue<long>().Should().BeInRange(4 * 3 * Model, 4 * 20 * Model, "four sites get and send 350 numbers, get the last model, and tell their moments");
        mean["accuracy"]!.GetValue<double>().Should().BeGreaterThan(0.2);
    }

    [Fact]
    public async Task BenchCrdt_Json_HasAFigureForEachWorkloadAndARatioWhereThereIsALimit()
    {
        CommandLineRun run = await CommandLineRun.Of("bench", "crdt", "--duration", "300ms", "--repetitions", "1", "-o", "json");

        run.ExitCode.Should().Be(0, run.Out + run.Error);
        JsonNode[] rows = [.. run.Json["data"]!["rows"]!.AsArray().Select(row => row!)];
        rows.Should().HaveCount(7).And.OnlyContain(row => row["ours"]!["median"]!.GetValue<double>() > 0);
        rows.Where(row => row["ratio"] is not null).Select(row => row["workload"]!.GetValue<string>()).Should()
            .Equal("merge, 1,000 keys", "merge, 50,000 keys", "save a model, promised", "save a model, cached");
    }

    /// <summary>In a process of its own: what other tests keep alive would count as growth. Long enough for the attackers to get at a busy machine's processors, too.</summary>
    [Fact]
    public async Task BenchHostile_DamagedFrames_CountsRefusalsAndKeepsTheHonestConnection()
    {
        using TemporaryFolder folder = new();
        CommandLineRun run = await BuiltProgram.RunAsync(folder.Path, "bench", "hostile", "--only", "damaged frames", "--duration", "4s", "--repetitions", "1", "-o", "json");

        run.ExitCode.Should().Be(0, run.Out + run.Error);
        JsonNode row = run.Json["data"]!["rows"]!.AsArray().Single()!;
        row["attempts_per_second"]!.GetValue<double>().Should().BePositive();
        row["refused"]!["malformed"]!.GetValue<long>().Should().BePositive();
        row["disconnections"]!.GetValue<int>().Should().Be(0);
        row["growth_bytes"]!.GetValue<long>().Should().BeLessThan(64 << 20);
        row["attacked_p99_us"]!["median"]!.GetValue<double>().Should().BePositive();
    }

    [Fact]
    public async Task BenchAggregation_Json_HasAFigureForEachReduction()
    {
        CommandLineRun run = await CommandLineRun.Of("bench", "aggregation", "--parameters", "300", "--duration", "300ms", "--repetitions", "1", "-o", "json");

        run.ExitCode.Should().Be(0, run.Out + run.Error);
        JsonArray rows = run.Json["data"]!["rows"]!.AsArray();
        rows.Select(row => row!["workload"]!.GetValue<string>()).Should().Contain(["mean of 200", "trimmed mean of 20", "multi-Krum of 100"]);
        rows.Should().OnlyContain(row => row!["ours"]!["median"]!.GetValue<double>() > 0);
    }

    [Fact]
    public async Task BenchTopologies_FourPeers_ComeToOneWithinWhatTheGapPromises()
    {
        CommandLineRun run = await CommandLineRun.Of("bench", "topologies", "--parts", "1", "--rounds", "2", "--mixing", "1", "-o", "json");

        run.ExitCode.Should().Be(0, run.Out + run.Error);
        JsonNode[] rows = [.. run.Json["data"]!["rows"]!.AsArray().Select(row => row!)];
        rows.Should().HaveCount(8).And.OnlyContain(row => row["agreed"]!.GetValue<bool>() && row["accuracy"]!.GetValue<double>() > 0.6);
        rows.Should().OnlyContain(row => row["rounds_to_consensus"]!.GetValue<int>() <= row["bound"]!.GetValue<int>());
    }

    [Fact]
    public async Task BenchGossip_ModelsOfSomeMegabytes_CrossTheNetworkOnceForEachReceiver()
    {
        CommandLineRun run = await CommandLineRun.Of("bench", "gossip", "--megabytes", "5", "--rounds", "2", "-o", "json");

        run.ExitCode.Should().Be(0, run.Out + run.Error);
        JsonNode data = run.Json["data"]!;
        data["traffic"]!.GetValue<double>().Should().BeInRange(1.0, 1.10, "all bytes that both nodes sent count, frames and all");
        data["idle_bytes_a_second"].Should().BeNull("it was not asked for");
        data["pings"]!["count"]!.GetValue<int>().Should().BeGreaterThan(0);
        data["longest_turns"]!.AsArray().Select(turn => turn!["message"]!.GetValue<string>()).Should().NotBeEmpty();
    }

    /// <summary>All that eight nodes send over TCP, while they learn and afterwards. Full comparisons come twice a minute and are beside these seconds; bench gossip --idle 1m counts them too.</summary>
    [Fact]
    public async Task BenchGossip_EightPeersOverTcp_SendABodyOnceForEachReceiverAndHardlyAnythingWhenIdle()
    {
        CommandLineRun run = await CommandLineRun.Of("bench", "gossip", "--megabytes", "1", "--peers", "8", "--rounds", "2", "--idle", "3s", "-o", "json");

        run.ExitCode.Should().Be(0, run.Out + run.Error);
        JsonNode data = run.Json["data"]!;
        data["traffic"]!.GetValue<double>().Should().BeInRange(1.0, 1.10);
        data["idle_bytes_a_second"]!.GetValue<double>().Should().BeInRange(10, 1_000);
    }

    [Fact]
    public async Task BenchAttacks_OneSeed_ShowsWhatTheMeanLosesAndRobustRulesKeep()
    {
        CommandLineRun run = await CommandLineRun.Of("bench", "attacks", "--data", Repository.PathOf("data/digits/digits.npz"), "--rounds", "6", "--seeds", "1", "-o", "json");

        run.ExitCode.Should().Be(0, run.Out + run.Error);
        JsonNode[] rows = [.. run.Json["data"]!["rows"]!.AsArray().Select(row => row!)];
        rows.Should().HaveCount(18).And.OnlyContain(row => row["clean"]!.GetValue<double>() > 0.7 && row["attacks"]!.AsObject().Count == 7);
        double Worst(string strategy) => rows.First(row => row["strategy"]!.GetValue<string>() == strategy)["worst"]!.GetValue<double>();
        Worst("fedavg").Should().BeLessThan(0.4);
        Worst("multikrum").Should().BeGreaterThan(0.7);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("many")]
    public async Task BenchAggregation_ParametersOutOfRange_SaysWhatIsAllowed(string value)
    {
        CommandLineRun run = await CommandLineRun.Of("bench", "aggregation", "--parameters", value);

        run.ExitCode.Should().Be(64);
        run.Error.Should().Contain("--parameters");
    }

    [Fact]
    public async Task BenchTransport_Json_HasFiguresForEachWorkloadPlainAndWithTls()
    {
        CommandLineRun run = await CommandLineRun.Of("bench", "transport", "--duration", "1s", "--repetitions", "1", "-o", "json");

        run.ExitCode.Should().Be(0, run.Out + run.Error);
        JsonNode[] rows = [.. run.Json["data"]!["rows"]!.AsArray().Select(row => row!)];
        foreach (string name in new[] { "tcp", "tls" })
        {
            rows.Where(row => row["workload"]!.GetValue<string>().StartsWith(name, StringComparison.Ordinal))
                .Select(row => $"{row["workload"]} {row["quantity"]} {row["unit"]}".Replace("  ", " ")[4..]).Should().Equal(
                    "tell messages/s", "tell allocated B/message", "calls answers/s", "ask p50 us", "ask p99 us",
                    "tell, low latency messages/s", "tell, low latency allocated B/message", "calls, low latency answers/s",
                    "ask, low latency p50 us", "ask, low latency p99 us", "1 MB messages B/s", "10 MB messages B/s", "10 MB messages, kept B/s", "ask beside 10 MB p50 us", "ask beside 10 MB p99 us", "ask beside 10 MB the stream B/s");
        }

        rows.Should().OnlyContain(row => row["ours"]!["median"]!.GetValue<double>() > 0);
        rows.Count(row => row["ratio"] is not null).Should().Be(18, "calls, questions beside large messages, and tells with low latency, which have their twin's, have no bare twin");
    }

    [Fact]
    public async Task BenchRuntime_OneWordOfSeveralRows_MeasuresLocalAndRemoteInOneTable()
    {
        CommandLineRun run = await CommandLineRun.Of("bench", "runtime", "--only", "tell", "--duration", "500ms", "--repetitions", "1", "-o", "json");

        run.ExitCode.Should().Be(0, run.Out + run.Error);
        JsonArray rows = run.Json["data"]!["rows"]!.AsArray();
        rows.Select(row => row!["workload"]!.GetValue<string>()).Distinct().Should().Equal("local tell", "local tell, one middleware", "tcp tell", "tcp tell, low latency", "tls tell", "tls tell, low latency");
        rows.Select(row => row!["target"]?["figure"]!.GetValue<double>()).Should().Equal(80e6, 50e6, 6e6, null, 6e6, null, 4e6, null, 4e6, null);
    }

    [Fact]
    public async Task BenchTransport_OnlySome_MeasuresThoseAlone()
    {
        CommandLineRun run = await CommandLineRun.Of("bench", "transport", "--only", "TCP ask", "--duration", "300ms", "--repetitions", "3", "-o", "json");

        run.ExitCode.Should().Be(0, run.Out + run.Error);
        run.Json["data"]!["rows"]!.AsArray().Select(row => row!["workload"]!.GetValue<string>()).Distinct().Should().Equal("tcp ask", "tcp ask, low latency", "tcp ask beside 10 MB");
    }

    [Fact]
    public async Task BenchMailbox_OnlyWhatIsNot_SaysWhatThereIs()
    {
        CommandLineRun run = await CommandLineRun.Of("bench", "mailbox", "--only", "flight");

        run.ExitCode.Should().Be(64);
        run.Error.Should().Contain("--only is \"flight\"").And.Contain("restart");
    }

    [Theory]
    [InlineData("--duration", "10")]
    [InlineData("--duration", "0s")]
    [InlineData("--repetitions", "0")]
    public async Task BenchMailbox_OptionOutOfRange_SaysWhatIsAllowed(string option, string value)
    {
        CommandLineRun run = await CommandLineRun.Of("bench", "mailbox", option, value);

        run.ExitCode.Should().Be(64);
        run.Error.Should().Contain($"{option} is \"{value}\"");
    }
}
