using System.Buffers;

namespace FedActors.Simulation.Network;

/// <summary>Bytes under way, or a mark such as the end of a stream.</summary>
/// <param name="flow">Parcels of one flow arrive in the order in which they were sent.</param>
/// <param name="bytes">Its size.</param>
/// <param name="content">What it holds; empty for a mark.</param>
/// <param name="arrive">What its arrival does. It keeps nothing of the content.</param>
internal sealed class Parcel(Flow flow, int bytes, ReadOnlyMemory<byte> content, Action<ReadOnlyMemory<byte>> arrive)
{
    private readonly byte[] _rented = [];

    /// <summary>What a mark takes on the wire: a packet without content.</summary>
    public const int MarkBytes = 64;

    /// <summary>Bytes in an array from the shared pool.</summary>
    public Parcel(Flow flow, byte[] rented, int count, Action<ReadOnlyMemory<byte>> arrive)
        : this(flow, MarkBytes + count, rented.AsMemory(0, count), arrive) => _rented = rented;

    public Flow Flow { get; } = flow;

    public int Bytes { get; } = bytes;

    public ReadOnlyMemory<byte> Content { get; } = content;

    /// <summary>The way that it is on.</summary>
    public NetworkPath? Path { get; set; }

    /// <summary>Once.</summary>
    public void Arrive()
    {
        arrive(Content);
        ArrayPool<byte>.Shared.Return(_rented);
    }
}
