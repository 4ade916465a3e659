using FedActors.Actors;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.Actors.Refs;

/// <summary>What becomes of questions that wait equally long, answered or not.</summary>
public sealed class DeadlineLaneTests : IAsyncLifetime
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    private readonly ActorWorld _world = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _world.DisposeAsync().AsTask();

    /// <summary>Answered out of order, and more than there were places for: those that are left keep their own time.</summary>
    [Fact]
    public void Ask_ManyWithOthersAnsweredBetween_EachFailsAtItsOwnDeadline()
    {
        ActorRef choosy = _world.Spawn("choosy", (context, message) =>
        {
            if ((int)message % 3 != 0)
            {
                context.Respond(message);
            }

            return ValueTask.CompletedTask;
        });
        List<Task<int>> silent = [];
        for (int i = 0; i < 300; i++)
        {
            Task<int> answer = choosy.AskAsync<int>(i, Timeout);
            if (i % 3 == 0)
            {
                silent.Add(answer);
            }

            if (i % 20 == 0)
            {
                _world.Run();
            }

            _world.Advance(TimeSpan.FromMilliseconds(10));
        }

        _world.Advance(Timeout - TimeSpan.FromSeconds(3) - TimeSpan.FromTicks(1));
        for (int failed = 0; failed < silent.Count; failed++)
        {
            silent.Count(answer => answer.IsFaulted).Should().Be(failed);
            _world.Advance(TimeSpan.FromTicks(1));
            silent.Count(answer => answer.IsFaulted).Should().Be(failed + 1);
            _world.Advance(TimeSpan.FromMilliseconds(30) - TimeSpan.FromTicks(1));
        }

        _world.Clock.ArmedTimers.Should().Be(0);
    }

    /// <summary>The lane lets go of a question when others come, not when it is answered. What it keeps must not grow with what was asked, and never be an answer.</summary>
    [Fact]
    public void Ask_ManyAnswered_KeepsFewPromisesAndNoAnswer()
    {
        List<WeakReference> promises = [];
        List<WeakReference> answers = [];
        ActorRef? before = null;

        // It answers the one before, so that the newest question is always open when the next is asked.
        ActorRef late = _world.Spawn("late", (context, _) =>
        {
            var answer = new object();
            answers.Add(new WeakReference(answer));
            before?.Tell(answer);
            before = context.Sender;
            promises.Add(new WeakReference(before));
            return ValueTask.CompletedTask;
        });
        ActorRef silent = _world.Spawn("silent", (_, _) => ValueTask.CompletedTask);
        Task<object> open = silent.AskAsync<object>("hello", Timeout);
        for (int i = 0; i < 1000; i++)
        {
            _ = late.AskAsync<object>(i, Timeout);
            _world.Run();
        }

        GC.Collect();

        promises.Should().HaveCount(1000);
        answers.Count(answer => answer.IsAlive).Should().BeLessThanOrEqualTo(1, "the last may lie on the stack still");
        promises.Count(promise => promise.IsAlive).Should().BeLessThanOrEqualTo(16);
        open.IsCompleted.Should().BeFalse();
    }

    /// <summary>A timer that fires less than 100 ns too early found nothing due and no span to wait for: it rested for ever, and no later question of that wait ran out of time.</summary>
    [Fact]
    public async Task Ask_TimerFiresANanosecondEarly_FailsAllTheSame()
    {
        var time = new FineTime();
        await using var world = new ActorWorld(options => options with { Time = time });
        ActorRef silent = world.Spawn("silent", (_, _) => ValueTask.CompletedTask);
        Task<string> answer = silent.AskAsync<string>("hello", Timeout);

        time.Nanoseconds += (long)Timeout.TotalNanoseconds - 1;
        time.Fire();
        answer.IsCompleted.Should().BeFalse();
        time.Nanoseconds += 1;
        time.Fire();

        await answer.Invoking(task => task).Should().ThrowAsync<TimeoutException>();
    }

    /// <summary>Counts nanoseconds, as clocks of this platform do. Its timers fire when they are told to, if they are armed.</summary>
    private sealed class FineTime : TimeProvider
    {
        private readonly List<FineTimer> _timers = [];

        public long Nanoseconds { get; set; } = 1;

        public override long TimestampFrequency => 1_000_000_000;

        public override long GetTimestamp() => Nanoseconds;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = new FineTimer(() => callback(state));
            timer.Change(dueTime, period);
            _timers.Add(timer);
            return timer;
        }

        public void Fire() => _timers.ForEach(timer => timer.Fire());
    }

    private sealed class FineTimer(Action fire) : ITimer
    {
        private bool _isArmed;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            _isArmed = dueTime != System.Threading.Timeout.InfiniteTimeSpan;
            return true;
        }

        public void Fire()
        {
            if (_isArmed)
            {
                _isArmed = false;
                fire();
            }
        }

        public void Dispose() => _isArmed = false;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
