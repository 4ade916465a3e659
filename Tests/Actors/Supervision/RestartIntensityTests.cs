using FedActors.Actors.Supervision;
using FedActors.Tests.TestKit;
using FsCheck;
using FsCheck.Fluent;

namespace FedActors.Tests.Actors.Supervision;

public sealed class RestartIntensityTests
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Intensity_FiveWithinTheWindow_RestartsAndTheSixthEscalates()
    {
        await using var family = new Family(Family.AtOnce, "a");
        for (int i = 0; i < 5; i++)
        {
            family.Fail("a");
            family.World.Advance(TimeSpan.Zero);
        }

        family.ParentLog.Should().Equal("started 1");
        family.Fail("a", "the sixth");
        family.World.Advance(TimeSpan.FromSeconds(1));

        family.ParentLog.Should().HaveCount(3).And.EndWith("started 2");
        family.ParentLog[1].Should().Match("restarting 1: *more than 5 restarts within 00:01:00*parent/a*the sixth");
    }

    [Fact]
    public async Task Intensity_OldRestartsLeftTheWindow_RestartsOn()
    {
        await using var family = new Family(Family.AtOnce, "a");
        for (int i = 0; i < 50; i++)
        {
            family.Fail("a");
            family.World.Advance(Window / 5);
        }

        family.ParentLog.Should().Equal("started 1");
        family.Logs["a"].Should().EndWith("started 51");
    }

    /// <summary>The window was measured by the time of day: a clock set forward allowed restarts without end, one set back forbade them for hours.</summary>
    [Theory]
    [InlineData(3)]
    [InlineData(-3)]
    public async Task Intensity_ClockIsSet_CountsTheTimeThatHasPassed(int hours)
    {
        await using var family = new Family(Family.AtOnce, "a");
        for (int i = 0; i < 5; i++)
        {
            family.Fail("a");
            family.World.Clock.Offset += TimeSpan.FromHours(hours);
            family.World.Advance(TimeSpan.Zero);
        }

        family.ParentLog.Should().Equal("started 1");
        family.Fail("a", "the sixth");
        family.World.Advance(TimeSpan.FromSeconds(1));
        family.ParentLog.Should().EndWith("started 2");
    }

    [Fact]
    public async Task Intensity_OverAllChildren_IsCountedTogether()
    {
        await using var family = new Family(Family.AtOnce with { MaxRestarts = 2 }, "a", "b", "c");

        foreach (string child in new[] { "a", "b", "c" })
        {
            family.Fail(child);
            family.World.Advance(TimeSpan.Zero);
        }

        family.World.Advance(TimeSpan.FromSeconds(1));
        family.ParentLog.Should().HaveCount(3).And.EndWith("started 2");
    }

    [Fact]
    public async Task Intensity_Zero_EscalatesAtOnce()
    {
        await using var family = new Family(Family.AtOnce with { MaxRestarts = 0 }, "a");

        family.Fail("a");
        family.World.Advance(TimeSpan.FromSeconds(1));

        family.ParentLog.Should().HaveCount(3);
        family.Logs["a"].Should().Equal("started 1", "stopped 1", "started 1");
    }

    [Fact]
    public async Task Intensity_ParentRestarted_CountsAnew()
    {
        await using var family = new Family(Family.AtOnce with { MaxRestarts = 1 }, "a");
        for (int i = 0; i < 2; i++)
        {
            family.Fail("a");
            family.World.Advance(TimeSpan.FromSeconds(1));
        }

        family.ParentLog.Should().EndWith("started 2");
        family.Fail("a");
        family.World.Advance(TimeSpan.FromSeconds(1));

        family.ParentLog.Should().EndWith("started 2", "its new instance has had one restart only");
    }

    /// <summary>The window agrees with counting by hand, whatever the times of the failures.</summary>
    [Fact]
    public void RestartWindow_AnyTimes_AllowsAtMostTheIntensityInAnyWindow()
    {
        Arbitrary<(int Max, int[] Gaps)> failures = (
            from max in Gen.Choose(0, 6)
            from gaps in Gen.Choose(0, 40).ArrayOf()
            select (max, gaps)).ToArbitrary();

        Prop.ForAll(failures, sample =>
        {
            var strategy = new SupervisorStrategy { MaxRestarts = sample.Max, Window = Window };
            var window = new RestartWindow();
            var allowed = new List<DateTimeOffset>();
            DateTimeOffset now = new ManualTimeProvider().GetUtcNow();
            foreach (int gap in sample.Gaps)
            {
                now += TimeSpan.FromSeconds(gap);
                bool expected = allowed.Count(time => now - time < Window) < sample.Max;
                if (window.TryRestart(strategy, now) != expected)
                {
                    return false;
                }

                if (expected)
                {
                    allowed.Add(now);
                }
            }

            return true;
        }).QuickCheckThrowOnFailure();
    }
}
