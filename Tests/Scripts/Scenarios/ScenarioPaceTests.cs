using FedActors.Scripts.Scenarios;
using FedActors.Simulation.Scenarios;

namespace FedActors.Tests.Scripts.Scenarios;

public sealed class ScenarioPaceTests
{
    [Fact]
    public void TimeLeft_OfARunThatIsHalfDone_IsWhatItsRoundsTook()
    {
        ScenarioPace pace = new(runs: 1);
        pace.Begin(Seconds(0), rounds: 10);
        pace.Prepared(Seconds(100));

        pace.FindTimeLeft(new ScenarioProgress(6, 0, 40), Seconds(120)).Should().Be(Seconds(20), "clients are prepared once");
        pace.FindTimeLeft(new ScenarioProgress(6, 20, 40), Seconds(122)).Should().BeCloseTo(Seconds(18), TimeSpan.FromMilliseconds(1));
    }

    [Fact]
    public void TimeLeft_OfSeveralRuns_HoldsTheirPreparations()
    {
        ScenarioPace pace = new(runs: 4);
        for (int run = 0; run < 2; run++)
        {
            pace.Begin(Seconds(run * 30), rounds: 5);
            pace.Prepared(Seconds((run * 30) + 10));
            pace.End();
        }

        pace.Begin(Seconds(60), rounds: 5);
        pace.Prepared(Seconds(70));
        pace.Prepared(Seconds(75));

        // Half of the third run and all of the fourth, which is to be prepared.
        pace.FindTimeLeft(new ScenarioProgress(3, 1, 2), Seconds(80)).Should().BeCloseTo(Seconds(10 + 10 + 20), TimeSpan.FromMilliseconds(1));
    }

    [Fact]
    public void TimeLeft_WhereTooLittleWasSeen_IsNotTold()
    {
        ScenarioPace pace = new(runs: 1);
        pace.Begin(Seconds(0), rounds: 10);

        pace.FindTimeLeft(new ScenarioProgress(0, 5, 10), Seconds(50)).Should().BeNull("nothing but the preparation has happened");
        pace.Prepared(Seconds(50));
        pace.FindTimeLeft(new ScenarioProgress(1, 1, 10), Seconds(51)).Should().BeNull();
        pace.FindTimeLeft(new ScenarioProgress(1, 0, 10), Seconds(59)).Should().BeNull("no part of a round is done");
    }

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);
}
