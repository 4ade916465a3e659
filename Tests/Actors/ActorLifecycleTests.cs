using FedActors.Actors;
using FedActors.Actors.Supervision;
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
    public async Task HealthSupervisor_HungChild_IsReplacedBehindTheSameReference()
    {
        var clock = new ManualTimeProvider();
        await using var system = new ActorSystem(new ActorSystemOptions { Time = clock });
        using var release = new ManualResetEventSlim();
        var entered = new TaskCompletionSource();
        var replaced = new TaskCompletionSource();
        int instances = 0;
        using IDisposable subscription = system.Events.Subscribe<ActorRestarted>(_ => replaced.SetResult());
        Props child = Props.Create(() => new BlockingActor(Interlocked.Increment(ref instances), entered, release));
        system.Spawn(Props.Create(() => new HealthSupervisor(new HealthOptions(), [("child", child)])), "health");
        ActorRef hung = await Eventually.NotNull(() => system.Find("health/child"));
        hung.Tell("block");
        await entered.Task.WaitAsync(Soon, TimeProvider.System);

        await Eventually.WhileAdvancing(clock, TimeSpan.FromMilliseconds(100), replaced.Task);

        (await hung.AskAsync<int>("who", Soon)).Should().Be(2);
        release.Set();
    }

    private sealed class BlockingActor(int instance, TaskCompletionSource entered, ManualResetEventSlim release) : Actor
    {
        protected internal override ValueTask OnReceiveAsync(ActorContext context, object message)
        {
            if (message is "block")
            {
                entered.SetResult();
                release.Wait();
            }
            else
            {
                context.Respond(instance);
            }

            return ValueTask.CompletedTask;
        }
    }
}
