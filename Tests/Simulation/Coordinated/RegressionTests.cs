using FedActors.Simulation.Coordinated;
using FedActors.Tests.Simulation.Schedules;

namespace FedActors.Tests.Simulation.Coordinated;

/// <summary>Schedules of coordinated mode that once broke something, with only the faults that it takes. docs/simulation.md says what it was.</summary>
public sealed class RegressionTests
{
    public static TheoryData<string> Kept => KeptSchedule<CoordinatedSchedule>.Names("coordinated");

    [Theory]
    [MemberData(nameof(Kept))]
    public void Schedule_ThatOnceBrokeSomething_BreaksNothing(string name) => KeptSchedule<CoordinatedSchedule>.Check(name, new CoordinatedSimulator());

    [Fact]
    public void Schedule_OfACombinerThatKeepsCounts_StillShowsAWrongSum() =>
        new CoordinatedSimulator(new CoordinatedParts { CombinersKeepCounts = true })
            .Run(KeptSchedule<CoordinatedSchedule>.Load("coordinated/attempt-that-a-new-provider-numbers-as-before").Schedule)
            .Violation?.Invariant.Should().Be("a combiner sums what counts, once");
}
