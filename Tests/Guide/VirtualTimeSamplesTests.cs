using FedActors.Actors;
using FedActors.Actors.Supervision;
using FedActors.Examples.Guide;

namespace FedActors.Tests.Guide;

/// <summary>What docs/actors.md shows of testing.</summary>
public sealed class VirtualTimeSamplesTests
{
    #region testing
    [Fact]
    public async Task Account_FailsOften_EscalatesAfterItsThirdRestart()
    {
        await using var world = new ActorWorld(options => options with
        {
            Supervisor = new SupervisorStrategy { MaxRestarts = 3, MinBackoff = TimeSpan.FromSeconds(1), Jitter = 0 },
        });
        ActorRef account = world.Spawn("account", Props.Create(() => new Account()));

        for (int failure = 0; failure < 3; failure++)
        {
            world.Tell(account, new Deposit(-1));
            world.Advance(TimeSpan.FromSeconds(10));
        }

        Assert.Equal(3, world.Events.OfType<ActorRestarted>().Count());
        world.Tell(account, new Deposit(-1));
        await Assert.ThrowsAsync<RestartIntensityExceededException>(() => world.RunUntil(world.System.WhenTerminated));
    }
    #endregion
}
