namespace FedActors.Actors.Serialization;

/// <summary>A message that may leave the process. Each message type writes and reads itself; nothing is instantiated by name.</summary>
/// <typeparam name="TSelf">The message type itself.</typeparam>
/// <remarks>
/// A message is written as one MessagePack array of its fields, in order. A reader takes the fields it knows and skips further ones,
/// so that a newer sender may append fields.
/// </remarks>
public interface IWireMessage<TSelf>
    where TSelf : class, IWireMessage<TSelf>
{
    /// <summary>Identifies the type on the wire. Unique within a <see cref="MessageRegistry"/>, and never reused for another meaning.</summary>
    static abstract int TypeId { get; }

    /// <summary>Writes the message as one MessagePack value, and does nothing else: what waits for the node meanwhile waits for this.</summary>
    void Write(ref MessagePackWriter writer);

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="ProtocolException">The bytes are malformed, or a value is outside its limits.</exception>
    static abstract TSelf Read(ref MessagePackReader reader);
}
