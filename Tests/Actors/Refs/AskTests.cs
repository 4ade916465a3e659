using FedActors.Actors;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.Actors.Refs;

public sealed class AskTests : IAsyncLifetime
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    private readonly ActorWorld _world = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _world.DisposeAsync().AsTask();

    /// <summary>All questions that wait equally long share one timer, which rests when it has fired for nobody.</summary>
    [Fact]
    public async Task Ask_AnsweredManyTimes_LeavesOneTimerUntilTheFirstDeadline()
    {
        ActorRef echo = _world.Spawn("echo", Echo);

        for (int i = 0; i < 100; i++)
        {
            Task<int> answer = echo.AskAsync<int>(i, Timeout);
            _world.Run();
            (await answer).Should().Be(i);
            _world.Clock.ArmedTimers.Should().Be(1);
        }

        _world.Advance(Timeout);
        _world.Clock.ArmedTimers.Should().Be(0);
    }

    /// <summary>The timer was armed for a question that is answered by then: those asked later still fail at their own time, no sooner, no later.</summary>
    [Fact]
    public async Task Ask_OlderQuestionAnswered_FailsAtItsOwnDeadline()
    {
        ActorRef choosy = _world.Spawn("choosy", (context, message) =>
        {
            if (message is "answer")
            {
                context.Respond("yes");
            }

            return ValueTask.CompletedTask;
        });
        Task<string> first = choosy.AskAsync<string>("answer", Timeout);
        _world.Advance(TimeSpan.FromSeconds(2));
        Task<string> second = choosy.AskAsync<string>("silence", Timeout);
        _world.Advance(TimeSpan.FromSeconds(1));
        Task<string> third = choosy.AskAsync<string>("silence", Timeout);
        (await first).Should().Be("yes");

        _world.Advance(TimeSpan.FromSeconds(4) - TimeSpan.FromTicks(1));
        (second.IsCompleted, third.IsCompleted).Should().Be((false, false));
        _world.Advance(TimeSpan.FromTicks(1));
        (second.IsFaulted, third.IsCompleted).Should().Be((true, false));
        _world.Advance(TimeSpan.FromSeconds(1) - TimeSpan.FromTicks(1));
        third.IsCompleted.Should().BeFalse();
        _world.Advance(TimeSpan.FromTicks(1));

        third.IsFaulted.Should().BeTrue();
        _world.Clock.ArmedTimers.Should().Be(0);
    }

    /// <summary>Questions with waits computed anew each time must not leave something behind for each.</summary>
    [Fact]
    public void Ask_EachWithAWaitOfItsOwn_FailsAtIts_AndLeavesABoundedNumberOfTimers()
    {
        ActorRef echo = _world.Spawn("echo", Echo);
        for (int i = 1; i <= 1000; i++)
        {
            _ = echo.AskAsync<int>(i, TimeSpan.FromMinutes(i));
        }

        _world.Run();

        _world.Clock.ArmedTimers.Should().BeLessThanOrEqualTo(64);
        ActorRef silent = _world.Spawn("silent", (_, _) => ValueTask.CompletedTask);
        Task<string>[] answers = [.. Enumerable.Range(1, 200).Select(i => silent.AskAsync<string>("hello", TimeSpan.FromSeconds(i)))];
        for (int i = 0; i < answers.Length; i++)
        {
            answers.Count(answer => answer.IsFaulted).Should().Be(i);
            _world.Advance(TimeSpan.FromSeconds(1));
        }

        answers.Should().OnlyContain(answer => answer.IsFaulted);
    }

    [Fact]
    public async Task Ask_WaitsForEver_IsAnsweredAndNeedsNoTimer()
    {
        ActorRef echo = _world.Spawn("echo", Echo);

        Task<string> answer = echo.AskAsync<string>("hello", System.Threading.Timeout.InfiniteTimeSpan);
        _world.Clock.ArmedTimers.Should().Be(0);
        _world.Run();

        (await answer).Should().Be("hello");
    }

    [Theory]
    [InlineData(-2)]
    [InlineData(50L * 24 * 60 * 60 * 1000)]
    public async Task Ask_WaitThatNoTimerTakes_IsTheCallersMistake(long milliseconds)
    {
        ActorRef echo = _world.Spawn("echo", Echo);

        Func<Task> ask = () => echo.AskAsync<string>("hello", TimeSpan.FromMilliseconds(milliseconds));

        await ask.Should().ThrowAsync<ArgumentOutOfRangeException>();
    }

    /// <summary>Real threads and a real clock: answers, deadlines and cancellations race, and each question ends once.</summary>
    [Fact]
    public async Task Ask_FromManyThreads_EachQuestionEnds()
    {
        await using var system = new ActorSystem(new ActorSystemOptions());
        ActorRef choosy = system.Spawn(
            Props.FromBehaviour(static (context, message) =>
            {
                if ((int)message % 3 != 0)
                {
                    context.Respond(message);
                }

                return ValueTask.CompletedTask;
            }),
            "choosy");

        int timedOut = 0;
        await Parallel.ForAsync(0, 600, async (i, _) =>
        {
            try
            {
                (await choosy.AskAsync<int>(i, i % 3 == 0 ? TimeSpan.FromMilliseconds(5) : TimeSpan.FromMinutes(1)).Limit()).Should().Be(i);
            }
            catch (TimeoutException e) when (e.Message.Contains("choosy", StringComparison.Ordinal))
            {
                Interlocked.Increment(ref timedOut);
            }
        });

        timedOut.Should().Be(200);
    }

    [Fact]
    public async Task Ask_NoAnswer_FailsAtItsDeadlineAndNotBefore()
    {
        ActorRef silent = _world.Spawn("silent", (_, _) => ValueTask.CompletedTask);

        Task<string> answer = silent.AskAsync<string>("hello", Timeout);
        _world.Advance(Timeout - TimeSpan.FromTicks(1));
        answer.IsCompleted.Should().BeFalse();
        _world.Advance(TimeSpan.FromTicks(1));

        (await answer.Invoking(task => task).Should().ThrowAsync<TimeoutException>()).WithMessage("*silent*String*00:00:05*");
    }

    [Fact]
    public async Task Ask_AnsweredAfterItsDeadline_MakesTheAnswerADeadLetter()
    {
        ActorRef? asker = null;
        ActorRef slow = _world.Spawn("slow", (context, _) =>
        {
            asker = context.Sender;
            return ValueTask.CompletedTask;
        });
        Task<string> answer = slow.AskAsync<string>("hello", Timeout);
        _world.Advance(Timeout);

        asker!.Tell("too late");

        await answer.Invoking(task => task).Should().ThrowAsync<TimeoutException>();
        _world.DeadLetters.Should().ContainSingle().Which.Should().Match<DeadLetter>(letter => letter.Message.Equals("too late") && letter.Reason == DeadLetterReason.NoSuchActor);
    }

    [Fact]
    public async Task Ask_AnsweredTwice_TakesTheFirst()
    {
        ActorRef eager = _world.Spawn("eager", (context, _) =>
        {
            context.Respond(1);
            context.Respond(2);
            return ValueTask.CompletedTask;
        });

        Task<int> answer = eager.AskAsync<int>("hello", Timeout);
        _world.Run();

        (await answer).Should().Be(1);
        _world.DeadLetters.Should().ContainSingle().Which.Message.Should().Be(2);
    }

    [Fact]
    public async Task Ask_AnswerOfAnotherType_FailsNamingBoth()
    {
        ActorRef echo = _world.Spawn("echo", Echo);

        Task<int> answer = echo.AskAsync<int>("hello", Timeout);
        _world.Run();

        (await answer.Invoking(task => task).Should().ThrowAsync<AskFailedException>()).WithMessage("*String*Int32*");
    }

    [Fact]
    public async Task Ask_HandlerFails_FailsAtOnceWithItsFailure()
    {
        ActorRef broken = _world.Spawn("broken", (_, _) => throw new InvalidOperationException("no disk"));

        Task<int> answer = broken.AskAsync<int>("hello", Timeout);
        _world.Run();

        (await answer.Invoking(task => task).Should().ThrowAsync<AskFailedException>())
            .WithMessage("*no disk*").WithInnerException<InvalidOperationException>();
    }

    [Fact]
    public async Task Ask_StoppedActor_FailsAtOnce()
    {
        ActorRef echo = _world.Spawn("echo", Echo);
        _world.Stop(echo);

        Task<string> answer = echo.AskAsync<string>("hello", Timeout);

        (await answer.Invoking(task => task).Should().ThrowAsync<AskFailedException>()).WithMessage("*echo*NoSuchActor*");
    }

    [Fact]
    public async Task Ask_ActorStopsWithTheQuestionInItsMailbox_FailsAtOnce()
    {
        ActorRef echo = _world.Spawn("echo", Echo);
        Task<string> answer = echo.AskAsync<string>("hello", Timeout);

        _world.Stop(echo);

        (await answer.Invoking(task => task).Should().ThrowAsync<AskFailedException>()).WithMessage("*Stopped*");
    }

    [Fact]
    public async Task Ask_Cancelled_EndsAtOnceAndLeavesNothingWaiting()
    {
        ActorRef silent = _world.Spawn("silent", (_, _) => ValueTask.CompletedTask);
        using var cancellation = new CancellationTokenSource();
        Task<string> answer = silent.AskAsync<string>("hello", Timeout, cancellation.Token);

        await cancellation.CancelAsync();

        await answer.Invoking(task => task).Should().ThrowAsync<OperationCanceledException>();
        _world.Advance(Timeout);
        _world.Clock.ArmedTimers.Should().Be(0);
    }

    [Fact]
    public async Task Ask_AlreadyCancelled_EndsAtOnce()
    {
        ActorRef silent = _world.Spawn("silent", (_, _) => ValueTask.CompletedTask);

        Task<string> answer = silent.AskAsync<string>("hello", Timeout, new CancellationToken(canceled: true));

        await answer.Invoking(task => task).Should().ThrowAsync<OperationCanceledException>();
        _world.Advance(Timeout);
        _world.Clock.ArmedTimers.Should().Be(0);
    }

    /// <summary>Nobody had the task of the question by then, and its deadline ran on.</summary>
    [Fact]
    public async Task Ask_SendMiddlewareFails_LeavesNothingWaiting()
    {
        await using var world = new ActorWorld(options => options with
        {
            SendMiddleware = [_ => (ActorRef _, ref Envelope _) => throw new InvalidOperationException("no way out")],
        });
        ActorRef silent = world.Spawn("silent", (_, _) => ValueTask.CompletedTask);

        Func<Task> ask = () => silent.AskAsync<string>("hello", Timeout);

        await ask.Should().ThrowAsync<InvalidOperationException>();
        world.Advance(Timeout);
        world.Clock.ArmedTimers.Should().Be(0);
    }

    [Fact]
    public async Task Ask_Forwarded_IsAnsweredByWhoeverHandlesIt()
    {
        ActorRef echo = _world.Spawn("echo", Echo);
        ActorRef front = _world.Spawn("front", (context, _) =>
        {
            context.Forward(echo);
            return ValueTask.CompletedTask;
        });

        Task<string> answer = front.AskAsync<string>("hello", Timeout);
        _world.Run();

        (await answer).Should().Be("hello");
    }

    /// <summary>A timer may fire before the call that made it returns; what it fires into must be whole by then.</summary>
    [Fact]
    public async Task Ask_DeadlinePassesWhileTheQuestionIsPrepared_Fails()
    {
        await using var world = new ActorWorld(options => options with { Time = new ImpatientTime() });
        ActorRef silent = world.Spawn("silent", (_, _) => ValueTask.CompletedTask);

        Task<string> answer = silent.AskAsync<string>("hello", TimeSpan.Zero);

        await answer.Invoking(task => task).Should().ThrowAsync<TimeoutException>();
    }

    private static ValueTask Echo(ActorContext context, object message)
    {
        context.Respond(message);
        return ValueTask.CompletedTask;
    }

    /// <summary>Its timers fire at once, on the thread that sets them, if they are due at once.</summary>
    private sealed class ImpatientTime : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = new ImpatientTimer(() => callback(state));
            timer.Change(dueTime, period);
            return timer;
        }
    }

    private sealed class ImpatientTimer(Action fire) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            if (dueTime == TimeSpan.Zero)
            {
                fire();
            }

            return true;
        }

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
