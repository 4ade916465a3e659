using FedActors.Actors;
using FedActors.FL.Protocol;
using FedActors.FL.Roles;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.FL.Roles.Combining;

public sealed class CombinerTableTests : IAsyncDisposable
{
    private readonly ActorSystem _system = new(new ActorSystemOptions());

    public ValueTask DisposeAsync() => _system.DisposeAsync();

    /// <summary>One that is late each time costs a wait in ever fewer rounds.</summary>
    [Fact]
    public void Rest_OfWhoIsLateEachTime_TakesTwiceAsManyRoundsUpToTheMost()
    {
        CombinerTable table = new();
        RegisteredCombiner late = new(new Probe(_system, "late").Ref, "late", 1);
        List<int> rests = [];
        int round = 1;
        for (int i = 0; i < 9; i++)
        {
            table.Add(late);
            table.Rest(late, new RoundKey("run", round, 1));
            rests.Add(table.RestsUntil("late") - round + 1);
            round = table.RestsUntil("late") + 1;
        }

        rests.Should().Equal(1, 2, 4, 8, 16, 32, CombinerTable.MaxRest, CombinerTable.MaxRest, CombinerTable.MaxRest);
        table.Find("late").Should().BeNull();
        table.Rests("other", 1, 1).Should().BeFalse();
    }

    /// <summary>Where a round needs workers that have no other way, or all combiners were late at once since the provider was cut off, nothing would ever be committed.</summary>
    [Fact]
    public void Rest_OnceAnAttemptHasFailedWithoutIt_IsOver()
    {
        CombinerTable table = new();
        RegisteredCombiner late = new(new Probe(_system, "late").Ref, "late", 1);
        table.Rest(late, new RoundKey("run", 5, 1));
        table.Rest(late, new RoundKey("run", 5, 3));

        table.RestsUntil("late").Should().Be(6);
        table.Rests("late", 5, 4).Should().BeTrue("the attempt that is asked in its place has not ended");
        table.Rests("late", 5, 5).Should().BeFalse();
        table.Rests("late", 6, 1).Should().BeTrue();
        table.Rests("late", 6, 2).Should().BeFalse();
        table.Rests("late", 7, 1).Should().BeFalse();
    }
}
