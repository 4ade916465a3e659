using FedActors.Actors.Scheduling;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.Actors.Scheduling;

/// <summary>One thread at a time, that one as often as it likes, and nobody sleeps on while nobody is inside. Who does not look again sleeps at once, which is how most of these come to it.</summary>
public sealed class OwnedLockTests
{
    [Theory]
    [InlineData(OwnedLock.DefaultLooks, OwnedLock.DefaultSleeps)]
    [InlineData(1, 1)]
    [InlineData(0, OwnedLock.DefaultSleeps)]
    [InlineData(0, 0)]
    [InlineData(0, int.MaxValue)]
    public void Enter_ByManyThreads_LetsInOneAtATime(int looks, int sleeps)
    {
        const int Threads = 6;
        const int Times = 4_000;
        var sync = new OwnedLock(looks, sleeps);
        int inside = 0;
        int most = 0;
        int entered = 0;

        Run(Threads, _ =>
        {
            for (int i = 0; i < Times; i++)
            {
                using (sync.Enter())
                {
                    most = Math.Max(most, ++inside);
                    entered++;
                    using (sync.Enter())
                    {
                        entered++;
                    }

                    // Now and then another thread finds it inside, on one core, too.
                    if (i % 64 == 0)
                    {
                        Thread.Yield();
                    }

                    inside--;
                }
            }
        });

        (most, entered, sync.Sleepers, sync.Demands).Should().Be((1, 2 * Threads * Times, 0, 0));
    }

    /// <summary>Who leaves passes no fence. Without the one that who is about to sleep has all threads pass, it slept on when both did so at the same moment.</summary>
    [Fact]
    public void Leave_AtTheMomentInWhichAnotherFallsAsleep_WakesIt()
    {
        const int Rounds = 10_000;
        var sync = new OwnedLock(looks: 0);
        using var meeting = new Barrier(2);
        int holding = 0;
        int woken = 0;

        Run(2, thread =>
        {
            for (int round = 1; round <= Rounds; round++)
            {
                Meet(meeting);
                if (thread == 0)
                {
                    // A little later each time.
                    using (sync.Enter())
                    {
                        Volatile.Write(ref holding, round);
                        Thread.SpinWait(round % 500);
                    }
                }
                else
                {
                    Until(() => Volatile.Read(ref holding) == round);
                    using (sync.Enter())
                    {
                        woken++;
                    }
                }
            }
        });

        woken.Should().Be(Rounds);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(OwnedLock.DefaultSleeps)]
    public void Enter_ByWhoIsInside_NeedsAsManyLeavings(int sleeps)
    {
        var sync = new OwnedLock(looks: 0, sleeps);
        bool isIn = false;
        Thread other = Start(() =>
        {
            Until(() => Volatile.Read(ref isIn));
            using (sync.Enter())
            {
                isIn.Should().BeFalse();
            }
        });

        using (sync.Enter())
        {
            isIn = true;
            using (sync.Enter())
            {
                using (sync.Enter())
                {
                    Until(() => sleeps > 0 ? sync.Sleepers == 1 : sync.Demands == 1);
                }
            }

            sync.Sleepers.Should().Be(1);
            isIn = false;
        }

        Join(other);
    }

    [Fact]
    public void Leave_ByWhoHasLeft_IsRefused()
    {
        var sync = new OwnedLock(looks: 0);

        FluentActions.Invoking(() => LeaveTwice(sync)).Should().Throw<SynchronizationLockException>();

        using (sync.Enter())
        {
            Join(Start(() => Until(() => true)));
        }
    }

    /// <summary>What it left must stay the other's.</summary>
    [Fact]
    public void Leave_ByWhoHasLeftWhileAnotherIsInside_IsRefused()
    {
        var sync = new OwnedLock(looks: 0);
        using var isIn = new ManualResetEventSlim();
        using var mayLeave = new ManualResetEventSlim();
        Thread other = new(() => { });
        void LeaveAgain()
        {
            OwnedLock.Scope scope = sync.Enter();
            scope.Dispose();
            other = Start(() =>
            {
                using (sync.Enter())
                {
                    isIn.Set();
                    mayLeave.Wait(Eventually.Limit).Should().BeTrue();
                }
            });
            isIn.Wait(Eventually.Limit).Should().BeTrue();
            scope.Dispose();
        }

        FluentActions.Invoking(LeaveAgain).Should().Throw<SynchronizationLockException>();

        Thread third = Start(() => sync.Enter().Dispose());
        Until(() => sync.Sleepers == 1);
        mayLeave.Set();
        Join(other);
        Join(third);
    }

