using FedActors.Actors;
using FedActors.Actors.Remoting;
using FedActors.Actors.Serialization;
using FedActors.Actors.Transport;
using FedActors.Actors.Transport.Memory;
using FedActors.Tests.TestKit;
using FedActors.Tests.TestKit.Remoting;

namespace FedActors.Tests.Actors.Remoting;

/// <summary>Messages write themselves under the outbox's lock, into the memory that all share: what goes wrong there is theirs alone.</summary>
public sealed class OutboxEncodingTests : IAsyncDisposable
{
    private readonly ActorSystem _client = TestNodes.Create(new MemoryTransport(), "client");
    private readonly Outbox _outbox = new(
        new MessageRegistryBuilder().Add<Numbered>().Add<Hooked>().Build(),
        RemotingLimits.Default,
        new QueueBudget(long.MaxValue),
        new ManualTimeProvider(),
        _ => { });

    private readonly RemoteActorRef _target;

    public OutboxEncodingTests() =>
        _target = (RemoteActorRef)_client.Remote.Connect(new TransportAddress("127.0.0.1", 1)).ActorOf("sink");

    public ValueTask DisposeAsync() => _client.DisposeAsync();

    /// <summary>The lock lets its thread in again, and the second frame stood in the middle of the first.</summary>
    [Fact]
    public void Offer_OfAMessageThatTellsAnotherWhileItWritesItself_IsRefused()
    {
        FluentActions.Invoking(() => Offer(new Hooked(() => Offer(new Numbered(1))))).Should().Throw<InvalidOperationException>().WithMessage("*writes itself*");

        ShouldHoldOnly(2);
    }

    [Fact]
    public void Offer_OfAMessageThatPostsWhileItWritesItself_IsRefused()
    {
        FluentActions.Invoking(() => Offer(new Hooked(() => _outbox.Post((ref MessagePackWriter writer) => writer.WriteNil()))))
            .Should().Throw<InvalidOperationException>().WithMessage("*writes itself*");

        ShouldHoldOnly(2);
    }

    [Fact]
    public void Offer_OfAMessageThatFailsToWriteItself_LeavesNothingBehind()
    {
        FluentActions.Invoking(() => Offer(new Hooked(() => throw new NotSupportedException()))).Should().Throw<NotSupportedException>();

        ShouldHoldOnly(2);
    }

    /// <summary>Afterwards all is as if the message had not been.</summary>
    private void ShouldHoldOnly(int number)
    {
        Offer(new Numbered(number)).Should().Be(DeliveryResult.Accepted);
        _outbox.TakeFrames()!.Messages.Should().ContainSingle().Which.Envelope.Message.Should().Be(new Numbered(number));
        _outbox.EndFrames();
        _outbox.TakeFrames().Should().BeNull();
    }

    private DeliveryResult Offer(object message) => _outbox.Offer(_target, new Envelope(message));

    /// <summary>Does something else when it writes itself.</summary>
    private sealed record Hooked(Action Hook) : IWireMessage<Hooked>
    {
        public static int TypeId => 9100;

        public static Hooked Read(ref MessagePackReader reader) => throw new NotSupportedException();

        public void Write(ref MessagePackWriter writer)
        {
            writer.WriteArrayHeader(1);
            Hook();
            writer.WriteNil();
        }
    }
}
