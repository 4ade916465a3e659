using FedActors.Actors.Remoting;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.Actors.Remoting;

public sealed class AcceptPaceTests : IDisposable
{
    private static readonly RemotingLimits Limits = RemotingLimits.Default;
    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(1) / Limits.FutileConnectionsPerSecond;

    private readonly ManualTimeProvider _clock = new();
    private readonly List<bool> _changes = [];
    private readonly AcceptPace _pace;

    public AcceptPaceTests() => _pace = new AcceptPace(Limits, _clock, _changes.Add);

    public void Dispose() => _pace.Dispose();

    [Fact]
    public void Pace_AsManyFutileConnectionsAsMayBe_BecomesSlowOnce()
    {
        Charge(Limits.MaxFutileConnections - 1);
        _pace.IsSlow.Should().BeFalse();

        Charge(3);

        _pace.IsSlow.Should().BeTrue();
        _changes.Should().Equal(true);
    }

    [Fact]
    public void Pace_ThoseThatCostMore_CountAsMore()
    {
        for (int i = 0; i < Limits.MaxFutileConnections / 4; i++)
        {
            _pace.IsSlow.Should().BeFalse();
            _pace.Charge("attacker", weight: 4);
        }

        _pace.IsSlow.Should().BeTrue();
    }

    [Fact]
    public void Pace_FutileConnectionsNoMoreOftenThanTheyAreForgotten_StaysAsItIs()
    {
        for (int i = 0; i < 10 * Limits.MaxFutileConnections; i++)
        {
            Charge(1);
            _clock.Advance(Turn);
        }

        _changes.Should().BeEmpty();
    }

    [Fact]
    public void Pace_CalmAfterAFlood_EndsWhenHalfIsForgotten()
    {
        Charge(10 * Limits.MaxFutileConnections);
        TimeSpan half = Turn * Limits.MaxFutileConnections / 2;

        _clock.Advance(half - Turn);
        _pace.IsSlow.Should().BeTrue();
        _clock.Advance(2 * Turn);

        _pace.IsSlow.Should().BeFalse();
        _changes.Should().Equal(true, false);
        _pace.MustWait("attacker").Should().BeFalse();
        _clock.ArmedTimers.Should().Be(0, "who is as usual has nothing to look after");
    }

    [Fact]
    public void MustWait_WhileSlow_HoldsForThoseFromWhereSomeCameToNothing()
    {
        Charge(1, "once");
        _pace.MustWait("once").Should().BeFalse("nothing is slow yet");

        Charge(Limits.MaxFutileConnections);

        _pace.MustWait("attacker").Should().BeTrue();
        _pace.MustWait("once").Should().BeTrue();
        _pace.MustWait("stranger").Should().BeFalse();
    }

    [Fact]
    public async Task WaitAsync_Line_MovesByOneEachTurnInOrder()
    {
        Charge(Limits.MaxFutileConnections);
        Task<bool>[] line = [.. Enumerable.Range(0, Limits.MaxPacedConnections).Select(WaitAsync)];

        for (int i = 0; i < line.Length; i++)
        {
            line[i].IsCompleted.Should().BeFalse();
            _clock.Advance(Turn);
            (await line[i].Limit()).Should().BeTrue();

            // What is let in comes to nothing, too.
            Charge(1);
        }

        _pace.IsSlow.Should().BeTrue("the flood goes on");
        (Turn * line.Length).Should().BeLessThan(Limits.HandshakeTimeout, "whoever dials must still be there when it is let in");
    }

    [Fact]
    public async Task WaitAsync_LineOfThoseThatCostMore_MovesSlowerAndInAHandshakesTime()
    {
        Charge(Limits.MaxFutileConnections);
        Task<bool>[] line = [.. Enumerable.Range(0, Limits.MaxPacedConnections).Select(WaitAsync)];

        int skipped = 0;
        foreach (Task<bool> next in line)
        {
            _clock.Advance(skipped * Turn);
            next.IsCompleted.Should().BeFalse();
            _clock.Advance(Turn);
            (await next.Limit()).Should().BeTrue();

            _pace.Charge("attacker", weight: 4);
            skipped = 3;
        }

        (4 * Turn * line.Length).Should().BeLessThan(Limits.HandshakeTimeout);
    }

