using FedActors.Actors;
using FedActors.Actors.Mailboxes;

namespace FedActors.Tests.Actors;

public sealed class ContextTellTests
{
    [Fact]
    public async Task TellAsync_MailboxIsFull_WaitsForRoomAndNamesTheActorAsSender()
    {
        await using var world = new ActorWorld();
        var gate = new TaskCompletionSource();
        var heard = new List<(object Message, ActorRef? Sender)>();
        ActorRef slow = world.Spawn("slow", Props.FromBehaviour(async (context, message) =>
        {
            heard.Add((message, context.Sender));
            await gate.Task;
        }) with { Mailbox = new MailboxOptions { Capacity = 1 } });
        bool sent = false;
        ActorRef teller = world.Spawn("teller", async (context, _) =>
        {
            await context.TellAsync(slow, "waits", context.Stopping);
            sent = true;
        });
        world.Tell(slow, "at hand");
        while (slow.TryTell("fills"))
        {
            // Until there is no room.
        }

        world.Tell(teller, "begin");
        sent.Should().BeFalse("there is no room");
        gate.SetResult();
        await world.RunUntil(Task.CompletedTask);

        sent.Should().BeTrue();
        heard[^1].Should().Be(("waits", teller));
        world.DeadLetters.Should().BeEmpty();
    }
}
