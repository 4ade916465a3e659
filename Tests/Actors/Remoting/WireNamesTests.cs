using FedActors.Actors;
using FedActors.Actors.Remoting;
using FedActors.Actors.Transport.Memory;
using FedActors.Tests.TestKit;
using FedActors.Tests.TestKit.Remoting;

namespace FedActors.Tests.Actors.Remoting;

/// <summary>Actors are named once in a session and by numbers after that, which nobody may notice.</summary>
public sealed class WireNamesTests
{
    private readonly MemoryTransport _transport = new();

    [Fact]
    public async Task Tell_ByNameAfterAnotherActorTookTheName_ReachesThatOne()
    {
        await using ActorSystem server = TestNodes.Create(_transport, "server");
        await using ActorSystem client = TestNodes.Create(_transport, "client");
        ActorRef echo = client.Remote.Connect(await server.Remote.ListenAsync(TestNodes.AnyPort)).ActorOf("echo");
        ActorRef former = server.SpawnEcho();
        await echo.AskAsync<Numbered>(new Numbered(1), Eventually.Limit);
        await server.StopAndWaitAsync(former);
        Func<Task> ask = () => echo.AskAsync<Numbered>(new Numbered(2), Eventually.Limit);
        await ask.Should().ThrowAsync<AskFailedException>("nobody bears the name now");

        server.SpawnEcho();

        (await echo.AskAsync<Numbered>(new Numbered(3), Eventually.Limit)).Number.Should().Be(3);
    }

    [Fact]
    public async Task Tell_ByReferenceAfterAnotherActorTookTheName_ReachesNobody()
    {
        await using ActorSystem server = TestNodes.Create(_transport, "server");
        await using ActorSystem client = TestNodes.Create(_transport, "client");
        ActorRef former = server.SpawnEcho();
        ActorRef door = server.Spawn(
            Props.FromBehaviour((context, _) =>
            {
                context.Respond(new Introduction(former));
                return ValueTask.CompletedTask;
            }),
            "door");
        ActorRef byName = client.Remote.Connect(await server.Remote.ListenAsync(TestNodes.AnyPort)).ActorOf(door.Path.Name);
        ActorRef exact = (await byName.AskAsync<Introduction>(new Numbered(0), Eventually.Limit)).Actor;
        await exact.AskAsync<Numbered>(new Numbered(1), Eventually.Limit);
        await server.StopAndWaitAsync(former);

        server.SpawnEcho();

        Func<Task> ask = () => exact.AskAsync<Numbered>(new Numbered(2), Eventually.Limit);
        await ask.Should().ThrowAsync<AskFailedException>();
    }

    [Fact]
    public async Task Tell_ToAndFromMoreActorsThanThereAreNumbers_ReachesEachOfThem()
    {
        const int Count = OutgoingNames.Capacity + 500;
        await using ActorSystem server = TestNodes.Create(_transport, "server");
        await using ActorSystem client = TestNodes.Create(_transport, "client");
        RemoteNode node = client.Remote.Connect(await server.Remote.ListenAsync(TestNodes.AnyPort));
        await node.WhenConnectedAsync().Limit();
        var answers = new TaskCompletionSource();
        int right = 0;
        (ActorRef Echo, ActorRef Me)[] pairs = [.. Enumerable.Range(0, Count).Select(i =>
        {
            server.SpawnEcho($"echo-{i}");
            return (node.ActorOf($"echo-{i}"), client.SpawnSink($"me-{i}", message =>
            {
                if (((Numbered)message).Number == i && Interlocked.Increment(ref right) == 2 * Count)
                {
                    answers.SetResult();
                }
            }));
        })];

        for (int i = 0; i < 2 * Count; i++)
        {
            await pairs[i % Count].Echo.TellAsync(new Numbered(i % Count), pairs[i % Count].Me);
        }

        await answers.Task.Limit();
    }

    [Fact]
    public void Add_WhenAllNumbersAreGiven_GivesTheOldestAnew()
    {
        var names = new OutgoingNames();
        WireName first = new();
        WireName second = new();
        names.Add(first).Should().Be(0);
        names.Add(second).Should().Be(1);
        for (int i = 2; i < OutgoingNames.Capacity; i++)
        {
            names.Add(new WireName()).Should().Be(i);
        }

        WireName late = new();
        names.Add(late).Should().Be(0);

        names.TryFind(late, out int number).Should().BeTrue();
        number.Should().Be(0);
        names.TryFind(first, out _).Should().BeFalse("its number is another's now");
        names.TryFind(second, out number).Should().BeTrue();
        number.Should().Be(1);
    }

    [Fact]
    public void TryFind_NameThatTwoTablesShare_FindsTheNumberOfEach()
    {
        var left = new OutgoingNames();
        var right = new OutgoingNames();
        WireName shared = new();
        left.Add(new WireName());
        left.Add(shared);
        right.Add(shared);

        left.TryFind(shared, out int number).Should().BeTrue();
        number.Should().Be(1);
        right.TryFind(shared, out number).Should().BeTrue();
        number.Should().Be(0);
    }

    [Fact]
    public void Names_WithANumberLeftOutOrUnknown_AreRefused()
    {
        var names = new IncomingNames();
        var nobody = new NobodyRef(null!, new ActorPath("peer", "a", 1));
        names.AddSender(0, nobody);

        FluentActions.Invoking(() => names.AddSender(2, nobody)).Should().Throw<ProtocolException>();
        FluentActions.Invoking(() => names.AddSender(-1, nobody)).Should().Throw<ProtocolException>();
        FluentActions.Invoking(() => names.Sender(1)).Should().Throw<ProtocolException>();
        FluentActions.Invoking(() => names.Sender(long.MaxValue)).Should().Throw<ProtocolException>();
        FluentActions.Invoking(() => names.Target(0)).Should().Throw<ProtocolException>("targets are not senders");
        names.Sender(0).Should().BeSameAs(nobody);
    }
}
