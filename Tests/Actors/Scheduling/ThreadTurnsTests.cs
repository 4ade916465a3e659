using System.Diagnostics;
using FedActors.Actors;
using FedActors.Actors.Scheduling;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.Actors.Scheduling;

/// <summary>A question's turns follow each other on one thread. What could go wrong with that, on one thread that the test owns.</summary>
public sealed class ThreadTurnsTests : IAsyncLifetime
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(1);

    private readonly AsyncLocal<string?> _local = new();
    private readonly ManualTimeProvider _clock = new();
    private readonly TurningScheduler _scheduler = new();
    private readonly ActorSystem _system;
    private readonly ActorRef _echo;
    private readonly List<object> _heard = [];
    private Action? _whenEchoHears;

    public ThreadTurnsTests()
    {
        _system = new ActorSystem(new ActorSystemOptions { Scheduler = _scheduler, Time = _clock });
        _echo = Spawn("echo", (context, message) =>
        {
            _heard.Add(message);
            _whenEchoHears?.Invoke();
            context.Respond(message);
            return ValueTask.CompletedTask;
        });
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        Task stopping = _system.StopAsync();
        _scheduler.Run();
        await stopping.Limit();
    }

    /// <summary>Neither the pool nor the stack grows with the number of questions.</summary>
    [Fact]
    public void Ask_OneAfterTheOther_NeedsNoPoolAndNoDeeperStack()
    {
        List<int> depths = [];
        _whenEchoHears = () =>
        {
            if (_heard.Count % 1000 == 0)
            {
                depths.Add(new StackTrace().FrameCount);
            }
        };

        int pooled = PooledBy(async () =>
        {
            for (int i = 1; i <= 5000; i++)
            {
                (await AskEcho(i)).Should().Be(i);
            }
        });

        pooled.Should().Be(1, "only the first turn comes from outside");
        depths.Should().HaveCount(5).And.OnlyContain(depth => depth < depths[0] + 100, "code that the compiler has inlined meanwhile has fewer frames, and a thousand questions would be as many more");
    }

    [Fact]
    public void Ask_OfSeveralActors_LeavesAllButTheLastToOtherThreads()
    {
        ActorRef[] others = [.. Enumerable.Range(0, 3).Select(i => Spawn($"other-{i}", Respond))];

        int pooled = PooledBy(() => Task.WhenAll(others.Select(other => other.AskAsync<object>("hello", Timeout))));

        pooled.Should().Be(1 + 2);
    }

    /// <summary>Whoever asks may hold a lock until it awaits. The asked actor's turn must not run within it.</summary>
    [Fact]
    public void Ask_UnderALock_RunsTheActorWhenTheLockIsFree()
    {
        var sync = new object();
        List<bool> entered = [];
        _whenEchoHears = () => entered.Add(Monitor.IsEntered(sync));

        PooledBy(async () =>
        {
            Task<object> answer;
            lock (sync)
            {
                answer = _echo.AskAsync<object>("hello", Timeout);
                _heard.Should().BeEmpty();
            }

            await answer;
        });

        entered.Should().Equal(false);
    }

    [Fact]
    public void AsyncLocal_OfWhoAsksOrAnswers_IsNotSeenByTheOther()
    {
        List<string?> seen = [];
        _whenEchoHears = () =>
        {
            seen.Add(_local.Value);
            _local.Value = "echo's";
        };

        PooledBy(async () =>
        {
            _local.Value = "asker's";
            await AskEcho(1);
            seen.Add(_local.Value);
            await AskEcho(2);
            seen.Add(_local.Value);
        });

        seen.Should().Equal(null, "asker's", null, "asker's");
    }

    /// <summary>Who asks and then blocks its thread, or computes on, would keep the actor from running for ever.</summary>
    [Fact]
    public void Ask_ByWhoGoesOnWithoutAwaiting_IsTakenToThePoolByTheWatch()
    {
        int atOnce = 0;
        int afterOne = 0;
        int afterTwo = 0;
        PooledBy(async () =>
        {
            Task<object> answer = _echo.AskAsync<object>("hello", Timeout);
            atOnce = _scheduler.Pooled;
            _scheduler.Clock.Advance(TurnWatch.Interval);
            afterOne = _scheduler.Pooled - atOnce;
            _scheduler.Clock.Advance(TurnWatch.Interval);
            afterTwo = _scheduler.Pooled - atOnce;
            (await answer).Should().Be("hello");
        });

        (afterOne, afterTwo).Should().Be((0, 1));
    }

    /// <summary>A caller that blocks each time must not wait for the watch each time.</summary>
    [Fact]
    public void Ask_OnAThreadThatLostATurn_GoesToThePoolForAWhile()
    {
        Ask_ByWhoGoesOnWithoutAwaiting_IsTakenToThePoolByTheWatch();

        int distrusted = PooledBy(() => AskEcho("again"));
        int later = 0;
        for (int i = 0; i < 1000; i++)
        {
            later = PooledBy(() => AskEcho(i));
        }

        (distrusted, later).Should().Be((3, 1));
    }

    /// <summary>An actor that answers and then works would hold its asker for two ticks once in a thousand turns, for ever.</summary>
    [Fact]
    public void Ask_OnAThreadThatLosesTurnsAgainAndAgain_GoesToThePoolTwiceAsLongEachTime()
    {
        List<int> without = [];
        int[] expected = [.. new[] { 1, 2, 4, 8, 16, 32, 64, 64 }.Select(times => times * ThreadTurns.LeastDistrust)];
        foreach (int puts in expected)
        {
            Ask_ByWhoGoesOnWithoutAwaiting_IsTakenToThePoolByTheWatch();
            without.Add(PutsWithoutTrust(puts + 10));
        }

        without.Should().Equal(expected);

        // So many turns that nobody takes away, and the next loss is as the first.
        PutsWithoutTrust(ThreadTurns.MostDistrust);
        Ask_ByWhoGoesOnWithoutAwaiting_IsTakenToThePoolByTheWatch();
        PutsWithoutTrust(2 * ThreadTurns.LeastDistrust).Should().Be(ThreadTurns.LeastDistrust);
    }

    [Fact]
    public void Watch_WhileNobodyAsks_HasNoTimer()
    {
        PooledBy(() => AskEcho("hello"));
        _scheduler.Clock.ArmedTimers.Should().Be(1);

        _scheduler.Clock.Advance(2 * TurnWatch.Interval);
        _scheduler.Clock.ArmedTimers.Should().Be(0);

        PooledBy(() => AskEcho("again"));
        _scheduler.Clock.ArmedTimers.Should().Be(1);
    }

    /// <summary>Who was answered must not wait until the actor has answered everybody else.</summary>
    [Fact]
    public void Answer_WithFurtherMessagesWaiting_FreesTheAskerFirst()
    {
        List<string> order = [];
        _whenEchoHears = () => order.Add("heard");
        Task<object>[] answers = [.. Enumerable.Range(0, 3).Select(i => _echo.AskAsync<object>(i, Timeout))];
        int before = _scheduler.Pooled;

        _scheduler.Run();

        answers.Should().OnlyContain(answer => answer.IsCompletedSuccessfully);
        order.Should().HaveCount(3);
        (_scheduler.Pooled - before).Should().Be(2, "the first two go on elsewhere, the last one here");
    }

    /// <summary>Pauses for those who wait do not make an actor's turn longer.</summary>
    [Fact]
    public void Turn_WithManyQuestions_EndsAfterAsManyMessagesAsEver()
    {
        Task<object>[] answers = [.. Enumerable.Range(0, (3 * _scheduler.Throughput) - 1).Select(i => _echo.AskAsync<object>(i, Timeout))];

        _scheduler.Run();

        answers.Should().OnlyContain(answer => answer.IsCompletedSuccessfully);
        _scheduler.Yields.Should().Be(2);
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 7)]
    public void Turns_InARow_GiveTheThreadToOthersIfThereAreAny(bool busy, int yields)
    {
        _scheduler.Busy = busy;

        PooledBy(async () =>
        {
            for (int i = 0; i < 1000; i++)
            {
                await AskEcho(i);
            }
        });

        _scheduler.Yields.Should().Be(yields);
    }

    [Fact]
    public void Handler_ThatSuspends_LeavesTheQuestionOpenAndTheThreadFree()
    {
        var permission = new TaskCompletionSource();
        ActorRef slow = Spawn("slow", async (context, message) =>
        {
            await permission.Task;
            context.Respond(message);
        });
        Task<object>? answer = null;
        PooledBy(() =>
        {
            // Awaited by one alone, below: of two who await one task the second goes on in the real pool.
            answer = slow.AskAsync<object>("hello", Timeout);
            return Task.CompletedTask;
        });

        answer!.IsCompleted.Should().BeFalse();
        _scheduler.Turns.IsOpen.Should().BeFalse();
        PooledBy(() =>
        {
            permission.SetResult();
            return answer;
        });

        answer.IsCompletedSuccessfully.Should().BeTrue();
    }

    [Fact]
    public void Handler_ThatFails_FailsTheQuestionAndIsRestarted()
    {
        ActorRef broken = Spawn("broken", (_, _) => throw new InvalidOperationException("on purpose"));
        Exception? failure = null;
        PooledBy(async () => failure = await Assert.ThrowsAsync<AskFailedException>(() => broken.AskAsync<object>("hello", Timeout)));

        failure!.InnerException!.Message.Should().Be("on purpose");
        _clock.Advance(TimeSpan.FromSeconds(1));
        _scheduler.Run();
        _system.Describe().Children.Single(child => child.Actor == broken.Path).Restarts.Should().Be(1);
    }

    [Fact]
    public void Messages_OfOneSender_KeepTheirOrderAroundAQuestion()
    {
        PooledBy(async () =>
        {
            _echo.Tell(1);
            Task<object> answer = _echo.AskAsync<object>(2, Timeout);
            _echo.Tell(3);
            await answer;
            await AskEcho(4);
        });

        _heard.Should().Equal(1, 2, 3, 4);
    }

    private static ValueTask Respond(ActorContext context, object message)
    {
        context.Respond(message);
        return ValueTask.CompletedTask;
    }

    private Task<object> AskEcho(object question) => _echo.AskAsync<object>(question, Timeout);

    /// <summary>Asks one after the other; a question has two turns, which follow the asker's or go to the pool.</summary>
    /// <returns>How many have gone to the pool since the last loss: the answer's of the lost one is the first.</returns>
    private int PutsWithoutTrust(int puts) => PooledBy(async () =>
    {
        for (int i = 0; i < puts / 2; i++)
        {
            await AskEcho(i);
        }
    });

    private ActorRef Spawn(string name, Behaviour behaviour)
    {
        ActorRef actor = _system.Spawn(Props.FromBehaviour(behaviour), name);
        _scheduler.Run();
        return actor;
    }

    /// <summary>Has an actor do something in its turn, until nothing is due.</summary>
    /// <returns>How often something went to the pool, the message that has it begin included.</returns>
    private int PooledBy(Func<Task> work)
    {
        Task? done = null;
        ActorRef asker = Spawn($"asker-{_scheduler.Pooled}", async (_, _) =>
        {
            done = work();
            await done;
        });
        int before = _scheduler.Pooled;
        asker.Tell("go");
        _scheduler.Run();
        int pooled = _scheduler.Pooled - before;
        if (done is { IsFaulted: true })
        {
            throw new InvalidOperationException("The work failed.", done.Exception);
        }

        return pooled;
    }
}
