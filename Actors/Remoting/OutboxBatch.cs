using FedActors.Actors.Remoting.Frames;

namespace FedActors.Actors.Remoting;

/// <summary>Finished frames, and the messages inside them for the case that they cannot be sent.</summary>
internal sealed class OutboxBatch
{
    public FrameBuffer Frames { get; } = new();

    public List<(RemoteActorRef Target, Envelope Envelope)> Messages { get; } = [];

    public void Clear()
    {
        Frames.Truncate(0);
        Messages.Clear();
    }
}
