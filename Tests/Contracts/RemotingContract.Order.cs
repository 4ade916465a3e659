using FedActors.Actors;
using FedActors.Actors.Remoting;
using FedActors.Actors.Transport;
using FedActors.Tests.TestKit;
using FedActors.Tests.TestKit.Remoting;

namespace FedActors.Tests.Contracts;

/// <content>One sender's messages to one actor arrive in order, whatever their sizes.</content>
public abstract partial class RemotingContract
{
    [Fact]
    public async Task Tell_SmallAndLargeToOneActor_ArriveInOrder()
    {
        await using ActorSystem server = Node("server");
        await using ActorSystem client = Node("client");
        TransportAddress address = await server.Remote.ListenAsync(AnyPort);
        var seen = new List<int>();
        var all = new TaskCompletionSource();
        server.Spawn(
            Props.FromBehaviour((_, message) =>
            {
                seen.Add(message is Blob blob ? (int)blob.Values[0] : ((Numbered)message).Number);
                if (seen.Count == 400)
                {
                    all.SetResult();
                }

                return ValueTask.CompletedTask;
            }),
            "sink");
        ActorRef sink = client.Remote.Connect(address).ActorOf("sink");

        for (int i = 0; i < 400; i++)
        {
            await sink.TellAsync(i % 50 == 0 ? new Blob([i, .. new float[200_000]]) : new Numbered(i));
        }

        await all.Task.WaitAsync(Soon, TimeProvider.System);
        seen.Should().Equal(Enumerable.Range(0, 400));
    }

    /// <summary>One actor, known by its name alone and by the reference that it gave: both are the same receiver.</summary>
    [Fact]
    public async Task Tell_LargeByNameThenSmallByReference_ArriveInOrder()
    {
        await using ActorSystem server = Node("server");
        await using ActorSystem client = Node("client");
        TransportAddress address = await server.Remote.ListenAsync(AnyPort);
        var seen = new List<object>();
        var both = new TaskCompletionSource();
        server.Spawn(
            Props.FromBehaviour((context, message) =>
            {
                if (message is Numbered { Number: 0 })
                {
                    context.Respond(new Introduction(context.Self));
                    return ValueTask.CompletedTask;
                }

                seen.Add(message);
                if (seen.Count == 2)
                {
                    both.SetResult();
                }

                return ValueTask.CompletedTask;
            }),
            "sink");
        ActorRef byName = client.Remote.Connect(address).ActorOf("sink");
        ActorRef byReference = (await byName.AskAsync<Introduction>(new Numbered(0), Soon)).Actor;

        await byName.TellAsync(new Blob(new float[2_000_000]));
        await byReference.TellAsync(new Numbered(1));

        await both.Task.WaitAsync(Soon, TimeProvider.System);
        seen.Select(message => message.GetType()).Should().Equal(typeof(Blob), typeof(Numbered));
    }

    /// <summary>More small messages than go out at once, and then one that goes out in a lane of its own.</summary>
    [Fact]
    public async Task Tell_ManySmallThenOneLargeBeforeThereIsAConnection_ArriveInOrder()
    {
        const int Small = 10_000;
        await using ActorSystem server = Node("server");
        await using ActorSystem client = Node("client");
        var seen = new List<int>();
        var last = new TaskCompletionSource();
        server.Spawn(
            Props.FromBehaviour((_, message) =>
            {
                seen.Add(message is Blob blob ? (int)blob.Values[0] : ((Numbered)message).Number);
                if (seen[^1] > Small)
                {
                    last.SetResult();
                }

                return ValueTask.CompletedTask;
            }),
            "sink");
        TransportAddress address = await server.Remote.ListenAsync(AnyPort);
        ActorRef sink = client.Remote.Connect(address).ActorOf("sink");
        for (int i = 0; i < Small; i++)
        {
            sink.Tell(new Numbered(i));
        }

        sink.Tell(new Blob([Small, .. new float[20_000]]));
        sink.Tell(new Numbered(Small + 1));

        await last.Task.WaitAsync(Soon, TimeProvider.System);
        seen.Should().Equal(Enumerable.Range(0, Small + 2));
    }
}
