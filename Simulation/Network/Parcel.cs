namespace FedActors.Simulation.Network;

/// <summary>Bytes under way, or a mark such as the end of a stream.</summary>
/// <param name="flow">Parcels of one flow arrive in the order in which they were sent.</param>
/// <param name="bytes">Its size.</param>
/// <param name="content">What it holds; empty for a mark.</param>
/// <param name="arrive">What its arrival does.</param>
internal sealed class Parcel(Flow flow, int bytes, ReadOnlyMemory<byte> content, Action<ReadOnlyMemory<byte>> arrive)
{
    /// <summary>What a mark takes on the wire: a packet without content.</summary>
    public const int MarkBytes = 64;

    public Flow Flow { get; } = flow;

    public int Bytes { get; } = bytes;

    public ReadOnlyMemory<byte> Content { get; } = content;

    /// <summary>The way that it is on.</summary>
    public NetworkPath? Path { get; set; }

    public void Arrive() => arrive(Content);
}
