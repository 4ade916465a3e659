using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace FedActors.Actors.Serialization;

/// <summary>The closed set of messages that may cross the wire. Nothing else is ever instantiated from bytes.</summary>
/// <remarks>Made by <see cref="MessageRegistryBuilder"/>; immutable.</remarks>
public sealed class MessageRegistry
{
    private readonly FrozenDictionary<int, MessageCodec> _byId;
    private readonly FrozenDictionary<Type, MessageCodec> _byType;

    internal MessageRegistry(IReadOnlyCollection<MessageCodec> codecs)
    {
        _byId = codecs.ToFrozenDictionary(c => c.TypeId);
        _byType = codecs.ToFrozenDictionary(c => c.Type);
        TypeIds = [.. _byId.Keys.Order()];
    }

    /// <summary>A registry without messages, for a system that only relays its own control traffic.</summary>
    public static MessageRegistry Empty { get; } = new([]);

    /// <summary>Every registered type id, ascending.</summary>
    public IReadOnlyList<int> TypeIds { get; }

    /// <summary>Finds the codec for a message about to be written.</summary>
    /// <param name="type">Its runtime type, exactly: base types do not count.</param>
    /// <param name="codec">The codec.</param>
    public bool TryGet(Type type, [NotNullWhen(true)] out MessageCodec? codec) => _byType.TryGetValue(type, out codec);

    /// <summary>Finds the codec for a message about to be read.</summary>
    /// <param name="typeId">As found on the wire.</param>
    /// <param name="codec">The codec.</param>
    public bool TryGet(int typeId, [NotNullWhen(true)] out MessageCodec? codec) => _byId.TryGetValue(typeId, out codec);

    /// <summary>A hash of the type's name, by which two nodes notice at the handshake that they mean different messages by one id.</summary>
    /// <remarks>FNV-1a, 32 bits, over the UTF-8 bytes of the type's simple name. It guards against mistakes, not against malice.</remarks>
    internal static uint NameHash(Type type)
    {
        uint hash = 2166136261;
        foreach (byte b in Encoding.UTF8.GetBytes(type.Name))
        {
            hash = (hash ^ b) * 16777619;
        }

        return hash;
    }
}
