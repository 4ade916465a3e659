using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FedActors.Actors.Serialization;

/// <summary>Reads MessagePack values from one contiguous buffer.</summary>
/// <remarks>
/// Integers are accepted in any width that holds the value, as the specification asks of readers. Everything else is strict:
/// a wrong type, a length beyond the buffer or a limit, text that is not UTF-8, all throw <see cref="ProtocolException"/>
/// before anything is allocated. Spans that are returned point into the buffer and live as long as it does.
/// </remarks>
public ref partial struct MessagePackReader
{
    private readonly ReadOnlySpan<byte> _buffer;
    private readonly MessagePackLimits _limits;
    private readonly IActorRefResolver? _resolver;
    private readonly float[]? _own;
    private readonly int _ownOffset;
    private readonly VectorPool? _pool;
    private bool _ownShared;
    private bool _ownGiven;
    private int _position;
    private int _depth;

    /// <summary>Creates a reader.</summary>
    /// <param name="buffer">One or more whole values.</param>
    /// <param name="limits">Bounds for every value; <see cref="MessagePackLimits.Default"/> if null.</param>
    /// <param name="resolver">Needed only if the values hold refs.</param>
    public MessagePackReader(ReadOnlySpan<byte> buffer, MessagePackLimits? limits = null, IActorRefResolver? resolver = null)
    {
        _buffer = buffer;
        _limits = limits ?? MessagePackLimits.Default;
        _resolver = resolver;
    }

    /// <summary>Creates a reader of a message that has memory of its own, of which its vectors may be views.</summary>
    /// <param name="own">Nobody else's, and not written any more.</param>
    /// <param name="offset">Where the message begins in it, in bytes.</param>
    /// <param name="length">Its bytes.</param>
    /// <param name="pool">Where the memory goes when the message's owner has done with it.</param>
    /// <param name="resolver">Needed only if the values hold refs.</param>
    internal MessagePackReader(float[] own, int offset, int length, VectorPool pool, IActorRefResolver? resolver)
        : this(MemoryMarshal.AsBytes(own.AsSpan()).Slice(offset, length), null, resolver)
    {
        _own = own;
        _ownOffset = offset;
        _pool = pool;
    }

    /// <summary>Whether the message has kept the memory that it came in.</summary>
    internal readonly bool OwnKept => _ownShared || _ownGiven;

    /// <summary>Bytes read so far.</summary>
    public readonly int Position => _position;

    /// <summary>Bytes not read yet.</summary>
    public readonly int Remaining => _buffer.Length - _position;

    /// <summary>What the next value is; nothing is consumed.</summary>
    public readonly MessagePackKind NextKind => MessagePackCode.KindOf(Peek());

    /// <summary>Consumes nil if it is next.</summary>
    /// <returns>Whether it was.</returns>
    public bool TryReadNil()
    {
        if (Peek() != MessagePackCode.Nil)
        {
            return false;
        }

        _position++;
        return true;
    }

    /// <summary>Reads true or false.</summary>
    public bool ReadBoolean()
    {
        byte code = Peek();
        if (code is not (MessagePackCode.True or MessagePackCode.False))
        {
            Malformed.Unexpected(code, "a boolean");
        }

        _position++;
        return code == MessagePackCode.True;
    }

    /// <summary>Reads an integer of any width that fits 32 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int ReadInt32()
    {
        byte code = Peek();
        if (code > MessagePackCode.PositiveFixIntMax)
        {
            return ReadWideInt32();
        }

        _position++;
        return code;
    }

    private int ReadWideInt32()
    {
        long value = ReadWideInt64();
        if (value != (int)value)
        {
            Malformed.OutOfRange("a 32-bit integer");
        }

        return (int)value;
    }

    /// <summary>Reads an integer of any width that fits 64 bits with a sign.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public long ReadInt64()
    {
        byte code = Peek();
        if (code > MessagePackCode.PositiveFixIntMax)
        {
            return ReadWideInt64();
        }

        _position++;
        return code;
    }

    private long ReadWideInt64()
    {
        byte code = Peek();
        if (code is MessagePackCode.Int8 or MessagePackCode.Int16 or MessagePackCode.Int32 or MessagePackCode.Int64 or >= MessagePackCode.NegativeFixInt)
        {
            return ReadSigned(code);
        }

        ulong value = ReadUnsigned(code);
        if (value > long.MaxValue)
        {
            Malformed.OutOfRange("a signed 64-bit integer");
        }

        return (long)value;
    }

    /// <summary>Reads an integer of any width that is not negative.</summary>
    public ulong ReadUInt64()
    {
        byte code = Peek();
        if (code is MessagePackCode.Int8 or MessagePackCode.Int16 or MessagePackCode.Int32 or MessagePackCode.Int64 or >= MessagePackCode.NegativeFixInt)
        {
            long value = ReadSigned(code);
            if (value < 0)
            {
                Malformed.OutOfRange("an unsigned 64-bit integer");
            }

            return (ulong)value;
        }

        return ReadUnsigned(code);
    }

    /// <summary>Reads a 32-bit float.</summary>
    public float ReadSingle()
    {
        byte code = Peek();
        if (code != MessagePackCode.Float32)
        {
            Malformed.Unexpected(code, "a 32-bit float");
        }

        return BinaryPrimitives.ReadSingleBigEndian(Take(1 + sizeof(float))[1..]);
    }

    /// <summary>Reads a 64-bit float, or a 32-bit one widened.</summary>
    public double ReadDouble()
    {
        byte code = Peek();
        if (code == MessagePackCode.Float32)
        {
            return ReadSingle();
        }

        if (code != MessagePackCode.Float64)
        {
            Malformed.Unexpected(code, "a 64-bit float");
        }

        return BinaryPrimitives.ReadDoubleBigEndian(Take(1 + sizeof(double))[1..]);
    }

    private ulong ReadUnsigned(byte code)
    {
        switch (code)
        {
            case <= MessagePackCode.PositiveFixIntMax:
                _position++;
                return code;
            case MessagePackCode.UInt8:
                return Take(2)[1];
            case MessagePackCode.UInt16:
                return BinaryPrimitives.ReadUInt16BigEndian(Take(3)[1..]);
            case MessagePackCode.UInt32:
                return BinaryPrimitives.ReadUInt32BigEndian(Take(5)[1..]);
            case MessagePackCode.UInt64:
                return BinaryPrimitives.ReadUInt64BigEndian(Take(9)[1..]);
            default:
                Malformed.Unexpected(code, "an integer");
                return 0;
        }
    }

    private long ReadSigned(byte code)
    {
        switch (code)
        {
            case >= MessagePackCode.NegativeFixInt:
                _position++;
                return (sbyte)code;
            case MessagePackCode.Int8:
                return (sbyte)Take(2)[1];
            case MessagePackCode.Int16:
                return BinaryPrimitives.ReadInt16BigEndian(Take(3)[1..]);
            case MessagePackCode.Int32:
                return BinaryPrimitives.ReadInt32BigEndian(Take(5)[1..]);
            default:
                return BinaryPrimitives.ReadInt64BigEndian(Take(9)[1..]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly byte Peek()
    {
        if ((uint)_position >= (uint)_buffer.Length)
        {
            Malformed.Truncated(1, 0);
        }

        return _buffer[_position];
    }

    /// <summary>Takes exactly <paramref name="bytes"/> bytes. A length is held against what is there before anyone allocates for it.</summary>
    private ReadOnlySpan<byte> Take(long bytes)
    {
        if (bytes > Remaining)
        {
            Malformed.Truncated(bytes, Remaining);
        }

        ReadOnlySpan<byte> taken = _buffer.Slice(_position, (int)bytes);
        _position += (int)bytes;
        return taken;
    }
}
