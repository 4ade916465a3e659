using System.Buffers.Binary;

namespace FedActors.Crdt;

/// <summary>SHA-256 over a few fields, each with its length or of fixed size, so that no two different lists of fields give the same bytes.</summary>
internal ref struct Fingerprint
{
    /// <summary>Enough for a key, two names and all numbers, within <see cref="CrdtLimits"/>.</summary>
    public const int BufferBytes = 2 * (CrdtLimits.MaxKeyLength + (2 * CrdtLimits.MaxNameLength)) + 128;

    private readonly Span<byte> _buffer;
    private int _length;

    /// <param name="buffer">Of <see cref="BufferBytes"/>, on the caller's stack.</param>
    /// <param name="kind">Keeps fingerprints of different kinds of things apart.</param>
    public Fingerprint(Span<byte> buffer, byte kind)
    {
        _buffer = buffer;
        _buffer[_length++] = kind;
    }

    public void Add(ulong value)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(_buffer[_length..], value);
        _length += sizeof(ulong);
    }

    /// <remarks>UTF-16 as it is: a lone surrogate, which UTF-8 would replace, stays distinct.</remarks>
    public void Add(string text)
    {
        Add((ulong)text.Length);
        foreach (char c in text)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(_buffer[_length..], c);
            _length += sizeof(char);
        }
    }

    public void Add(ContentHash hash)
    {
        hash.CopyTo(_buffer[_length..]);
        _length += ContentHash.Length;
    }

    public readonly ContentHash ToHash() => ContentHash.Of(_buffer[.._length]);
}
