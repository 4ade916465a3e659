using FedActors.Actors.Transport.Sockets;

namespace FedActors.Tests.Actors.Transport.Sockets;

/// <summary>Who is within one turn at two looks is held.</summary>
public sealed class HoldWatchTests
{
    private readonly HoldWatch _watch = new();

    [Fact]
    public void Look_AtOneTurnTwice_FindsItHeld()
    {
        _watch.Look(isAtWork: true, turns: 7, collections: 3).Should().Be(HoldWatch.Finding.Moving);
        _watch.Look(isAtWork: true, turns: 7, collections: 3).Should().Be(HoldWatch.Finding.Held);
    }

    [Theory]
    [InlineData(true, 8)]
    [InlineData(false, 7)]
    public void Look_AfterATurnHasEnded_FindsItMoving(bool isAtWork, long turns)
    {
        _watch.Look(isAtWork: true, turns: 7, collections: 3);

        _watch.Look(isAtWork, turns, collections: 3).Should().Be(HoldWatch.Finding.Moving);
    }

    [Fact]
    public void Look_AfterACollection_BlamesNobodyForIt()
    {
        _watch.Look(isAtWork: true, turns: 7, collections: 3);

        _watch.Look(isAtWork: true, turns: 7, collections: 4).Should().Be(HoldWatch.Finding.Moving);
        _watch.Look(isAtWork: true, turns: 7, collections: 4).Should().Be(HoldWatch.Finding.Held);
    }

    [Fact]
    public void Look_AtOneThatWaitsForLong_LetsItRestAndBeginsAnew()
    {
        _watch.Look(isAtWork: false, turns: 7, collections: 3);
        for (int look = 1; look < HoldWatch.LooksBeforeRest; look++)
        {
            _watch.Look(isAtWork: false, turns: 7, collections: 3).Should().Be(HoldWatch.Finding.Moving);
        }

        _watch.Look(isAtWork: false, turns: 7, collections: 3).Should().Be(HoldWatch.Finding.Resting);
        _watch.Look(isAtWork: false, turns: 8, collections: 3).Should().Be(HoldWatch.Finding.Moving);
    }
}
