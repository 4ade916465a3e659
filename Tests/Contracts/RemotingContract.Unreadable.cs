using System.Collections.Concurrent;
using FedActors.Actors;
using FedActors.Actors.Remoting;
using FedActors.Actors.Serialization;
using FedActors.Tests.TestKit;
using FedActors.Tests.TestKit.Remoting;

namespace FedActors.Tests.Contracts;

/// <content>Messages that their own readers refuse.</content>
public abstract partial class RemotingContract
{
    /// <summary>Its frame was sent again on each new connection, which it broke again: the two nodes were cut off from each other for good.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(300_000)]
    public async Task Tell_MessageThatItsReaderRefuses_CostsOneConnectionAndNothingElse(int bytes)
    {
        await using ActorSystem server = NodeThatMisreads("server");
        await using ActorSystem client = NodeThatMisreads("client");
        var arrived = new ConcurrentQueue<int>();
        var refusals = new ConcurrentQueue<PeerRefused>();
        using IDisposable subscription = server.Events.Subscribe<PeerRefused>(refusals.Enqueue);
        server.SpawnSink("sink", message => arrived.Enqueue(((Numbered)message).Number));
        ActorRef sink = client.Remote.Connect(await server.Remote.ListenAsync(AnyPort)).ActorOf("sink");

        await sink.TellAsync(new Numbered(0));
        await sink.TellAsync(new Unreadable(new byte[bytes]));
        for (int i = 1; i < 100; i++)
        {
            await sink.TellAsync(new Numbered(i));
        }

        await Eventually.True(() => arrived.Count == 100);
        arrived.Should().Equal(Enumerable.Range(0, 100));
        refusals.Should().ContainSingle().Which.Reason.Should().Be("Unreadable for sink cannot be read: A message of 1 fields was found where at least 2 were expected.");
        client.DeadLetters.Count.Should().Be(0);
    }

    [Fact]
    public async Task Ask_QuestionOrAnswerThatCannotBeRead_FailsAtOnceAndSaysWhere()
    {
        await using ActorSystem server = NodeThatMisreads("server");
        await using ActorSystem client = NodeThatMisreads("client");
        server.Spawn(
            Props.FromBehaviour((context, message) =>
            {
                context.Respond(message is Numbered { Number: 0 } ? new Unreadable([1]) : message);
                return ValueTask.CompletedTask;
            }),
            "answers");
        ActorRef answers = client.Remote.Connect(await server.Remote.ListenAsync(AnyPort)).ActorOf("answers");

        await FluentActions.Awaiting(() => answers.AskAsync<Numbered>(new Unreadable([1]), Eventually.Limit)).Should().ThrowAsync<AskFailedException>()
            .WithMessage("server cannot read Unreadable: A message of 1 fields was found where at least 2 were expected. What its Write writes its Read must read,*");
        await FluentActions.Awaiting(() => answers.AskAsync<Unreadable>(new Numbered(0), Eventually.Limit)).Should().ThrowAsync<AskFailedException>()
            .WithMessage("client cannot read Unreadable: *");
        (await answers.AskAsync<Numbered>(new Numbered(1), Soon)).Number.Should().Be(1);
    }

    private ActorSystem NodeThatMisreads(string name) => TestNodes.Create(
        Transport, name, options => options with { Registry = new MessageRegistryBuilder().Add<Numbered>().Add<Unreadable>().Build() });
}
