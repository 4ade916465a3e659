using FedActors.Actors;
using FedActors.Actors.Diagnostics;
using FedActors.Actors.Serialization;
using FedActors.FL.Protocol;
using FedActors.Tests.Actors.Serialization;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.FL.Protocol;

public sealed class ObservationProtocolTests
{
    private static readonly MessageRegistry Registry = ObservationProtocol.Register(new MessageRegistryBuilder()).Build();

    [Fact]
    public void Registry_AllMessages_HaveTheirPublishedIds() => Registry.TypeIds.Should().Equal(90, 91);

    [Fact]
    public void Messages_RoundTrip_KeepEveryField()
    {
        var reply = new ActorTreeReply(
        [
            new NodeActors("provider", null, 7, [new ActorLine("provider", ActorState.Running, true, 3, 1L << 40, 2), new ActorLine("provider/child", ActorState.Suspended, false, 0, 0, 0)]),
            new NodeActors("worker", "it is away", 0, []),
        ]);

        ((ActorTreeReply)Read(typeof(ActorTreeReply), Write(reply))).Should().BeEquivalentTo(reply, options => options.WithStrictOrdering());
        Read(typeof(ActorTreeRequest), Write(new ActorTreeRequest(true))).Should().Be(new ActorTreeRequest(true));
    }

    [Fact]
    public void Messages_DamagedAnywhere_AreReadOrRefusedButNeverFailOtherwise()
    {
        byte[] bytes = Write(new ActorTreeReply([new NodeActors("n", null, 1, [new ActorLine("a/b", ActorState.Stopping, false, 3, 99, 1)])]));
        var random = new SplitMix(3);
        int refused = 0;
        for (int i = 0; i < 5_000; i++)
        {
            byte[] damaged = [.. bytes];
            damaged[random.Next(damaged.Length)] = (byte)random.NextUInt64();
            try
            {
                Read(typeof(ActorTreeReply), damaged[..(1 + random.Next(damaged.Length))]);
            }
            catch (ProtocolException)
            {
                refused++;
            }
        }

        refused.Should().BeGreaterThan(1_000);
    }

    private static byte[] Write(object message) => Encode.With((ref MessagePackWriter writer) =>
    {
        Registry.TryGet(message.GetType(), out MessageCodec? codec).Should().BeTrue();
        codec!.Write(ref writer, message);
    });

    private static object Read(Type type, byte[] bytes)
    {
        var reader = new MessagePackReader(bytes);
        Registry.TryGet(type, out MessageCodec? codec).Should().BeTrue();
        object message = codec!.Read(ref reader);
        reader.ExpectEnd();
        return message;
    }
}
