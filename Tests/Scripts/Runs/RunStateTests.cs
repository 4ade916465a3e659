using FedActors.FL.Rounds;

namespace FedActors.Tests.Scripts.Runs;

public sealed class RunStateTests
{
    // start worker -o json once called it "belowparticipation", and runs show "below_participation".
    [Theory]
    [InlineData(RunOutcome.Finished, "finished")]
    [InlineData(RunOutcome.Failed, "failed")]
    [InlineData(RunOutcome.Stopped, "stopped")]
    [InlineData(RunOutcome.BelowParticipation, "below_participation")]
    public void Of_Outcome_IsTheStoredRunsWord(RunOutcome outcome, string word) => FedActors.Scripts.Runs.RunState.Of(outcome).Should().Be(word);
}
