using FedActors.Crdt;

namespace FedActors.Tests.Crdt;

public sealed class HybridLogicalClockTests
{
    private const long Now = 1_700_000_000_000;

    [Fact]
    public void Next_WallClockStandsStillOrGoesBack_StillAdvances()
    {
        HybridLogicalClock clock = new();

        HybridTime[] times = [clock.Next(Now), clock.Next(Now), clock.Next(Now - 60_000), clock.Next(Now + 1)];

        times.Should().BeInAscendingOrder().And.OnlyHaveUniqueItems();
        times[0].Should().Be(HybridTime.At(Now));
        times[1].Counter.Should().Be(1);
        times[3].Should().Be(HybridTime.At(Now + 1));
    }

    [Fact]
    public void Next_CounterFull_CarriesIntoMilliseconds()
    {
        HybridLogicalClock clock = new(new HybridTime(HybridTime.At(Now).Value | ushort.MaxValue));

        clock.Next(Now).Should().Be(HybridTime.At(Now + 1));
    }

    [Fact]
    public void TryObserve_WithinTheOffset_NextIsAbove()
    {
        HybridLogicalClock clock = new();
        HybridTime seen = HybridTime.At(Now + 10_000);

        clock.TryObserve(seen, Now).Should().BeTrue();

        clock.Next(Now).CompareTo(seen).Should().BePositive();
    }

    [Fact]
    public void TryObserve_FurtherAheadThanAllowed_LeavesTheClockAlone()
    {
        HybridLogicalClock clock = new();

        clock.TryObserve(HybridTime.At(Now + 10_001), Now).Should().BeFalse();
        clock.TryObserve(new HybridTime(ulong.MaxValue), Now).Should().BeFalse();

        clock.Next(Now).Should().Be(HybridTime.At(Now));
    }

    [Fact]
    public void Constructor_LastOfAnEarlierLife_GoesOnAboveIt()
    {
        HybridTime last = HybridTime.At(Now + 3_600_000);

        new HybridLogicalClock(last).Next(Now).Should().Be(last.Next());
    }
}
