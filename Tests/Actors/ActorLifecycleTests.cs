using FedActors.Actors;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.Actors;

public sealed class ActorLifecycleTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Ask_LocalActor_AnswersInOrder()
    {
        await using var system = new ActorSystem(new ActorSystemOptions());
        ActorRef doubler = system.Spawn(
            Props.FromBehaviour((context, message) =>
            {
                context.Respond((int)message * 2);
                return ValueTask.CompletedTask;
            }),
            "doubler");

        for (int i = 0; i < 1000; i++)
        {
            (await doubler.AskAsync<int>(i, Soon)).Should().Be(i * 2);
        }
    }

    [Fact]
    public async Task Stop_WatchedActor_TellsWatcherAndFreesName()
    {
        await using var system = new ActorSystem(new ActorSystemOptions());
        var ended = new TaskCompletionSource<Terminated>();
        ActorRef watched = system.Spawn(Props.FromBehaviour((_, _) => ValueTask.CompletedTask), "watched");
        ActorRef watcher = system.Spawn(
            Props.FromBehaviour((context, message) =>
            {
                if (message is ActorRef actor)
                {
                    context.Watch(actor);
                    context.Respond("watching");
                }
                else if (message is Terminated terminated)
                {
                    ended.SetResult(terminated);
                }

                return ValueTask.CompletedTask;
            }),
            "watcher");
        await watcher.AskAsync<string>(watched, Soon);

        system.Stop(watched);

        (await ended.Task.WaitAsync(Soon, TimeProvider.System)).Should().Be(new Terminated(watched, TerminationReason.Stopped));
        system.Find("watched").Should().BeNull();
    }

    [Fact]
    public async Task Stop_StoppedHookFails_DisposesTheInstanceAllTheSame()
    {
        await using var world = new ActorWorld();
        var actor = new FailsAtItsEnd();
        ActorRef reference = world.Spawn("actor", Props.Create(() => actor));

        world.Stop(reference);

        actor.IsDisposed.Should().BeTrue();
    }

    private sealed class FailsAtItsEnd : Actor, IDisposable
    {
        public bool IsDisposed { get; private set; }

        public void Dispose() => IsDisposed = true;

        protected internal override ValueTask OnReceiveAsync(ActorContext context, object message) => ValueTask.CompletedTask;

        protected internal override ValueTask OnStoppedAsync(ActorContext context) => throw new InvalidOperationException("at the end");
    }
}
