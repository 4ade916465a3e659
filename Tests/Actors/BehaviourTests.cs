using FedActors.Actors;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.Actors;

public sealed class BehaviourTests : IAsyncLifetime
{
    private readonly ActorWorld _world = new();
    private readonly List<string> _log = [];

    private ActorRef Actor { get; set; } = null!;

    public Task InitializeAsync()
    {
        Actor = _world.Spawn("actor", RecordingActor.Props(_log));
        return Task.CompletedTask;
    }

    public Task DisposeAsync() => _world.DisposeAsync().AsTask();

    [Fact]
    public void Become_NextMessage_MeetsTheNewBehaviour()
    {
        _world.Do(Actor, context => context.Become(Say("angry")));

        _world.Tell(Actor, "a");

        _log.Should().Equal("started 1", "angry a");
    }

    [Fact]
    public void Become_UnbecomeAfterwards_HasNothingToReturnTo()
    {
        _world.Do(Actor, context =>
        {
            context.Become(Say("angry"));
            context.Unbecome();
        });

        _world.Tell(Actor, "a");

        _log.Should().Equal("started 1", "angry a");
    }

    [Fact]
    public void BecomeStacked_Unbecome_ReturnsLayerByLayer()
    {
        _world.Do(Actor, context =>
        {
            context.BecomeStacked(SayOnce("busy"));
            context.BecomeStacked(SayOnce("busier"));
        });

        foreach (string message in new[] { "a", "b", "c" })
        {
            _world.Tell(Actor, message);
        }

        _log.Should().Equal("started 1", "busier a", "busy b", "received c");
    }

    [Fact]
    public void Restart_AfterBecome_BeginsWithTheFirstBehaviour()
    {
        _world.Do(Actor, context => context.BecomeStacked((_, message) => throw new InvalidOperationException($"{message}")));
        _world.Tell(Actor, "a");
        _world.Advance(TimeSpan.FromSeconds(1));

        _world.Tell(Actor, "b");

        _log.Should().Equal("started 1", "restarting 1: a", "started 2", "received b");
    }

    private Behaviour Say(string mood) => (_, message) =>
    {
        _log.Add($"{mood} {message}");
        return ValueTask.CompletedTask;
    };

    private Behaviour SayOnce(string mood) => (context, message) =>
    {
        _log.Add($"{mood} {message}");
        context.Unbecome();
        return ValueTask.CompletedTask;
    };
}
