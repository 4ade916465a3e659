using FedActors.Actors;
using FedActors.Actors.Supervision;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.Actors.Supervision;

/// <summary>When a supervisor restarts and when it gives up, by a virtual clock, and how far a failure climbs.</summary>
public sealed class SupervisionTimesTests
{
    private static readonly SupervisorStrategy Once = Family.AtOnce with { MaxRestarts = 1 };

    [Theory]
    [InlineData(1, true)]
    [InlineData(0, false)]
    public async Task Intensity_AtTheWindowsEnd_CountsTheFirstRestartUntilThen(int millisecondsBefore, bool escalates)
    {
        await using var family = new Family(Family.AtOnce, "a");
        for (int i = 0; i < 5; i++)
        {
            family.Fail("a");
        }

        family.World.Advance(Family.AtOnce.Window - TimeSpan.FromMilliseconds(millisecondsBefore));
        family.Fail("a");

        family.Failures.First(failed => failed.Actor.Path.Name == "parent/a").Directive.Should().Be(Directive.Restart);
        family.Failures.Where(failed => failed.Actor.Path.Name == "parent/a").Should().HaveCount(6)
            .And.Subject.Last().Directive.Should().Be(escalates ? Directive.Escalate : Directive.Restart);
        family.Failures.Any(failed => failed.Actor.Path.Name == "parent").Should().Be(escalates);
    }

    [Fact]
    public async Task Backoff_FailuresInARow_RestartsAtTheVeryTickThatIsTwiceAsLateEachTime()
    {
        await using var family = new Family(SupervisorStrategy.OneForOne with { Jitter = 0, MaxRestarts = 100 }, "a");

        foreach (double seconds in new[] { 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 30, 30 })
        {
            family.Fail("a");
            int before = Restarts(family);
            family.World.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromTicks(1));
            Restarts(family).Should().Be(before);
            family.World.Advance(TimeSpan.FromTicks(1));
            Restarts(family).Should().Be(before + 1);
        }

        // A whole window without a failure, counted from the last one: its wait is part of it.
        family.World.Advance(TimeSpan.FromSeconds(30));
        family.Fail("a");
        family.World.Advance(TimeSpan.FromSeconds(0.2));
        Restarts(family).Should().Be(11);
    }

    /// <summary>Each level restarts once, and counts anew when it was itself restarted; at last the node ends and says why.</summary>
    [Fact]
    public async Task Escalation_OverThreeLevels_RestartsEachAsOftenAsItMayAndEndsTheNode()
    {
        await using var world = new ActorWorld(options => options with { Supervisor = Once });
        Props leaf = RecordingActor.Props([]);
        Props middle = RecordingActor.Props([], context => context.Spawn(leaf, "leaf")) with { Supervisor = Once };
        world.Spawn("top", RecordingActor.Props([], context => context.Spawn(middle, "middle")) with { Supervisor = Once });

        for (int failure = 1; failure <= 8; failure++)
        {
            world.Tell(world.System.Find("top/middle/leaf")!, new InvalidOperationException($"failure {failure}"));
        }

        world.Events.OfType<ActorFailed>().Select(failed => $"{failed.Actor.Path.Name.Split('/')[^1]} {failed.Directive}").Should().Equal(
            "leaf Restart",
            "leaf Escalate", "middle Restart",
            "leaf Restart",
            "leaf Escalate", "middle Escalate", "top Restart",
            "leaf Restart",
            "leaf Escalate", "middle Restart",
            "leaf Restart",
            "leaf Escalate", "middle Escalate", "top Escalate");
        (await world.Invoking(w => w.RunUntil(w.System.WhenTerminated)).Should().ThrowAsync<RestartIntensityExceededException>()).WithMessage("*failure 8*");
    }

    private static int Restarts(Family family) => family.World.Events.OfType<ActorRestarted>().Count();
}
