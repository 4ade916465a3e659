using FedActors.Scripts.Measuring.Protocols;

namespace FedActors.Tests.Simulation.Races;

/// <summary>One worker of four is ten times slower: in virtual time, the protocols that do not wait for it are sooner at the same accuracy, by as much as their schedules say.</summary>
public sealed class ProtocolRaceTests
{
    [Fact]
    public async Task Race_OneSlowWorker_IsWonByThoseThatDoNotWaitAsTheirSchedulesPredict()
    {
        ProtocolContest contest = new(Slowness: 10, Target: 0.80);

        ProtocolTable table = new(contest, await contest.RunAsync(CancellationToken.None));

        table.Rows.Should().HaveCount(6).And.OnlyContain(row => row.Race.Accuracy >= 0.80);
        foreach (ProtocolRow row in table.Rows)
        {
            (row.Race.Duration / row.Predicted).Should().BeApproximately(1, 0.005, "{0} with {1} takes {2} by its schedule", row.Protocol, row.Strategy, row.Predicted);
        }

        foreach (ProtocolRow row in table.Rows.Skip(1))
        {
            table.Faster(row).Should().BeGreaterThan(1.5, "{0} with {1} does not wait for the slow worker", row.Protocol, row.Strategy);
        }
    }

    [Fact]
    public async Task Race_Again_TakesTheSameTimeToTheSameModel()
    {
        ProtocolContest contest = new(Slowness: 3, Target: 0.78);

        (await contest.RunAsync(CancellationToken.None)).Should().Equal(await contest.RunAsync(CancellationToken.None));
    }
}
