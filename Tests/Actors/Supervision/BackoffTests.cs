using FedActors.Actors.Supervision;

namespace FedActors.Tests.Actors.Supervision;

public sealed class BackoffTests
{
    /// <summary>No timer waits longer than 49 days: a longer backoff once ended the supervisor's loop in silence.</summary>
    [Fact]
    public void Strategy_BackoffThatNoTimerTakes_IsRefused()
    {
        TimeSpan longest = SupervisorStrategy.LongestBackoff;
        Func<TimeSpan, SupervisorStrategy> min = wait => new SupervisorStrategy { MinBackoff = wait };
        Func<TimeSpan, SupervisorStrategy> max = wait => new SupervisorStrategy { MaxBackoff = wait };

        min.Invoking(make => make(longest + TimeSpan.FromTicks(1))).Should().Throw<ArgumentOutOfRangeException>();
        max.Invoking(make => make(longest + TimeSpan.FromTicks(1))).Should().Throw<ArgumentOutOfRangeException>();
        min(longest).MinBackoff.Should().Be(longest);
        max(longest).MaxBackoff.Should().Be(longest);
    }

    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Next_FailuresInARow_DoublesToTheMaximum()
    {
        var backoff = new Backoff();

        Waits(backoff, new SupervisorStrategy(), chance: 0, failures: 10).Should()
            .Equal(0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 30, 30);
    }

    [Fact]
    public void Next_LivedForAWindow_StartsAtTheMinimumAgain()
    {
        var backoff = new Backoff();
        var strategy = new SupervisorStrategy();
        Waits(backoff, strategy, chance: 0, failures: 5);

        backoff.Next(strategy, Start + strategy.Window - TimeSpan.FromTicks(1), 0).TotalSeconds.Should().Be(6.4);
        backoff.Next(strategy, Start + (2 * strategy.Window), 0).TotalSeconds.Should().Be(0.2);
    }

    [Theory]
    [InlineData(0, 1.0)]
    [InlineData(0.5, 0.9)]
    [InlineData(0.999999, 0.8)]
    public void Next_Jitter_ShortensByUpToItsShare(double chance, double share)
    {
        double[] waits = Waits(new Backoff(), new SupervisorStrategy { Jitter = 0.2 }, chance, failures: 9);

        waits[0].Should().BeApproximately(0.2 * share, 1e-3);
        waits[8].Should().BeApproximately(30 * share, 1e-3);
    }

    [Fact]
    public void Next_NoBackoffAndThousandsOfFailures_StaysZero() =>
        Waits(new Backoff(), new SupervisorStrategy { MinBackoff = TimeSpan.Zero }, chance: 0.5, failures: 5000).Should().OnlyContain(wait => wait == 0);

    [Fact]
    public async Task Restart_ManyChildren_WaitsWithinTheJittersBoundsAndNotAllAlike()
    {
        string[] names = [.. Enumerable.Range(0, 50).Select(i => $"child-{i}")];
        await using var family = new Family(SupervisorStrategy.OneForOne with { MaxRestarts = 100 }, names);
        foreach (string name in names)
        {
            family.Fail(name);
        }

        TimeSpan[] delays = [.. family.Failures.Select(failed => failed.Delay)];
        delays.Should().HaveCount(50).And.OnlyContain(delay => delay > TimeSpan.FromMilliseconds(160) && delay <= TimeSpan.FromMilliseconds(200));
        delays.Distinct().Count().Should().BeGreaterThan(40);

        family.World.Advance(delays.Min() - TimeSpan.FromTicks(1));
        family.World.Events.OfType<ActorRestarted>().Should().BeEmpty();
        family.World.Advance(delays.Max() - delays.Min() + TimeSpan.FromTicks(1));
        family.World.Events.OfType<ActorRestarted>().Should().HaveCount(50);
    }

    [Fact]
    public async Task Restart_SameSeed_WaitsTheSame()
    {
        var runs = new List<TimeSpan[]>();
        for (int run = 0; run < 2; run++)
        {
            await using var family = new Family(SupervisorStrategy.OneForOne);
            family.Fail("a");
            family.Fail("b");
            runs.Add([.. family.Failures.Select(failed => failed.Delay)]);
        }

        runs[1].Should().Equal(runs[0]);
    }

    private static double[] Waits(Backoff backoff, SupervisorStrategy strategy, double chance, int failures) =>
        [.. Enumerable.Range(0, failures).Select(_ => backoff.Next(strategy, Start, chance).TotalSeconds)];
}
