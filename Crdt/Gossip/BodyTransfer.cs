using System.Collections;

namespace FedActors.Crdt.Gossip;

/// <summary>A body on its way: from one neighbour at a time, in chunks that may come in any order, and may go on from another neighbour.</summary>
internal sealed class BodyTransfer(ContentHash content, int bodyBytes)
{
    /// <summary>Whoever has sent this much of a body has more of it. Room for all is set aside by number since it was asked for.</summary>
    private const int BelievedBytes = 8 * ExchangeLimits.ChunkBytes;

    /// <summary>An empty body has one chunk, an empty one.</summary>
    private readonly BitArray _received = new(Math.Max(1, (int)(((long)bodyBytes + ExchangeLimits.ChunkBytes - 1) / ExchangeLimits.ChunkBytes)));

    private byte[] _bytes = [];
    private int _next;
    private int _count;

    public ContentHash Content { get; } = content;

    public int BodyBytes { get; } = bodyBytes;

    /// <summary>Entries that wait for the body, by key.</summary>
    public Dictionary<string, EntryHeader> Waiting { get; } = new(StringComparer.Ordinal);

    /// <summary>Who is to send it; null while it is parked.</summary>
    public Neighbour? Source { get; private set; }

    /// <summary>Whether all that has come is from the present source, so that a wrong body is surely its fault.</summary>
    public bool HasOneSource { get; private set; } = true;

    /// <summary>When something last came, or the source was asked, or lost.</summary>
    public long LastProgress { get; set; }

    /// <summary>Any key under which the source has offered the body.</summary>
    public string OfferedKey { get; private set; } = "";

    /// <summary>Whether nothing has come yet, so that there is nothing to go on from.</summary>
    public bool IsEmpty => _count == 0;

    public bool IsComplete => _count == _received.Length;

    /// <summary>The judgement that is under way; null as long as bytes lack.</summary>
    public JudgeBody? Judgement { get; set; }

    /// <summary>The bytes, once all are here.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes.AsMemory(0, BodyBytes);

    /// <summary>Whether the source has sent all of another body that it was asked for later, with a chunk no shorter than what is awaited of this one: this one does not wait behind others.</summary>
    public bool IsOvertaken { get; private set; }

    /// <summary>The number of the source's last chunk that was asked for.</summary>
    public long LastAsk { get; private set; }

    /// <summary>Whether a chunk was asked for and has not come.</summary>
    public bool IsOwed => OutstandingChunks > 0;

    private int AskedBytes { get; set; }

    private int OutstandingChunks { get; set; }

    private int OutstandingBytes { get; set; }

    public void Assign(Neighbour source, string offeredKey, long now)
    {
        HasOneSource = _count == 0;
        Source = source;
        IsOvertaken = false;
        OfferedKey = offeredKey;
        LastProgress = now;
        _next = 0;
        source.Unasked.Enqueue(this);
    }

    /// <summary>Takes the body from its source. What has come is kept.</summary>
    public void Release(long now)
    {
        if (Source is { } source)
        {
            source.OutstandingChunks -= OutstandingChunks;
            source.OutstandingBytes -= OutstandingBytes;
        }

        OutstandingChunks = 0;
        OutstandingBytes = 0;
        Source = null;
        LastProgress = now;
    }

    /// <summary>Picks the next chunk to ask for.</summary>
    /// <returns>False if all are here or asked for.</returns>
    public bool TryAsk(out int offset)
    {
        while (_next < _received.Length && _received[_next])
        {
            _next++;
        }

        offset = 0;
        if (_next == _received.Length)
        {
            return false;
        }

        offset = _next * ExchangeLimits.ChunkBytes;
        AskedBytes = LengthAt(_next);
        LastAsk = Source!.NextAsk();
        Owe(AskedBytes, 1);
        _next++;
        return true;
    }

    /// <summary>Takes a chunk in.</summary>
    /// <returns>False if it is not one that was asked for.</returns>
    public bool TryTake(BodyChunk chunk, long now)
    {
        int index = chunk.Offset / ExchangeLimits.ChunkBytes;
        if (chunk.BodyBytes != BodyBytes || chunk.Offset < 0 || chunk.Offset % ExchangeLimits.ChunkBytes != 0
            || index >= _next || chunk.Bytes.Length != LengthAt(index))
        {
            return false;
        }

        if (_received[index])
        {
            return true;
        }

        MakeRoom(chunk.Offset + chunk.Bytes.Length);
        chunk.Bytes.Span.CopyTo(_bytes.AsSpan(chunk.Offset));
        _received[index] = true;
        _count++;
        LastProgress = now;
        Owe(-chunk.Bytes.Length, -1);
        return true;
    }

    /// <summary>The source has sent all of another body.</summary>
    /// <param name="lastAsk">The last of its chunks that was asked for.</param>
    /// <param name="bytes">The length of the chunk that has come.</param>
    public void NoteServed(long lastAsk, int bytes) => IsOvertaken |= IsOwed && LastAsk < lastAsk && AskedBytes <= bytes;

    private int LengthAt(int index) => Math.Min(ExchangeLimits.ChunkBytes, BodyBytes - (index * ExchangeLimits.ChunkBytes));

    private void Owe(int bytes, int chunks)
    {
        OutstandingBytes += bytes;
        OutstandingChunks += chunks;
        Source!.OutstandingBytes += bytes;
        Source.OutstandingChunks += chunks;
    }

    /// <summary>Grows as bytes come: a length that was only claimed costs no memory. Once so much has come that the claim is believed, there is room for all, so that a large body is copied once.</summary>
    private void MakeRoom(int length)
    {
        if (_bytes.Length < length)
        {
            byte[] grown = GC.AllocateUninitializedArray<byte>(length > BelievedBytes ? BodyBytes : (int)Math.Min(BodyBytes, Math.Max(length, 2L * _bytes.Length)));
            _bytes.CopyTo(grown, 0);
            _bytes = grown;
        }
    }
}
