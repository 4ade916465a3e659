using FedActors.Actors;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.Actors;

public sealed class DeadLetterTests : IAsyncLifetime
{
    private readonly ActorWorld _world = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _world.DisposeAsync().AsTask();

    [Fact]
    public void Tell_StoppedActor_IsCountedAndToldWithItsSender()
    {
        ActorRef gone = _world.Spawn("gone", RecordingActor.Props([]));
        ActorRef sender = _world.Spawn("sender", RecordingActor.Props([]));
        _world.Stop(gone);

        gone.Tell("hello", sender);

        _world.DeadLetters.Should().Equal(new DeadLetter(gone, "hello", sender, DeadLetterReason.NoSuchActor));
        _world.System.DeadLetters.Count.Should().Be(1);
    }

    [Fact]
    public void Tell_NameTakenByASuccessor_DoesNotReachIt()
    {
        ActorRef first = _world.Spawn("name", RecordingActor.Props([]));
        _world.Stop(first);
        var log = new List<string>();
        ActorRef second = _world.Spawn("name", RecordingActor.Props(log));

        _world.Tell(first, "for the first");

        second.Should().NotBe(first);
        second.Path.Name.Should().Be(first.Path.Name);
        log.Should().Equal("started 1");
        _world.DeadLetters.Should().ContainSingle().Which.Target.Should().Be(first);
    }

    [Fact]
    public void Respond_NoSender_IsADeadLetter()
    {
        ActorRef actor = _world.Spawn("actor", RecordingActor.Props([]));

        _world.Do(actor, context => context.Respond("to whom"));

        _world.DeadLetters.Should().Equal(new DeadLetter(actor, "to whom", actor, DeadLetterReason.NoSender));
    }

    [Fact]
    public void Subscription_Disposed_HearsNoMore()
    {
        var heard = new List<DeadLetter>();
        IDisposable subscription = _world.System.Events.Subscribe<DeadLetter>(heard.Add);
        ActorRef gone = _world.Spawn("gone", RecordingActor.Props([]));
        _world.Stop(gone);
        gone.Tell(1);

        subscription.Dispose();
        gone.Tell(2);

        heard.Should().ContainSingle().Which.Message.Should().Be(1);
    }
}
