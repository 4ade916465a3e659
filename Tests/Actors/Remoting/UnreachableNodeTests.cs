using FedActors.Actors;
using FedActors.Actors.Remoting;
using FedActors.Actors.Transport;
using FedActors.Actors.Transport.Memory;
using FedActors.Tests.TestKit;
using FedActors.Tests.TestKit.Remoting;

namespace FedActors.Tests.Actors.Remoting;

public sealed class UnreachableNodeTests
{
    [Fact]
    public async Task TellAsync_WaitsForRoomUntilTheNodeIsGivenUp_BecomesADeadLetter()
    {
        var clock = new ManualTimeProvider();
        await using ActorSystem client = TestNodes.Create(
            new MemoryTransport(),
            "client",
            remoting => remoting with { Limits = remoting.Limits with { MaxQueuedBytes = 1 } },
            system => system with { Time = clock });
        ActorRef sink = client.Remote.Connect(new TransportAddress("nobody", 1)).ActorOf("sink");
        sink.Tell(new Numbered(1));
        Task waiting = sink.TellAsync(new Numbered(2)).AsTask();
        waiting.IsCompleted.Should().BeFalse("the queue is full");

        await Eventually.WhileAdvancing(clock, TimeSpan.FromMilliseconds(100), waiting);
        await waiting;

        await Eventually.True(() => client.DeadLetters.Count == 2, "both messages are dead letters");
        sink.TryTell(new Numbered(3)).Should().BeFalse();
    }
}
