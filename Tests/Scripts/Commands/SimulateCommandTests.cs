using System.Text.Json.Nodes;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.Scripts.Commands;

public sealed class SimulateCommandTests
{
    [Fact]
    public async Task Simulate_Schedules_ReportsTheirRateAndWhatTheyReached()
    {
        CommandLineRun run = await CommandLineRun.Of("simulate", "--schedules", "40", "--first-seed", "7", "--jobs", "2", "-o", "json");

        run.ExitCode.Should().Be(0, run.Out + run.Error);
        JsonNode data = run.Json["data"]!;
        data["schedules"]!.GetValue<int>().Should().Be(40);
        data["schedules_per_second"]!.GetValue<double>().Should().BePositive();
        data["violations"]!.AsArray().Should().BeEmpty();
        data["coverage"]!.AsObject().Select(count => count.Key).Should().Contain("outcome Finished");
    }

    [Fact]
    public async Task Simulate_OneSeed_ShowsTheSameTimelineEachTime()
    {
        CommandLineRun once = await CommandLineRun.Of("simulate", "--seed", "387", "--lines", "30");
        CommandLineRun again = await CommandLineRun.Of("simulate", "--seed", "387", "--lines", "30");

        once.ExitCode.Should().Be(0, once.Out + once.Error);
        once.Out.Should().Be(again.Out).And.Contain("no violation").And.Contain("FailingActor of aggregator");
        once.Out.Split('\n').Should().HaveCountGreaterThan(30);
    }

    [Theory]
    [InlineData("--schedules", "0")]
    [InlineData("--seed", "-1")]
    [InlineData("--jobs", "many")]
    public async Task Simulate_OptionOutOfRange_SaysWhatIsAllowed(string option, string value)
    {
        CommandLineRun run = await CommandLineRun.Of("simulate", option, value);

        run.ExitCode.Should().Be(64);
        run.Error.Should().Contain($"{option} is \"{value}\"");
    }
}
