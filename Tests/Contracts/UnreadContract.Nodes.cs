using FedActors.Actors;
using FedActors.Actors.Remoting;
using FedActors.Tests.TestKit;
using FedActors.Tests.TestKit.Remoting;

namespace FedActors.Tests.Contracts;

/// <content>Nodes that all read, in their own time.</content>
public abstract partial class UnreadContract
{
    /// <summary>Each side has more to say before its word of what has arrived than the other reads on: both would wait for ever if either did.</summary>
    [Fact]
    public async Task Nodes_ThatBothAskMuchAtOnce_AreBothAnswered()
    {
        const int Count = 6000;
        await using ActorSystem one = TestNodes.Create(Transport, "one", Strict);
        await using ActorSystem other = TestNodes.Create(Transport, "other", Strict);
        other.SpawnEcho();
        var known = new TaskCompletionSource<ActorRef>(TaskCreationOptions.RunContinuationsAsynchronously);
        other.SpawnSink("door", message => known.SetResult(((Introduction)message).Actor));
        RemoteNode there = one.Remote.Connect(await other.Remote.ListenAsync(TestNodes.AnyPort));
        there.ActorOf("door").Tell(new Introduction(one.SpawnEcho()));
        ActorRef here = await known.Task.Limit();

        Task<Numbered>[] asked =
        [
            .. Enumerable.Range(0, Count).Select(i => there.ActorOf("echo").AskAsync<Numbered>(new Numbered(i), Eventually.Limit)),
            .. Enumerable.Range(0, Count).Select(i => here.AskAsync<Numbered>(new Numbered(i), Eventually.Limit)),
        ];

        (await Task.WhenAll(asked)).Select(answer => answer.Number).Should().Equal([.. Enumerable.Range(0, Count), .. Enumerable.Range(0, Count)]);
        (one.Remote.Refused + other.Remote.Refused).Should().Be(0);
    }

    /// <summary>As in the test above, where nothing is answered.</summary>
    [Fact]
    public async Task Nodes_ThatBothTellMuchAtOnce_AreBothHeard()
    {
        const int Count = 6000;
        await using ActorSystem one = TestNodes.Create(Transport, "one", Strict);
        await using ActorSystem other = TestNodes.Create(Transport, "other", Strict);
        var known = new TaskCompletionSource<ActorRef>(TaskCreationOptions.RunContinuationsAsynchronously);
        int[] heard = new int[2];
        ActorRef here = one.SpawnSink("sink", _ => Interlocked.Increment(ref heard[0]));
        other.SpawnSink("sink", _ => Interlocked.Increment(ref heard[1]));
        other.SpawnSink("door", message => known.SetResult(((Introduction)message).Actor));
        RemoteNode there = one.Remote.Connect(await other.Remote.ListenAsync(TestNodes.AnyPort));
        there.ActorOf("door").Tell(new Introduction(here));
        here = await known.Task.Limit();

        for (int i = 0; i < Count; i++)
        {
            there.ActorOf("sink").Tell(new Numbered(i));
            here.Tell(new Numbered(i));
        }

        await Eventually.True(() => Volatile.Read(ref heard[0]) == Count && Volatile.Read(ref heard[1]) == Count);
        (one.Remote.Refused + other.Remote.Refused).Should().Be(0);
    }

    /// <summary>What does not count as received does not count here either: both would wait, and have nothing to say that shows that they read.</summary>
    [Fact]
    public async Task Nodes_ThatExchangedMuchElseBefore_AreBothHeard()
    {
        const int Count = 200;
        var clock = new ManualTimeProvider();
        await using ActorSystem one = TestNodes.Create(Transport, "one", Strict, options => options with { Time = clock });
        await using ActorSystem other = TestNodes.Create(Transport, "other", Strict, options => options with { Time = clock });
        var known = new TaskCompletionSource<ActorRef>(TaskCreationOptions.RunContinuationsAsynchronously);
        int[] heard = new int[2];
        other.SpawnSink("sink", _ => Interlocked.Increment(ref heard[1]));
        other.SpawnSink("door", message => known.SetResult(((Introduction)message).Actor));
        RemoteNode there = one.Remote.Connect(await other.Remote.ListenAsync(TestNodes.AnyPort));
        there.ActorOf("door").Tell(new Introduction(one.SpawnSink("sink", _ => Interlocked.Increment(ref heard[0]))));
        ActorRef here = await known.Task.Limit();
        for (int beats = 0; beats < 100; beats++)
        {
            (long atOne, long atOther) = (one.Remote.BytesReceived, other.Remote.BytesReceived);
            clock.Advance(TimeSpan.FromSeconds(2));
            await Eventually.True(() => one.Remote.BytesReceived > atOne && other.Remote.BytesReceived > atOther);
        }

        for (int i = 0; i < Count; i++)
        {
            there.ActorOf("sink").Tell(new Numbered(i));
            here.Tell(new Numbered(i));
        }

        // The clock stands still: nobody is let on for having waited.
        await Eventually.True(() => Volatile.Read(ref heard[0]) == Count && Volatile.Read(ref heard[1]) == Count);
    }

    /// <summary>It goes on saying other things, and its word of what has arrived does not come for as long as its actor takes.</summary>
    [Fact]
    public async Task Node_WithAnActorThatIsSlow_IsHeardAllTheWhile()
    {
        const int Count = 600;
        await using ActorSystem one = TestNodes.Create(Transport, "one", Strict);
        await using ActorSystem other = TestNodes.Create(Transport, "other", options => Strict(options) with { DeliveryTimeout = TimeSpan.FromDays(1) });
        var known = new TaskCompletionSource<ActorRef>(TaskCreationOptions.RunContinuationsAsynchronously);
        var open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        int heard = 0;
        int handled = 0;
        other.SpawnSink("door", message => known.SetResult(((Introduction)message).Actor));
        other.Spawn(
            Props.FromBehaviour(async (_, _) =>
            {
                await open.Task.Limit();
                handled++;
            }),
            "slow");
        RemoteNode there = one.Remote.Connect(await other.Remote.ListenAsync(TestNodes.AnyPort));
        there.ActorOf("door").Tell(new Introduction(one.SpawnSink("sink", _ => heard++)));
        ActorRef here = await known.Task.Limit();

        // More than its mailbox takes, and what waits beside it.
        for (int i = 0; i < 3000; i++)
        {
            there.ActorOf("slow").Tell(new Numbered(i));
        }

        for (int i = 0; i < Count; i++)
        {
            here.Tell(new Numbered(i));
        }

        await Eventually.True(() => Volatile.Read(ref heard) == Count);
        Volatile.Read(ref handled).Should().Be(0);
        (one.Remote.Refused + one.Remote.HeldBack).Should().Be(0);
        open.SetResult();
        await Eventually.True(() => Volatile.Read(ref handled) == 3000);
    }

    private static RemotingOptions Strict(RemotingOptions options) => options with { Limits = Limits with { UnreadBytesAtFirst = 0 } };
}
