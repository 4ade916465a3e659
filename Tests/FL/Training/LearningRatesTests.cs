using FedActors.FL.Configuration;
using FedActors.FL.Training;

namespace FedActors.Tests.FL.Training;

public sealed class LearningRatesTests
{
    private static readonly TrainingOptions Options = new() { LearningRate = 0.4f, Rounds = 50, ScheduleRounds = 10, ScheduleFactor = 0.5f };

    [Theory]
    [InlineData("constant", 1, 0.4)]
    [InlineData("constant", 50, 0.4)]
    [InlineData("step", 10, 0.4)]
    [InlineData("step", 11, 0.2)]
    [InlineData("step", 31, 0.05)]
    [InlineData("inverse", 1, 0.4)]
    [InlineData("inverse", 11, 0.2)]
    [InlineData("inverse", 21, 0.4 / 3)]
    [InlineData("cosine", 1, 0.4)]
    [InlineData("cosine", 26, 0.2)]
    public void Of_KnownRound_IsTheSchedulesRate(string schedule, int round, double rate) =>
        ((double)LearningRates.Of(Options with { Schedule = schedule }, round)).Should().BeApproximately(rate, 1e-8);

    [Fact]
    public void Of_Cosine_IsHalfAWave()
    {
        for (int round = 1; round <= 50; round++)
        {
            double expected = 0.4 * (1 + Math.Cos(Math.PI * (round - 1) / 50)) / 2;
            ((double)LearningRates.Of(Options with { Schedule = "cosine" }, round)).Should().BeApproximately(expected, 3e-8);
        }
    }

    [Theory]
    [InlineData("cosine")]
    [InlineData("step")]
    [InlineData("inverse")]
    public void Of_FarBeyondTheLastRound_StaysOverZero(string schedule) =>
        LearningRates.Of(Options with { Schedule = schedule }, 1_000_000_000).Should().BeGreaterThan(0);
}
