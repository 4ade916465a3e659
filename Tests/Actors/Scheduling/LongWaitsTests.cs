using FedActors.Actors.Scheduling;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.Actors.Scheduling;

/// <summary>Two threads of which each is inside of the lock that the other waits for find out; who only waits long waits on.</summary>
public sealed class LongWaitsTests
{
    private readonly LongWaits _waits = new("each waits for the other", TimeSpan.FromMilliseconds(2));

    /// <summary>They waited for each other for ever. Both may find out at once, and then neither leaves its lock kept for nobody.</summary>
    [Theory]
    [InlineData(OwnedLock.DefaultSleeps)]
    [InlineData(0)]
    public void Enter_OfTwoWhoWaitForEachOther_IsRefusedForOneAtLeast(int sleeps)
    {
        for (int round = 0; round < 50; round++)
        {
            OwnedLock[] locks = [new(looks: 0, sleeps, _waits), new(looks: 0, sleeps, _waits)];

            Exception?[] failures = EnterBoth(locks);

            failures.OfType<InvalidOperationException>().Should().NotBeEmpty().And.OnlyContain(failure => failure.Message == "each waits for the other");
            foreach (OwnedLock sync in locks)
            {
                Join(Start(() => sync.Enter().Dispose()));
                (sync.Sleepers, sync.Demands).Should().Be((0, 0));
            }
        }

        _waits.Count.Should().Be(0);
    }

    [Fact]
    public void Enter_OfWhoPassesOnWhatItGuards_IsNotRefused()
    {
        Exception?[] failures = EnterBoth([new(looks: 0, waits: _waits) { IsPassedOn = true }, new(looks: 0, waits: _waits)]);

        failures[0].Should().BeNull();
        failures[1].Should().BeOfType<InvalidOperationException>();
    }

    /// <summary>Who is inside waits, too, for a third that waits for nobody.</summary>
    [Fact]
    public void Enter_ThatTakesLong_IsNotRefused()
    {
        OwnedLock first = new(looks: 0, waits: _waits);
        OwnedLock second = new(looks: 0, waits: _waits);
        using var isIn = new ManualResetEventSlim();
        Thread one;
        Thread other;
        using (first.Enter())
        {
            one = Start(() =>
            {
                using (second.Enter())
                {
                    isIn.Set();
                    first.Enter().Dispose();
                }
            });
            isIn.Wait(Eventually.Limit).Should().BeTrue();
            other = Start(() => second.Enter().Dispose());
            SpinWait.SpinUntil(() => _waits.Count == 2, Eventually.Limit).Should().BeTrue();
        }

        Join(one);
        Join(other);
        (_waits.Count, first.Sleepers, second.Sleepers).Should().Be((0, 0, 0));
    }

    /// <summary>Each of two threads enters one lock, and when both are inside the other's.</summary>
    /// <returns>How each failed, or null.</returns>
    private static Exception?[] EnterBoth(OwnedLock[] locks)
    {
        using var meeting = new Barrier(2);
        var failures = new Exception?[2];
        Thread[] threads = [.. failures.Select((_, thread) => Start(() => failures[thread] = Record.Exception(() =>
        {
            using (locks[thread].Enter())
            {
                meeting.SignalAndWait(Eventually.Limit).Should().BeTrue();
                locks[1 - thread].Enter().Dispose();
            }
        })))];
        Array.ForEach(threads, Join);
        return failures;
    }

    private static Thread Start(Action work)
    {
        var thread = new Thread(() => work()) { IsBackground = true };
        thread.Start();
        return thread;
    }

    private static void Join(Thread thread) => thread.Join(Eventually.Limit).Should().BeTrue("nobody is left behind");
}
