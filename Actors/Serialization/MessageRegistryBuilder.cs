namespace FedActors.Actors.Serialization;

/// <summary>Collects the messages of a program into a <see cref="MessageRegistry"/>.</summary>
public sealed class MessageRegistryBuilder
{
    private readonly Dictionary<int, MessageCodec> _codecs = [];

    /// <summary>Registers a message type.</summary>
    /// <typeparam name="T">The message; registered once.</typeparam>
    /// <returns>This builder.</returns>
    /// <exception cref="ArgumentException">The id is negative, or given away already.</exception>
    public MessageRegistryBuilder Add<T>()
        where T : class, IWireMessage<T>
    {
        var codec = new MessageCodec<T>();
        if (codec.TypeId < 0)
        {
            throw new ArgumentException($"{typeof(T)} has the type id {codec.TypeId}; ids are not negative.");
        }

        if (!_codecs.TryAdd(codec.TypeId, codec))
        {
            if (_codecs[codec.TypeId].Type == typeof(T))
            {
                throw new ArgumentException($"{typeof(T)} is registered already.");
            }

            throw new ArgumentException($"Type id {codec.TypeId} belongs to {_codecs[codec.TypeId].Type} and cannot be given to {typeof(T)}.");
        }

        return this;
    }

    /// <summary>Closes the set.</summary>
    public MessageRegistry Build() => new(_codecs.Values);
}
