using FedActors.Actors.Serialization;
using FedActors.FL.Protocol;
using FedActors.Tests.Actors.Serialization;

namespace FedActors.Tests.FL.Protocol;

/// <summary>Writes and reads messages as remoting does.</summary>
internal static class Wire
{
    public static readonly MessageRegistry Registry = CoordinatedProtocol.Register(new MessageRegistryBuilder()).Build();

    public static byte[] Write(object message) => Encode.With((ref MessagePackWriter writer) => Codec(message).Write(ref writer, message));

    public static object Read(Type type, byte[] bytes)
    {
        MessagePackReader reader = new(bytes);
        Registry.TryGet(type, out MessageCodec? codec).Should().BeTrue();
        object message = codec!.Read(ref reader);
        reader.ExpectEnd();
        return message;
    }

    /// <summary>There and back.</summary>
    public static T Carry<T>(T message)
        where T : class => (T)Read(typeof(T), Write(message));

    private static MessageCodec Codec(object message)
    {
        Registry.TryGet(message.GetType(), out MessageCodec? codec).Should().BeTrue();
        return codec!;
    }
}
