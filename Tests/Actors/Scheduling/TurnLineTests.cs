using FedActors.Actors.Scheduling;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.Actors.Scheduling;

/// <summary>Turns one behind the other on one thread, until they last too long.</summary>
public sealed class TurnLineTests
{
    private readonly AsyncLocal<string?> _local = new();
    private readonly ManualTimeProvider _clock = new();
    private readonly List<Exception> _failures = [];
    private readonly List<int> _order = [];
    private readonly TurnLine _line;

    public TurnLineTests() => _line = new TurnLine(_clock, _failures.Add);

    [Fact]
    public void Run_TurnsThatPutOthers_RunsAllInTheirOrder()
    {
        _line.TryAdd(Turn(() =>
        {
            _order.Add(1);
            _line.TryAdd(Turn(() => _order.Add(3))).Should().BeTrue();
        }));
        _line.TryAdd(Turn(() => _order.Add(2)));

        Run();

        _order.Should().Equal(1, 2, 3);
        _line.IsEmpty.Should().BeTrue();
        _line.Begun.Should().Be(3);
    }

    [Fact]
    public void TryAdd_MoreThanFit_LeavesTheRestToThePool()
    {
        for (int i = 0; i < TurnLine.Capacity; i++)
        {
            _line.TryAdd(Turn(() => _order.Add(0))).Should().BeTrue();
        }

        _line.TryAdd(Turn(() => _order.Add(1))).Should().BeFalse();
        Run();

        _order.Should().HaveCount(TurnLine.Capacity).And.OnlyContain(turn => turn == 0);
        _line.TryAdd(Turn(() => _order.Add(2))).Should().BeTrue("there is room again");
    }

    [Fact]
    public async Task Run_ForLongerThanALineMayLast_GivesTheRestToThePool()
    {
        const int Turns = 100;
        int here = 0;
        int elsewhere = 0;
        int thread = 0;
        for (int i = 0; i < Turns; i++)
        {
            _line.TryAdd(Turn(() =>
            {
                Interlocked.Increment(ref Environment.CurrentManagedThreadId == thread ? ref here : ref elsewhere);
                _clock.Advance(TurnLine.Longest / 20);
            }));
        }

        OnAThread(() =>
        {
            thread = Environment.CurrentManagedThreadId;
            _line.Run();
        });

        _line.IsEmpty.Should().BeTrue();
        here.Should().BeInRange(20, 32);
        await Eventually.True(() => here + Volatile.Read(ref elsewhere) == Turns);
    }

    [Fact]
    public async Task Spread_WhileATurnDoesNotEnd_GivesWhatWaitsAndWhatItPutsToThePool()
    {
        var account = new Account();
        using var held = new ManualResetEventSlim();
        using var free = new ManualResetEventSlim();
        var waited = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        bool? put = null;
        _line.TryAdd(
            Turn(() =>
            {
                held.Set();
                free.Wait();
                put = _line.TryAdd(Turn(() => _order.Add(1)));
            }),
            account);
        _line.TryAdd(Turn(waited.SetResult));
        var thread = new Thread(_line.Run);
        thread.UnsafeStart();
        held.Wait();

        ILineOrigin? origin = _line.Spread();

        await waited.Task.Limit();
        free.Set();
        thread.Join();
        origin.Should().BeSameAs(account);
        put.Should().BeFalse();
        _order.Should().BeEmpty("who is told no takes it to the pool");
        _line.IsSpread.Should().BeTrue();
    }

    /// <summary>A turn that the thread puts while another takes all away is run by one of the two, once.</summary>
    [Fact]
    public async Task Spread_WhileTurnsArePut_LosesNoneAndRunsNoneTwice()
    {
        for (int round = 0; round < 300; round++)
        {
            var line = new TurnLine(TimeProvider.System, _failures.Add);
            int ran = 0;
            int refused = 0;
            const int Turns = 200;
            bool begun = false;
            line.TryAdd(Turn(() =>
            {
                Volatile.Write(ref begun, true);
                for (int i = 0; i < Turns; i++)
                {
                    refused += line.TryAdd(Turn(() => Interlocked.Increment(ref ran))) ? 0 : 1;
                }
            }));
            var thread = new Thread(line.Run);
            thread.UnsafeStart();
            await Eventually.True(() => Volatile.Read(ref begun));
            line.Spread();
            thread.Join();

            await Eventually.True(() => Volatile.Read(ref ran) == Turns - refused);
        }

        _failures.Should().BeEmpty();
    }

    [Fact]
    public void Run_TurnThatFails_TellsItAndGoesOn()
    {
        var failure = new InvalidOperationException("A turn failed.");
        _line.TryAdd(Turn(() => throw failure));
        _line.TryAdd(Turn(() => _order.Add(1)));

        Run();

        _failures.Should().Equal(failure);
        _order.Should().Equal(1);
    }

    [Fact]
    public void Run_WhatATurnLeavesOnTheThread_IsNotSeenByTheNext()
    {
        string? seen = "nothing";
        SynchronizationContext? context = null;
        _line.TryAdd(Turn(() =>
        {
            _local.Value = "the first's";
            SynchronizationContext.SetSynchronizationContext(new SynchronizationContext());
        }));
        _line.TryAdd(Turn(() => (seen, context) = (_local.Value, SynchronizationContext.Current)));

        Run();

        seen.Should().BeNull();
        context.Should().BeNull();
    }

    private void Run() => OnAThread(_line.Run);

    private static void OnAThread(ThreadStart work)
    {
        var thread = new Thread(work);
        thread.UnsafeStart();
        thread.Join();
    }

    private static Work Turn(Action work) => new(work);

    private sealed class Work(Action work) : IThreadPoolWorkItem
    {
        public void Execute() => work();
    }

    private sealed class Account : ILineOrigin
    {
        public void OnHolding()
        {
            // Whoever spreads tells it.
        }
    }
}
