using FedActors.Crdt;
using FedActors.Tests.TestKit;
using FsCheck;
using FsCheck.Fluent;

namespace FedActors.Tests.Crdt;

public sealed class PnCounterTests
{
    private const int Cases = 4_000;

    [Fact]
    public void Merge_SlotsInAnyOrderWithDuplicates_IsTheMaximumOfEach() => Check(random =>
    {
        List<CounterSlot> slots = [.. Enumerable.Range(0, random.Next(12)).Select(_ => Slot(random))];
        PnCounter forward = Of(slots);
        PnCounter backward = Of(slots.AsEnumerable().Reverse().Concat(slots));
        Int128 expected = 0;
        foreach (IGrouping<Member, CounterSlot> group in slots.GroupBy(slot => slot.Member))
        {
            expected += (Int128)group.Max(slot => slot.Increments) - group.Max(slot => slot.Decrements);
        }

        return forward.Value == expected && backward.Value == expected && forward.RootHash == backward.RootHash;
    });

    [Fact]
    public void Merge_Counters_IsCommutativeAssociativeAndIdempotent() => Check(random =>
    {
        PnCounter[] three = [.. Enumerable.Range(0, 3).Select(_ => Of(Enumerable.Range(0, random.Next(5)).Select(_ => Slot(random))))];
        PnCounter left = Of([]), right = Of([]), inner = Of([]);
        left.Merge(three[0]);
        left.Merge(three[1]);
        left.Merge(three[2]);
        inner.Merge(three[2]);
        inner.Merge(three[1]);
        right.Merge(inner);
        right.Merge(three[0]);
        return left.RootHash == right.RootHash && left.Value == right.Value && !left.Merge(right);
    });

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

    private static CounterSlot Slot(SplitMix random) =>
        new(new Member("ab"[random.Next(2)].ToString(), (ulong)random.Next(2)), (ulong)random.Next(4), random.Next(9) == 0 ? ulong.MaxValue : (ulong)random.Next(4));

    private static PnCounter Of(IEnumerable<CounterSlot> slots)
    {
        PnCounter counter = new(new Member("m", 1));
        foreach (CounterSlot slot in slots)
        {
            counter.Merge(slot);
        }

        return counter;
    }

    private static void Check(Func<SplitMix, bool> law) =>
        Prop.ForAll(ArbMap.Default.ArbFor<ulong>(), seed => law(new SplitMix(seed))).Check(Config.QuickThrowOnFailure.WithMaxTest(Cases));
}
