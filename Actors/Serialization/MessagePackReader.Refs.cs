namespace FedActors.Actors.Serialization;

/// <content>References to actors.</content>
public ref partial struct MessagePackReader
{
    /// <summary>Reads a reference.</summary>
    /// <exception cref="InvalidOperationException">The reader was made without a resolver.</exception>
    public ActorRef ReadActorRef()
    {
        if (_resolver is null)
        {
            throw new InvalidOperationException("This reader has no resolver, so it cannot read references.");
        }

        int extra = ReadFields(known: 3);
        string node = ReadString(ActorPath.MaxNameLength);
        string name = ReadString(ActorPath.MaxPathLength);
        long uid = ReadInt64();
        SkipFields(extra);
        return _resolver.Resolve(new ActorPath(node, name, uid));
    }

    /// <summary>Reads a reference, or null for nil.</summary>
    public ActorRef? ReadNullableActorRef() => TryReadNil() ? null : ReadActorRef();
}
