using FedActors.Actors;
using FedActors.Actors.Serialization;
using FedActors.Crdt;
using FedActors.FL.Numerics;
using FedActors.FL.Protocol;
using FedActors.Tests.Actors.Serialization;

namespace FedActors.Tests.FL.Protocol;

public sealed class GossipProtocolTests : IAsyncDisposable
{
    private const ulong Seeds = 200;

    private static readonly MessageRegistry Registry = GossipProtocol.Register(new MessageRegistryBuilder()).Build();

    private readonly ActorSystem _system = new(new ActorSystemOptions { Node = "north" });
    private readonly ActorRef _actor;

    public GossipProtocolTests() => _actor = _system.Spawn(Props.FromBehaviour((_, _) => ValueTask.CompletedTask), "members");

    public ValueTask DisposeAsync() => _system.DisposeAsync();

    [Fact]
    public void Registry_AllMessages_HaveTheirPublishedIds() =>
        Registry.TypeIds.Should().Equal(200, 201, 202, 210, 211, 212, 213, 214, 220, 221, 222, 223, 224, 230, 231, 232, 233, 234, 235);

    [Fact]
    public void Messages_EveryTypeRegistered_IsDrawnByTheProperties() => Draw(1).Should().HaveCount(Registry.TypeIds.Count);

    [Fact]
    public void Messages_RoundTrip_KeepEveryBit()
    {
        for (ulong seed = 0; seed < Seeds; seed++)
        {
            foreach (object message in Draw(seed))
            {
                byte[] bytes = Write(message);
                Write(Read(message.GetType(), bytes)).Should().Equal(bytes, $"seed {seed}, {message.GetType().Name}");
            }
        }
    }

    [Fact]
    public void Join_OfOneWhoRemembersFarTooManyRemovals_CanStillBeRead()
    {
        GossipPeerJoin join = Draw(1).OfType<GossipPeerJoin>().First() with { Removed = [.. Enumerable.Range(0, 20_000).Select(i => new Member($"x{i}", 1))] };

        var read = (GossipPeerJoin)Read(typeof(GossipPeerJoin), Write(join));

        read.Removed.Should().Equal(join.Removed.Take(Removal.MaxRecords));
    }

    [Fact]
    public void Messages_CutShortAnywhere_AreRefused()
    {
        foreach (object message in Draw(7))
        {
            byte[] bytes = Write(message);
            for (int length = 0; length < bytes.Length; length++)
            {
                Action read = () => Read(message.GetType(), bytes[..length]);
                read.Should().Throw<ProtocolException>($"{message.GetType().Name} has {bytes.Length} bytes, not {length}");
            }
        }
    }

    [Fact]
    public void Messages_AnyByteChanged_AreReadOrRefusedButNeverFailOtherwise()
    {
        RandomStream chance = new(11);
        for (ulong seed = 0; seed < Seeds / 5; seed++)
        {
            foreach (object message in Draw(seed))
            {
                byte[] bytes = Write(message);
                for (int change = 0; change < 20; change++)
                {
                    byte[] changed = (byte[])bytes.Clone();
                    changed[chance.NextInt(bytes.Length)] = (byte)chance.NextInt(256);
                    try
                    {
                        Read(message.GetType(), changed);
                    }
                    catch (ProtocolException)
                    {
                        // Refusing is one of the two right answers.
                    }
                }
            }
        }
    }

    [Fact]
    public void Messages_FieldsOfANewerSender_ArePassedOver()
    {
        foreach (object message in Draw(3).Where(message => Write(message)[0] is >= 0x90 and < 0x9f))
        {
            byte[] bytes = Write(message);
            byte[] extended = [(byte)(bytes[0] + 1), .. bytes[1..], .. Encode.With((ref MessagePackWriter w) => w.Write("of tomorrow"))];

            Write(Read(message.GetType(), extended)).Should().Equal(bytes);
        }
    }

    private object[] Draw(ulong seed) => [.. new AnyGossipMessage(new RandomStream(seed), _actor).OfEachType()];

    private static byte[] Write(object message) => Encode.With((ref MessagePackWriter writer) => Codec(message.GetType()).Write(ref writer, message));

    private object Read(Type type, byte[] bytes)
    {
        MessagePackReader reader = new(bytes, resolver: new Resolver(_system));
        object message = Codec(type).Read(ref reader);
        reader.ExpectEnd();
        return message;
    }

    private static MessageCodec Codec(Type type)
    {
        Registry.TryGet(type, out MessageCodec? codec).Should().BeTrue();
        return codec!;
    }

    private sealed class Resolver(ActorSystem system) : IActorRefResolver
    {
        public ActorRef Resolve(ActorPath path) => new NobodyRef(system, path);
    }
}
