using FedActors.Actors.Remoting.Frames;
using FedActors.Actors.Serialization;

namespace FedActors.Actors.Remoting;

/// <summary>The large messages that are arriving on one connection.</summary>
/// <remarks>
/// A chunk need not be there whole: its bytes go to their place as they come, and are copied together nowhere before. A node sends the
/// chunks of all its streams in turn, so none stands still for a whole round; who pays for one stream with another's
/// bytes is refused. That all of them together go on is <see cref="LinkReceiver"/>'s to see.
/// </remarks>
internal sealed class IncomingStreams(RemotingLimits limits, string node, VectorPool vectors)
{
    // The most that a chunk's frame has before its bytes: length, array, kind and stream in any width, head of a binary value.
    private const int MaxHeadBytes = FrameBuffer.PrefixBytes + 1 + 9 + 9 + 5;

    private readonly Dictionary<int, StreamAssembly> _streams = [];
    private readonly long _roundBytes = (long)limits.MaxStreams * limits.MaxFrameBytes;
    private int _lastId;
    private long _round;
    private long _assembling;
    private StreamAssembly? _current;
    private int _currentId;
    private int _missing;

    /// <summary>Bytes of all streams that have arrived.</summary>
    public long Arrived { get; private set; }

    /// <summary>Whether a stream has begun and not ended.</summary>
    public bool HasOpen => _streams.Count > 0;

    /// <summary>Ends a round if it is time.</summary>
    /// <exception cref="ProtocolException">A stream stood still for the whole round.</exception>
    public void CountRounds()
    {
        if (Arrived - _round < _roundBytes)
        {
            return;
        }

        _round = Arrived;
        foreach ((int id, StreamAssembly stream) in _streams)
        {
            if (!stream.EndRound())
            {
                throw new ProtocolException($"Stream {id} stood still while {_roundBytes} bytes of others arrived; chunks come in turn.");
            }
        }
    }

    /// <summary>Whether bytes of a chunk come next.</summary>
    public bool IsWithinChunk => _missing > 0;

    /// <summary>Where bytes of the chunk that has begun belong, if there is memory for them already; else nothing.</summary>
    public Memory<byte> Place => _missing > 0 ? _current!.Place(_missing) : default;

    /// <summary>Opens a stream.</summary>
    public void Begin(ref MessagePackReader reader)
    {
        MessageFrame head = MessageFrame.Read(ref reader, node);
        int id = reader.ReadInt32();
        int total = reader.ReadInt32();
        int phase = reader.ReadInt32();
        if (total <= 0 || total > limits.MaxMessageBytes)
        {
            throw new ProtocolException($"A message of {total} bytes was announced; 1 to {limits.MaxMessageBytes} are allowed.");
        }

        if (phase is < 0 or >= sizeof(float))
        {
            throw new ProtocolException($"A vector cannot stand {phase} bytes off its place.");
        }

        if (id <= _lastId || _streams.Count >= limits.MaxStreams)
        {
            throw new ProtocolException($"Stream {id} was opened after {_lastId}, beside {_streams.Count} others; {limits.MaxStreams} are allowed.");
        }

        if (_assembling + total > limits.MaxAssemblyBytes)
        {
            throw new ProtocolException($"A message of {total} bytes was announced beside {_assembling} others; {limits.MaxAssemblyBytes} are allowed.");
        }

        _assembling += total;
        _lastId = id;
        _streams.Add(id, new StreamAssembly(head, total, phase, vectors));
    }

    /// <summary>Takes a chunk that is there whole.</summary>
    /// <param name="reader">Behind the frame's kind.</param>
    /// <param name="bytes">The chunk's bytes.</param>
    /// <returns>The message, if it is whole now.</returns>
    public StreamAssembly? TakeChunk(ref MessagePackReader reader, out int bytes)
    {
        int id = reader.ReadInt32();
        ReadOnlySpan<byte> chunk = reader.ReadBinary(limits.MaxFrameBytes);
        StreamAssembly stream = Find(id);
        stream.Append(chunk);
        Arrived += chunk.Length;
        bytes = chunk.Length;
        return Finish(id, stream);
    }

    /// <summary>Begins a chunk of which the head is there and not all the bytes.</summary>
    /// <param name="rest">What has arrived, from the frame's start; the head is taken off.</param>
    /// <returns>False if it is no chunk, or too little is there to tell.</returns>
    public bool TryBeginChunk(ref ReadOnlySpan<byte> rest)
    {
        if (rest.Length < MaxHeadBytes)
        {
            return false;
        }

        int payload = FrameCutter.ReadLength(rest, limits.MaxFrameBytes);
        var reader = new MessagePackReader(rest[FrameBuffer.PrefixBytes..]);
        if (reader.NextKind != MessagePackKind.Array || reader.ReadArrayHeader() != 3 || reader.NextKind != MessagePackKind.Integer
            || reader.ReadInt64() != (int)FrameKind.Chunk || reader.NextKind != MessagePackKind.Integer)
        {
            return false;
        }

        long id = reader.ReadInt64();
        if (!reader.TryReadBinaryHeader(out long length) || reader.Position + length != payload || length == 0)
        {
            return false;
        }

        _currentId = (int)Math.Clamp(id, int.MinValue, int.MaxValue);
        _current = Find(_currentId);
        _missing = (int)length;
        rest = rest[(FrameBuffer.PrefixBytes + reader.Position)..];
        return true;
    }

    /// <summary>Takes bytes of the chunk that was begun.</summary>
    /// <param name="rest">What has arrived; what was taken is taken off.</param>
    /// <returns>The message, if it is whole now.</returns>
    public StreamAssembly? Continue(ref ReadOnlySpan<byte> rest)
    {
        int taken = Math.Min(rest.Length, _missing);
        if (taken == 0)
        {
            return null;
        }

        _current!.Append(rest[..taken]);
        rest = rest[taken..];
        return Advance(taken);
    }

    /// <summary>Notes that bytes of the chunk that was begun are in their place.</summary>
    /// <returns>The message, if it is whole now.</returns>
    public StreamAssembly? ContinuePlaced(int bytes)
    {
        _current!.AppendPlaced(bytes);
        return Advance(bytes);
    }

    /// <summary>Gives memory back.</summary>
    public void Release()
    {
        foreach (StreamAssembly stream in _streams.Values)
        {
            stream.Release(kept: false);
        }

        _streams.Clear();
    }

    private StreamAssembly? Advance(int bytes)
    {
        Arrived += bytes;
        _missing -= bytes;
        if (_missing > 0)
        {
            return null;
        }

        StreamAssembly stream = _current!;
        _current = null;
        return Finish(_currentId, stream);
    }

    private StreamAssembly Find(int id) =>
        _streams.TryGetValue(id, out StreamAssembly? stream) ? stream : throw new ProtocolException($"A chunk came for stream {id}, which is not open.");

    private StreamAssembly? Finish(int id, StreamAssembly stream)
    {
        if (!stream.IsWhole)
        {
            return null;
        }

        _streams.Remove(id);
        _assembling -= stream.Total;
        return stream;
    }
}
