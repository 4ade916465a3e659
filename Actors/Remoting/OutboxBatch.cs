using System.Buffers.Binary;
using FedActors.Actors.Remoting.Frames;

namespace FedActors.Actors.Remoting;

/// <summary>Finished frames, and what they carry, for the case that they do not arrive.</summary>
internal sealed class OutboxBatch : IDisposable
{
    /// <summary>What an entry takes beside its frame: its place in the list, a small message, and a reference to whoever asked. Ten bytes of frame would stand for them all.</summary>
    public const int EntryBytes = 128;

    private int _droppedFrames;
    private int _droppedBytes;

    /// <summary>The frames; new ones are written at its end.</summary>
    public FrameBuffer Frames { get; } = new();

    /// <summary>One for each frame, in order; without a target if the runtime itself speaks.</summary>
    public List<(RemoteActorRef? Target, Envelope Envelope)> Entries { get; } = [];

    /// <summary>When the first frame was written, as a timestamp of the system's clock; null when the batch has been sent once.</summary>
    public long? Since { get; set; }

    /// <summary>Frames that count.</summary>
    public int Count => Entries.Count - _droppedFrames;

    /// <summary>Their bytes.</summary>
    public int Bytes => Frames.Length - _droppedBytes;

    /// <summary>What they take here until they have arrived.</summary>
    public int HeldBytes => Bytes + (EntryBytes * Count);

    public ReadOnlySpan<byte> Written => Frames.Written[_droppedBytes..];

    /// <summary>The messages among them.</summary>
    public IEnumerable<(RemoteActorRef Target, Envelope Envelope)> Messages =>
        Entries.Skip(_droppedFrames).Where(entry => entry.Target is not null).Select(entry => (entry.Target!, entry.Envelope));

    /// <summary>Forgets the first frames, which have arrived.</summary>
    public void DropFirst(int frames)
    {
        for (int i = 0; i < frames; i++)
        {
            _droppedBytes += FrameBuffer.PrefixBytes + BinaryPrimitives.ReadInt32BigEndian(Written);
        }

        _droppedFrames += frames;
    }

    public void Clear()
    {
        Frames.Truncate(0);
        Entries.Clear();
        _droppedFrames = 0;
        _droppedBytes = 0;
    }

    /// <summary>Gives its memory back. It may be used again.</summary>
    public void Dispose()
    {
        Frames.Dispose();
        Entries.Clear();
        Entries.Capacity = 0;
    }
}
