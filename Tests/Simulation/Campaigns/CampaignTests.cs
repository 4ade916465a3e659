using FedActors.Simulation.Campaigns;
using FedActors.Simulation.Coordinated;
using FedActors.Simulation.Schedules;
using System.Globalization;

namespace FedActors.Tests.Simulation.Campaigns;

/// <summary>A short campaign with each test run; a long one by an environment variable, or by the command.</summary>
public sealed class CampaignTests
{
    private const string SchedulesVariable = "FEDACTORS_SIMULATED_SCHEDULES";
    private const int UsualSchedules = 2000;

    [Fact]
    public async Task Campaign_EveryFault_BreaksNothingAndReachesEverything()
    {
        int schedules = Environment.GetEnvironmentVariable(SchedulesVariable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : UsualSchedules;

        CampaignReport report = await new Campaign(() => new CoordinatedSimulator(), firstSeed: 1, schedules).RunAsync();

        report.Failures.Select(failure => $"seed {failure.Schedule.Seed}: {failure.Violation}").Should().BeEmpty();
        report.Schedules.Should().Be(schedules);
        report.Missing.Should().BeEmpty("a campaign that does not get somewhere says nothing of it");
    }

    [Fact]
    public void Campaign_EachSeedTwice_LeavesTheSameTrace()
    {
        CoordinatedSimulator one = new();
        CoordinatedSimulator other = new();
        HashSet<ulong> traces = [];

        for (ulong seed = 0; seed < 200; seed++)
        {
            ScheduleResult first = one.Run(CoordinatedSchedule.Draw(seed));

            // Lines for people change nothing.
            ScheduleResult second = other.Run(CoordinatedSchedule.Draw(seed), keepsLines: seed % 10 == 0);
            (second.TraceHash, second.Steps, second.Time).Should().Be((first.TraceHash, first.Steps, first.Time), $"seed {seed} decides everything");
            traces.Add(first.TraceHash);
        }

        traces.Should().HaveCount(200);
    }

    [Fact]
    public async Task Campaign_Cancelled_EndsAfterTheScheduleThatRuns()
    {
        using CancellationTokenSource cancellation = new();
        Campaign campaign = new(() => new CoordinatedSimulator(), 1, 1000) { Ran = (_, _) => cancellation.Cancel() };

        (await campaign.RunAsync(cancellation.Token)).Schedules.Should().Be(1);
    }

    [Fact]
    public async Task Campaign_OnTwoThreads_ReachesTheSame()
    {
        CampaignReport alone = await new Campaign(() => new CoordinatedSimulator(), 1, 60).RunAsync();
        CampaignReport together = await new Campaign(() => new CoordinatedSimulator(), 1, 60) { Jobs = 2 }.RunAsync();

        together.Coverage.Counts.Should().Equal(alone.Coverage.Counts);
        (together.Steps, together.Rounds, together.Time).Should().Be((alone.Steps, alone.Rounds, alone.Time));
    }
}
