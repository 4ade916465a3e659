using FedActors.Actors;
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
            table.Rest(late, round);
            rests.Add(table.RestsUntil("late") - round + 1);
            round = table.RestsUntil("late") + 1;
        }

        rests.Should().Equal(1, 2, 4, 8, 16, 32, CombinerTable.MaxRest, CombinerTable.MaxRest, CombinerTable.MaxRest);
        table.Find("late").Should().BeNull();
        table.RestsUntil("other").Should().Be(0);
    }
}
