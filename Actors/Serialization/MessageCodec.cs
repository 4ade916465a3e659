namespace FedActors.Actors.Serialization;

/// <summary>How one message type crosses the wire. Made once, when the registry is built.</summary>
public abstract class MessageCodec
{
    private protected MessageCodec(int typeId, Type type)
    {
        TypeId = typeId;
        Type = type;
        NameHash = MessageRegistry.NameHash(type);
    }

    /// <summary>The type on the wire.</summary>
    public int TypeId { get; }

    /// <summary>The type in this process.</summary>
    public Type Type { get; }

    /// <summary>As <see cref="MessageRegistry.NameHash"/>: each handshake compares those of all types.</summary>
    internal uint NameHash { get; }

    /// <summary>Writes a message of exactly this type.</summary>
    public abstract void Write(ref MessagePackWriter writer, object message);

    /// <summary>Reads a message of this type.</summary>
    /// <exception cref="ProtocolException">The bytes are malformed.</exception>
    public abstract object Read(ref MessagePackReader reader);
}

/// <summary>The codec of <typeparamref name="T"/>: two direct calls, no reflection.</summary>
internal sealed class MessageCodec<T>() : MessageCodec(T.TypeId, typeof(T))
    where T : class, IWireMessage<T>
{
    public override void Write(ref MessagePackWriter writer, object message) => ((T)message).Write(ref writer);

    public override object Read(ref MessagePackReader reader)
    {
        try
        {
            return T.Read(ref reader);
        }
        catch (Exception e) when (e is not (ProtocolException or OutOfMemoryException))
        {
            // A message's own checks refuse values in their own words; it is the sender's bytes that are at fault, whatever the words.
            throw new ProtocolException($"A {typeof(T).Name} could not be read: {e.Message}", e);
        }
    }
}
