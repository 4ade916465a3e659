namespace FedActors.Actors.Serialization;

/// <content>References to actors.</content>
public ref partial struct MessagePackWriter
{
    /// <summary>Writes a reference as the array of its node, name and uid, or nil for null. Who reads it can tell the actor.</summary>
    public void Write(ActorRef? actor)
    {
        if (actor is null)
        {
            WriteNil();
            return;
        }

        ActorPath path = actor.WirePath;
        WriteArrayHeader(3);
        Write(path.Node);
        Write(path.Name);
        Write(path.Uid);
    }
}
