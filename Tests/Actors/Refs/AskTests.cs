using FedActors.Actors;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.Actors.Refs;

public sealed class AskTests : IAsyncLifetime
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    private readonly ActorWorld _world = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _world.DisposeAsync().AsTask();

    [Fact]
    public async Task Ask_Answered_LeavesNoTimerBehind()
    {
        ActorRef echo = _world.Spawn("echo", Echo);

        Task<string> answer = echo.AskAsync<string>("hello", Timeout);
        _world.Clock.ArmedTimers.Should().Be(1);
        _world.Run();

        (await answer).Should().Be("hello");
        _world.Clock.ArmedTimers.Should().Be(0);
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
    public async Task Ask_Cancelled_EndsAtOnceAndLeavesNoTimerBehind()
    {
        ActorRef silent = _world.Spawn("silent", (_, _) => ValueTask.CompletedTask);
        using var cancellation = new CancellationTokenSource();
        Task<string> answer = silent.AskAsync<string>("hello", Timeout, cancellation.Token);

        await cancellation.CancelAsync();

        await answer.Invoking(task => task).Should().ThrowAsync<OperationCanceledException>();
        _world.Clock.ArmedTimers.Should().Be(0);
    }

    [Fact]
    public async Task Ask_AlreadyCancelled_EndsAtOnce()
    {
        ActorRef silent = _world.Spawn("silent", (_, _) => ValueTask.CompletedTask);

        Task<string> answer = silent.AskAsync<string>("hello", Timeout, new CancellationToken(canceled: true));

        await answer.Invoking(task => task).Should().ThrowAsync<OperationCanceledException>();
        _world.Clock.ArmedTimers.Should().Be(0);
    }

    /// <summary>Nobody had the task of the question by then, and its deadline ran on.</summary>
    [Fact]
    public async Task Ask_SendMiddlewareFails_LeavesNoTimerBehind()
    {
        await using var world = new ActorWorld(options => options with
        {
            SendMiddleware = [_ => (ActorRef _, ref Envelope _) => throw new InvalidOperationException("no way out")],
        });
        ActorRef silent = world.Spawn("silent", (_, _) => ValueTask.CompletedTask);

        Func<Task> ask = () => silent.AskAsync<string>("hello", Timeout);

        await ask.Should().ThrowAsync<InvalidOperationException>();
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
