using FedActors.Actors;

namespace FedActors.Tests.Actors.Testing;

public sealed class ActorWorldTests : IAsyncLifetime
{
    private readonly ActorWorld _world = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _world.DisposeAsync().AsTask();

    [Fact]
    public async Task AskAsync_ActorAnswersAtOnce_HasTheAnswer()
    {
        ActorRef echo = _world.Spawn("echo", Respond);

        (await _world.AskAsync<string>(echo, "hello")).Should().Be("hello");
    }

    [Fact]
    public async Task AskAsync_ActorFails_HasItsFailure()
    {
        ActorRef failing = _world.Spawn("failing", (_, _) => throw new InvalidOperationException("no"));

        await FluentActions.Awaiting(() => _world.AskAsync<string>(failing, "hello")).Should().ThrowAsync<AskFailedException>().WithMessage("*: no");
    }

    [Fact]
    public async Task AskAsync_AnswerThatNeedsTime_SaysWhatToDo()
    {
        ActorRef silent = _world.Spawn("silent", (_, _) => ValueTask.CompletedTask);

        await FluentActions.Awaiting(() => _world.AskAsync<string>(silent, "hello")).Should().ThrowAsync<InvalidOperationException>()
            .WithMessage("world/silent* has not answered String. If it needs time, *Advance, and await the answer then.");
    }

    [Fact]
    public void Advance_TimersOnTheWay_AreMetInTheirOrder()
    {
        var met = new List<string>();
        _world.Spawn("timed", (context, message) =>
        {
            met.Add($"{message} at {context.Time.GetUtcNow():ss}");
            return ValueTask.CompletedTask;
        });
        _world.Clock.CreateTimer(_ => _world.System.Find("timed")!.Tell("later"), null, TimeSpan.FromSeconds(2), Timeout.InfiniteTimeSpan);
        _world.Clock.CreateTimer(_ => _world.System.Find("timed")!.Tell("sooner"), null, TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);

        _world.Advance(TimeSpan.FromSeconds(3));

        met.Should().Equal("sooner at 01", "later at 02");
    }

    private static ValueTask Respond(ActorContext context, object message)
    {
        context.Respond(message);
        return ValueTask.CompletedTask;
    }
}
