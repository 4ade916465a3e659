using System.Buffers.Binary;
using FedActors.Actors.Remoting.Frames;

namespace FedActors.Actors.Remoting;

/// <summary>Finished frames, and what they carry, for the case that they do not arrive.</summary>
internal sealed class OutboxBatch : IDisposable
{
    /// <summary>What an entry takes beside its frame: its place in the list, a small message, and a reference to whoever asked. Ten bytes of frame would stand for them all.</summary>
    public const int EntryBytes = 128;

    private const int FirstEntries = 4;

    // One for each frame, in order.
    private OutboxEntry[] _entries = [];
    private int _added;
    private int _droppedFrames;
    private int _droppedBytes;

    /// <summary>The frames; new ones are written at its end.</summary>
    public FrameBuffer Frames { get; } = new();

    /// <summary>When the first frame was written, as a timestamp of the system's clock; null when the batch has been sent once.</summary>
    public long? Since { get; set; }

    /// <summary>Frames that count.</summary>
    public int Count => _added - _droppedFrames;

    /// <summary>Their bytes.</summary>
    public int Bytes => Frames.Length - _droppedBytes;

    /// <summary>What they take here until they have arrived.</summary>
    public int HeldBytes => Bytes + (EntryBytes * Count);

    public ReadOnlySpan<byte> Written => Frames.Written[_droppedBytes..];

    /// <summary>One for each of them, in order.</summary>
    public IEnumerable<OutboxEntry> Entries => _entries.Take(_droppedFrames.._added);

    /// <summary>The messages among them.</summary>
    public IEnumerable<(RemoteActorRef Target, Envelope Envelope)> Messages =>
        Entries.Where(entry => entry.Target is not null).Select(entry => (entry.Target!, entry.Envelope));

    /// <summary>A frame is finished.</summary>
    /// <param name="target">For whom it is, or null if the runtime itself speaks.</param>
    /// <param name="envelope">What it carries.</param>
    public void Add(RemoteActorRef? target, in Envelope envelope)
    {
        if (_added == _entries.Length)
        {
            Array.Resize(ref _entries, Math.Max(FirstEntries, 2 * _added));
        }

        _entries[_added++].Fill(target, envelope);
    }

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
        Array.Clear(_entries, 0, _added);
        _added = 0;
        _droppedFrames = 0;
        _droppedBytes = 0;
    }

    /// <summary>Gives its memory back. It may be used again.</summary>
    public void Dispose()
    {
        Frames.Dispose();
        _entries = [];
        _added = 0;
    }
}
