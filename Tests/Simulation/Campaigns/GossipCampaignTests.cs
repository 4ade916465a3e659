using System.Globalization;
using FedActors.Simulation.Campaigns;
using FedActors.Simulation.Gossip;
using FedActors.Simulation.Schedules;

namespace FedActors.Tests.Simulation.Campaigns;

/// <summary>A short campaign of peers with each test run; a long one by an environment variable, or by the command.</summary>
public sealed class GossipCampaignTests
{
    private const string SchedulesVariable = "FEDACTORS_SIMULATED_SCHEDULES";
    private const int UsualSchedules = 250;
    private const int SeedsTwice = 200;

    [Fact]
    public async Task Campaign_EveryFault_BreaksNothingAndReachesEverything()
    {
        int schedules = Environment.GetEnvironmentVariable(SchedulesVariable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : UsualSchedules;

        CampaignReport report = await new Campaign(() => new GossipSimulator(), firstSeed: 1, schedules) { Jobs = 2 }.RunAsync();

        report.Failures.Select(failure => $"seed {failure.Schedule.Seed}: {failure.Violation}").Should().BeEmpty();
        report.Schedules.Should().Be(schedules);
        report.Missing.Should().BeEmpty("a campaign that does not get somewhere says nothing of it");
    }

    [Fact]
    public void Campaign_EachSeedTwice_LeavesTheSameTrace()
    {
        GossipSimulator one = new();
        GossipSimulator other = new();
        HashSet<ulong> traces = [];

        for (ulong seed = 0; seed < SeedsTwice; seed++)
        {
            ScheduleResult first = one.Run(GossipSchedule.Draw(seed));

            // Lines for people change nothing.
            ScheduleResult second = other.Run(GossipSchedule.Draw(seed), keepsLines: seed % 10 == 0);
            (second.TraceHash, second.Steps, second.Time).Should().Be((first.TraceHash, first.Steps, first.Time), $"seed {seed} decides everything");
            traces.Add(first.TraceHash);
        }

        traces.Should().HaveCount(SeedsTwice);
    }
}
