using FedActors.FL.Configuration;
using FedActors.FL.Rounds;

namespace FedActors.Tests.FL.Rounds;

public sealed class TerminationTests
{
    [Theory]
    [InlineData(0.8, false)]
    [InlineData(0.85, true)]
    [InlineData(0.9, true)]
    public void TargetAccuracy_LastRound_EndsTheRunFromThereOn(double accuracy, bool ends) =>
        (Reason(new() { TargetAccuracy = 0.85 }, 0.1, accuracy) is not null).Should().Be(ends);

    [Fact]
    public void TargetAccuracy_ReachedEarlierButNotNow_DoesNotEnd() => Reason(new() { TargetAccuracy = 0.85 }, 0.9, 0.8).Should().BeNull();

    [Fact]
    public void Patience_RoundsWithoutABetterOne_EndTheRun()
    {
        TerminationOptions patience = new() { Patience = 2 };

        Reason(patience, 0.5, 0.6, 0.6).Should().BeNull();
        Reason(patience, 0.5, 0.6, 0.6, 0.55).Should().Be("no better accuracy in 2 rounds");
        Reason(patience, 0.5, 0.6, 0.6, 0.61).Should().BeNull();
        Reason(patience, 0.6, null, null).Should().BeNull("a round without an evaluation says nothing");
    }

    [Fact]
    public void WallClock_BudgetSpent_EndsTheRun()
    {
        TerminationOptions budget = new() { WallClock = TimeSpan.FromSeconds(10) };

        Termination.FindReason(budget, [0.5], TimeSpan.FromSeconds(9.9)).Should().BeNull();
        Termination.FindReason(budget, [0.5], TimeSpan.FromSeconds(10.5)).Should().Be("10.5 s have passed, of a budget of 10 s");
    }

    [Fact]
    public void NoGoal_Anything_DoesNotEnd() => Termination.FindReason(new(), [1.0, 1.0, 1.0], TimeSpan.MaxValue).Should().BeNull();

    private static string? Reason(TerminationOptions options, params double?[] accuracies) => Termination.FindReason(options, accuracies, TimeSpan.Zero);
}