    [Fact]
    public void Exception_Inside_Leaves()
    {
        var sync = new OwnedLock(looks: 0);

        FluentActions.Invoking(() => Fail(sync)).Should().Throw<NotSupportedException>();

        Join(Start(() => sync.Enter().Dispose()));
    }

    /// <summary>Who enters again at once is faster than anybody who has to wake first, each time. Now and then the other has not yet fallen asleep, and it comes after all.</summary>
    [Fact]
    public void Enter_ByWhoWasWokenInVainOftenEnough_ComesBeforeWhoComesBy()
    {
        const int Rounds = 40;
        int first = 0;
        for (int round = 0; round < Rounds; round++)
        {
            var sync = new OwnedLock(looks: 0, sleeps: 0);
            bool hasComeBy = false;
            Thread other;
            using (sync.Enter())
            {
                other = Start(() =>
                {
                    using (sync.Enter())
                    {
                        first += hasComeBy ? 0 : 1;
                    }
                });
                Until(() => sync.Demands == 1 && other.ThreadState.HasFlag(ThreadState.WaitSleepJoin));
            }

            using (sync.Enter())
            {
                hasComeBy = true;
            }

            Join(other);
        }

        first.Should().BeGreaterThan(Rounds / 2);
    }

    /// <summary>What is kept for one may be taken by another who sleeps; the demand stands, and it is kept once more.</summary>
    [Fact]
    public void Enter_ByManyWhoSleep_ServesAll()
    {
        var sync = new OwnedLock(looks: 0, sleeps: 0);
        int served = 0;
        Thread[] others;
        using (sync.Enter())
        {
            others = [.. Enumerable.Range(0, 8).Select(_ => Start(() =>
            {
                using (sync.Enter())
                {
                    served++;
                }
            }))];
            Until(() => sync.Demands == others.Length);
        }

        Array.ForEach(others, Join);
        (served, sync.Sleepers, sync.Demands).Should().Be((others.Length, 0, 0));
    }

    /// <summary>To give up would leave the lock kept for nobody.</summary>
    [Fact]
    public void Interrupt_OfWhoSleeps_IsPassedOnToWhatItWaitsForNext()
    {
        var sync = new OwnedLock(looks: 0, sleeps: 0);
        bool wasIn = false;
        bool wasInterrupted = false;
        Thread other;
        using (sync.Enter())
        {
            other = Start(() =>
            {
                using (sync.Enter())
                {
                    wasIn = true;
                }

                try
                {
                    using var never = new ManualResetEventSlim();
                    never.Wait(Eventually.Limit);
                }
                catch (ThreadInterruptedException)
                {
                    wasInterrupted = true;
                }
            });
            Until(() => sync.Demands == 1);
            other.Interrupt();
        }

        Join(other);
        (wasIn, wasInterrupted).Should().Be((true, true));
        sync.Enter().Dispose();
    }

    private static void LeaveTwice(OwnedLock sync)
    {
        OwnedLock.Scope scope = sync.Enter();
        scope.Dispose();
        scope.Dispose();
    }

    private static void Fail(OwnedLock sync)
    {
        using (sync.Enter())
        {
            throw new NotSupportedException();
        }
    }

    /// <summary>Runs the work on as many threads of their own.</summary>
    private static void Run(int threads, Action<int> work) =>
        Array.ForEach([.. Enumerable.Range(0, threads).Select(i => Start(() => work(i)))], Join);

    private static Thread Start(Action work)
    {
        var thread = new Thread(() => work()) { IsBackground = true };
        thread.Start();
        return thread;
    }

    private static void Join(Thread thread) => thread.Join(Eventually.Limit).Should().BeTrue("nobody is left behind");

    private static void Meet(Barrier meeting) => meeting.SignalAndWait(Eventually.Limit).Should().BeTrue("the other comes, too");

    private static void Until(Func<bool> condition) => SpinWait.SpinUntil(condition, Eventually.Limit).Should().BeTrue();
}
