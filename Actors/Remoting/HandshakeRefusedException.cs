using FedActors.Actors.Remoting.Frames;

namespace FedActors.Actors.Remoting;

/// <summary>A handshake ended without a connection.</summary>
internal sealed class HandshakeRefusedException(Refusal refusal) : Exception(refusal.Text)
{
    public Refusal Refusal { get; } = refusal;
}
