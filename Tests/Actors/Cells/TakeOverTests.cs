using System.Collections.Concurrent;
using FedActors.Actors;
using FedActors.Actors.Cells;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.Actors.Cells;

/// <summary>
/// A cell may be taken from its loop at any moment. The check after a hook and what followed it were once two steps, between which the
/// loop could lose the cell and go on all the same.
/// </summary>
public sealed class TakeOverTests
{
    private const int Messages = 20_000;
    private const int TakeOvers = 2_000;

    [Fact]
    public async Task TakeOver_AtAnyMoment_HandlesEachMessageOnceAndKeepsTheActorAlive()
    {
        await using var system = new ActorSystem(new ActorSystemOptions());
        var handled = new ConcurrentDictionary<int, int>();
        ActorRef actor = system.Spawn(Props.Create(() => new YieldingActor(handled)), "actor");
        ActorCell cell = ((LocalActorRef)actor).Cell;
        int sent = 0;

        Task sending = Task.Run(async () =>
        {
            for (; sent < Messages; sent++)
            {
                await actor.TellAsync(sent);
            }
        });
        Task takingOver = Task.Run(async () =>
        {
            for (int i = 0; i < TakeOvers; i++)
            {
                actor.SendSystem(SystemMessage.Suspend.Instance);
                cell.TakeOverIfHung();
                actor.SendSystem(new SystemMessage.Restart(new InvalidOperationException("Held to hang.")));
                int seen = handled.Count;
                await Eventually.True(() => handled.Count > seen || handled.Count == Messages, "the actor goes on");
            }
        });

        await Task.WhenAll(sending, takingOver).Limit();
        await Eventually.True(() => handled.Count == Messages, "every message is handled");
        handled.Values.Should().OnlyContain(times => times == 1);
        system.DeadLetters.Count.Should().Be(0);
        system.WhenTerminated.IsCompleted.Should().BeFalse("nothing broke the runtime");
    }

    /// <summary>Goes to other threads and back everywhere, so that a take-over finds it in each hook.</summary>
    private sealed class YieldingActor(ConcurrentDictionary<int, int> handled) : Actor
    {
        protected internal override async ValueTask OnStartedAsync(ActorContext context) => await Task.Yield();

        protected internal override async ValueTask OnReceiveAsync(ActorContext context, object message)
        {
            handled.AddOrUpdate((int)message, 1, (_, times) => times + 1);
            if ((int)message % 3 == 0)
            {
                await Task.Yield();
            }
        }

        protected internal override async ValueTask OnRestartingAsync(ActorContext context, Exception reason) => await Task.Yield();
    }
}