    [Fact]
    public async Task WaitAsync_ManyThatCostMoreComeFromElsewhere_MovesEachFourthTurnAllTheSame()
    {
        Charge(Limits.MaxFutileConnections);
        Task<bool> next = WaitAsync(0);
        for (int i = 0; i < 10; i++)
        {
            _pace.Charge("elsewhere", weight: 4);
        }

        _clock.Advance(3 * Turn);
        next.IsCompleted.Should().BeFalse();
        _clock.Advance(Turn);

        next.IsCompleted.Should().BeTrue();
        (await next.Limit()).Should().BeTrue();
    }

    [Fact]
    public async Task WaitAsync_NoPlaceInTheLine_IsRefusedAtOnce()
    {
        Charge(Limits.MaxFutileConnections);
        Task<bool>[] line = [.. Enumerable.Range(0, Limits.MaxPacedConnections).Select(WaitAsync)];

        (await _pace.WaitAsync("elsewhere", CancellationToken.None)).Should().BeFalse();
        _clock.Advance(Turn);
        (await line[0].Limit()).Should().BeTrue();

        Task<bool> next = WaitAsync(0);
        next.IsCompleted.Should().BeFalse("there is a place again");
    }

    [Fact]
    public async Task WaitAsync_QuarterOfTheLineFromOneAddress_LeavesTheRestToOthers()
    {
        Charge(Limits.MaxFutileConnections);
        for (int i = 0; i < Limits.MaxPacedConnections / 4; i++)
        {
            _pace.WaitAsync("flood", CancellationToken.None).AsTask().IsCompleted.Should().BeFalse();
        }

        (await _pace.WaitAsync("flood", CancellationToken.None)).Should().BeFalse();

        Task<bool> other = _pace.WaitAsync("operator", CancellationToken.None).AsTask();
        _clock.Advance(Turn * ((Limits.MaxPacedConnections / 4) + 1));
        (await other.Limit()).Should().BeTrue();
    }

    [Fact]
    public async Task WaitAsync_PaceEnds_LetsAllIn()
    {
        Charge(Limits.MaxFutileConnections);
        _clock.Advance((Turn * Limits.MaxFutileConnections / 2) - Turn);
        Task<bool>[] line = [.. Enumerable.Range(0, 5).Select(WaitAsync)];

        _clock.Advance(2 * Turn);

        (await Task.WhenAll(line).Limit()).Should().OnlyContain(isIn => isIn);
    }

    [Fact]
    public async Task WaitAsync_ListenerCloses_GivesUp()
    {
        Charge(Limits.MaxFutileConnections);
        using var closing = new CancellationTokenSource();
        Task<bool> waiting = _pace.WaitAsync("attacker", closing.Token).AsTask();

        await closing.CancelAsync();

        await FluentActions.Awaiting(() => waiting).Should().ThrowAsync<OperationCanceledException>();
    }

    [Fact]
    public void Origins_AMinuteLater_AreForgotten()
    {
        Charge(Limits.MaxFutileConnections, "attacker");
        for (int i = 0; i < 61; i++)
        {
            Charge(2 * Limits.FutileConnectionsPerSecond, "other");
            _clock.Advance(TimeSpan.FromSeconds(1));
        }

        _pace.IsSlow.Should().BeTrue();
        _pace.MustWait("attacker").Should().BeFalse();
        _pace.MustWait("other").Should().BeTrue();
    }

    [Fact]
    public void Origins_MoreThanAreRemembered_PushOutTheOldest()
    {
        for (int i = 0; i < 5000; i++)
        {
            Charge(1, $"{i}");
        }

        _pace.MustWait("0").Should().BeFalse();
        _pace.MustWait("903").Should().BeFalse();
        _pace.MustWait("904").Should().BeTrue();
        _pace.MustWait("4999").Should().BeTrue();
    }

    [Fact]
    public void Origins_OneThatFloods_PushesOutNobody()
    {
        Charge(1, "quiet");

        Charge(10_000, "loud");

        _pace.MustWait("quiet").Should().BeTrue();
        _pace.MustWait("loud").Should().BeTrue();
    }

    /// <summary>From another address each.</summary>
    private Task<bool> WaitAsync(int number) => _pace.WaitAsync($"{number}", CancellationToken.None).AsTask();

    private void Charge(int times, string origin = "attacker")
    {
        for (int i = 0; i < times; i++)
        {
            _pace.Charge(origin);
        }
    }
}
