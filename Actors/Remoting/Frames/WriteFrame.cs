using FedActors.Actors.Serialization;

namespace FedActors.Actors.Remoting.Frames;

/// <summary>Writes one frame's payload.</summary>
internal delegate void WriteFrame(ref MessagePackWriter writer);
