using FedActors.Crdt;

namespace FedActors.Tests.Crdt;

public sealed class PnCounterTests
{
    [Fact]
    public void Increment_NewIncarnationAfterLoss_LosesNothing()
    {
        PnCounter before = new(new Member("a", 1));
        CounterSlot told = before.Increment(5);
        PnCounter after = new(new Member("a", 2));

        after.Increment(2);
        after.Merge(told);
        after.Decrement();

        after.Value.Should().Be(6);
    }

    [Fact]
    public void Increment_BeyondSixtyFourBits_IsRefusedAndChangesNothing()
    {
        PnCounter counter = new(new Member("a", 1));
        counter.Increment(ulong.MaxValue);

        FluentActions.Invoking(() => counter.Increment()).Should().Throw<OverflowException>();

        counter.Value.Should().Be(ulong.MaxValue);
    }
}
