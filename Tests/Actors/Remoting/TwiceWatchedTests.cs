using FedActors.Actors;
using FedActors.Actors.Transport.Memory;
using FedActors.Tests.TestKit;
using FedActors.Tests.TestKit.Remoting;

namespace FedActors.Tests.Actors.Remoting;

/// <summary>An actor may be watched by its name and by its reference at a time.</summary>
public sealed class TwiceWatchedTests
{
    [Fact]
    public async Task Watch_ByNameAndByReference_EndingOneKeepsTheOther()
    {
        MemoryTransport transport = new();
        await using ActorSystem server = TestNodes.Create(transport, "server");
        await using ActorSystem client = TestNodes.Create(transport, "client");
        ActorRef doomed = server.SpawnEcho("doomed");
        ActorRef byName = client.Remote.Connect(await server.Remote.ListenAsync(TestNodes.AnyPort)).ActorOf("doomed");
        var isWatched = new TaskCompletionSource();
        var ended = new TaskCompletionSource<TerminationReason>();
        ActorRef watcher = client.Spawn(
            Props.FromBehaviour((context, message) =>
            {
                if (message is Numbered { Number: 1 })
                {
                    context.Watch(byName);
                    context.Watch(context.Sender!);
                    context.Unwatch(byName);
                    context.Tell(byName, new Numbered(2));
                }
                else if (message is Terminated terminated)
                {
                    ended.SetResult(terminated.Reason);
                }
                else
                {
                    isWatched.SetResult();
                }

                return ValueTask.CompletedTask;
            }),
            "watcher");
        byName.Tell(new Numbered(1), watcher);
        await isWatched.Task.Limit();
        server.Stop(doomed);

        (await ended.Task.Limit()).Should().Be(TerminationReason.Stopped);
    }
}
