using FedActors.Actors;
using FedActors.Actors.Remoting;
using FedActors.Actors.Transport;
using FedActors.Actors.Transport.Memory;
using FedActors.Tests.TestKit;
using FedActors.Tests.TestKit.Remoting;
using FedActors.Tests.TestKit.Transport;

namespace FedActors.Tests.Actors.Remoting;

/// <summary>A node that stops leaves no connection and no listener behind, whatever comes about at that moment.</summary>
public sealed class ClosingTests
{
    private readonly MemoryTransport _transport = new();

    [Fact]
    public async Task Stop_WhileTheFirstAnswerOfANodeIsRead_Ends()
    {
        // The connection was taken into use after all connections had been closed, and the system waited for its end for ever.
        await using ActorSystem server = TestNodes.Create(_transport, "server");
        TransportAddress address = await server.Remote.ListenAsync(TestNodes.AnyPort);
        ActorSystem? client = null;
        Task? stopping = null;
        client = TestNodes.Create(_transport, "client", options => options with
        {
            Admit = (_, _) =>
            {
                stopping = client!.StopAsync();
                SpinWait.SpinUntil(() => IsClosed(client));
                return null;
            },
        });
        client.Remote.Connect(address);

        await Eventually.True(() => Volatile.Read(ref stopping) is not null);

        await stopping!.Limit();
        await Eventually.True(() => server.Remote.ConnectedNodes.Count == 0);
    }

    /// <summary>Where the other side's greeting was there at once, whether to admit it was asked under the lock that stopping takes, too: one waited for the other for ever.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Admitting_WhereAGreetingIsThereAtOnce_HoldsUpNobodyElse(bool isDialling)
    {
        using var opened = new ManualResetEventSlim();
        var asked = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        int questions = 0;
        ActorSystem? node = null;
        node = TestNodes.Create(new GreetedAtOnce(_transport), "node", options => options with
        {
            Admit = (_, _) =>
            {
                if (Interlocked.Increment(ref questions) == 1)
                {
                    Task.Run(() => node!.Remote.Connect(new TransportAddress("elsewhere", 1))).ContinueWith(_ => opened.Set(), TaskScheduler.Default);
                    asked.SetResult(opened.Wait(Eventually.Limit));
                }

                return "not now";
            },
        });

        _ = isDialling ? Task.FromResult(node.Remote.Connect(new TransportAddress("there", 1)).Address) : node.Remote.ListenAsync(TestNodes.AnyPort);

        asked.Task.IsCompleted.Should().BeTrue("nothing of the handshake waits");
        (await asked.Task.Limit()).Should().BeTrue("another thread connects meanwhile");
        await node.DisposeAsync();
    }

    [Fact]
    public async Task Listen_OnANodeThatHasStopped_IsRefusedAndLeavesTheAddressFree()
    {
        var address = new TransportAddress("127.0.0.1", 5001);
        ActorSystem stopped = TestNodes.Create(_transport, "stopped");
        await stopped.DisposeAsync();

        await FluentActions.Awaiting(() => stopped.Remote.ListenAsync(address)).Should().ThrowAsync<ObjectDisposedException>();

        await using ActorSystem next = TestNodes.Create(_transport, "next");
        (await next.Remote.ListenAsync(address)).Should().Be(address);
    }

    /// <summary>What waited for a node that was dialled in vain went with this one, without a word, and its timer went on.</summary>
    [Fact]
    public async Task Stop_WithMessagesForANodeThatNeverWasThere_MakesThemDeadLetters()
    {
        var clock = new ManualTimeProvider();
        ActorSystem client = TestNodes.Create(_transport, "client", system: options => options with { Time = clock });
        ActorRef nobody = client.Remote.Connect(new TransportAddress("nobody", 1)).ActorOf("sink");
        nobody.TryTell(new Numbered(1)).Should().BeTrue("it may come yet");

        await client.DisposeAsync();

        client.DeadLetters.Count.Should().Be(1);
        await Eventually.True(() => clock.ArmedTimers == 0, "a pause that is cut short gives its timer back just after whoever waits goes on");
        nobody.TryTell(new Numbered(2)).Should().BeFalse();
    }

    private static bool IsClosed(ActorSystem system)
    {
        try
        {
            system.Remote.Connect(new TransportAddress("127.0.0.1", 1));
            return false;
        }
        catch (ObjectDisposedException)
        {
            return true;
        }
    }
}
