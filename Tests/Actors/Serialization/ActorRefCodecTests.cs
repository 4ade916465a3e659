using FedActors.Actors;
using FedActors.Actors.Serialization;

namespace FedActors.Tests.Actors.Serialization;

public sealed class ActorRefCodecTests
{
    [Fact]
    public async Task ActorRef_RoundTrip_ResolvesItsPath()
    {
        await using var system = new ActorSystem(new ActorSystemOptions { Node = "north" });
        ActorRef actor = system.Spawn(Props.FromBehaviour((_, _) => ValueTask.CompletedTask), "worker-a");
        byte[] bytes = Encode.With((ref MessagePackWriter w) =>
        {
            w.Write(actor);
            w.Write((ActorRef?)null);
        });
        var resolver = new Resolver(actor);

        ReadBoth(bytes, resolver).Should().Be((actor, null));
        resolver.Asked.Should().Be(actor.Path);
    }

    [Fact]
    public void ActorRef_ReadWithoutResolver_IsTheCallersMistake()
    {
        Action read = () => new MessagePackReader([0x93, 0xa1, 0x61, 0xa1, 0x62, 0x01]).ReadActorRef();

        read.Should().Throw<InvalidOperationException>();
    }

    [Fact]
    public void ActorRef_WithOverlongName_IsRefused()
    {
        byte[] bytes = Encode.With((ref MessagePackWriter w) =>
        {
            w.WriteArrayHeader(3);
            w.Write("node");
            w.Write(new string('x', ActorPath.MaxPathLength + 1));
            w.Write(1);
        });
        Action read = () => new MessagePackReader(bytes, resolver: new Resolver(null!)).ReadActorRef();

        read.Should().Throw<ProtocolException>().WithMessage("*1025*");
    }

    private static (ActorRef, ActorRef?) ReadBoth(byte[] bytes, IActorRefResolver resolver)
    {
        var reader = new MessagePackReader(bytes, resolver: resolver);
        return (reader.ReadActorRef(), reader.ReadNullableActorRef());
    }

    private sealed class Resolver(ActorRef actor) : IActorRefResolver
    {
        public ActorPath Asked { get; private set; }

        public ActorRef Resolve(ActorPath path)
        {
            Asked = path;
            return actor;
        }
    }
}
