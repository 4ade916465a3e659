using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace FedActors.Actors.Serialization;

/// <content>Values with a length: text, binary, extensions, tensors.</content>
public ref partial struct MessagePackReader
{
    /// <summary>Reads text.</summary>
    /// <param name="maxBytes">Bound on its UTF-8 length.</param>
    public string ReadString(int maxBytes = int.MaxValue)
    {
        byte code = Peek();
        long length = code switch
        {
            >= MessagePackCode.FixStr and <= MessagePackCode.FixStrMax => FixLength(code & 0x1f),
            MessagePackCode.Str8 => Length8(),
            MessagePackCode.Str16 => Length16(),
            MessagePackCode.Str32 => Length32(),
            _ => WrongKind(code, "a string"),
        };
        int limit = Math.Min(maxBytes, _limits.MaxStringBytes);
        if (length > limit)
        {
            Malformed.TooLong("A string's length in bytes", length, limit);
        }

        return Decode(Take(length));
    }

    /// <summary>Reads text, or null for nil.</summary>
    /// <param name="maxBytes">Bound on its UTF-8 length.</param>
    public string? ReadNullableString(int maxBytes = int.MaxValue) => TryReadNil() ? null : ReadString(maxBytes);

    /// <summary>Reads bytes.</summary>
    /// <param name="maxBytes">Bound on their number.</param>
    /// <returns>A view into the buffer.</returns>
    public ReadOnlySpan<byte> ReadBinary(int maxBytes = int.MaxValue)
    {
        byte code = Peek();
        long length = code switch
        {
            MessagePackCode.Bin8 => Length8(),
            MessagePackCode.Bin16 => Length16(),
            MessagePackCode.Bin32 => Length32(),
            _ => WrongKind(code, "binary"),
        };
        int limit = Math.Min(maxBytes, _limits.MaxBinaryBytes);
        if (length > limit)
        {
            Malformed.TooLong("A binary value's length in bytes", length, limit);
        }

        return Take(length);
    }

    /// <summary>Reads a vector written by <see cref="MessagePackWriter.WriteSingles"/>.</summary>
    /// <param name="maxCount">Bound on its elements.</param>
    public float[] ReadSingles(int maxCount = int.MaxValue)
    {
        return CopyOf(ReadVector(sizeof(float), maxCount));
    }

    /// <summary>Reads a vector like <see cref="ReadSingles(int)"/>. Where a large message has memory of its own, the vector is a view of it and not a copy.</summary>
    /// <param name="maxCount">Bound on its elements.</param>
    /// <returns>Keeps the whole message's bytes in memory as long as it lives; in a message with one large vector they are as many.</returns>
    public ReadOnlyMemory<float> ReadSharedSingles(int maxCount = int.MaxValue)
    {
        ReadOnlySpan<byte> bytes = ReadVector(sizeof(float), maxCount);
        if (_ownGiven || !TryFindOwn(bytes.Length, out int start))
        {
            return CopyOf(bytes);
        }

        _ownShared = true;
        return new ReadOnlyMemory<float>(_own, start, bytes.Length / sizeof(float));
    }

    /// <summary>
    /// Reads a vector like <see cref="ReadSharedSingles"/>, in memory that the next messages can use when its owner disposes of it: for
    /// receivers of many large messages. Who hands such a message on hands on the duty; who forgets it loses nothing but the reuse.
    /// </summary>
    /// <param name="maxCount">Bound on its elements.</param>
    public IMemoryOwner<float> ReadOwnedSingles(int maxCount = int.MaxValue)
    {
        ReadOnlySpan<byte> bytes = ReadVector(sizeof(float), maxCount);
        int count = bytes.Length / sizeof(float);
        if (OwnKept || !TryFindOwn(bytes.Length, out int start))
        {
            return new OwnedVector(null, CopyOf(bytes), 0, count);
        }

        _ownGiven = true;
        return new OwnedVector(_pool, _own!, start, count);
    }

    /// <summary>Opens a binary value of which not all bytes need be there.</summary>
    /// <param name="length">Its bytes.</param>
    /// <returns>False if another kind of value is next.</returns>
    internal bool TryReadBinaryHeader(out long length)
    {
        byte code = Peek();
        length = code switch
        {
            MessagePackCode.Bin8 => Length8(),
            MessagePackCode.Bin16 => Length16(),
            MessagePackCode.Bin32 => Length32(),
            _ => -1,
        };
        return length >= 0;
    }

    /// <summary>Reads a vector of a known length into memory of the caller.</summary>
    /// <param name="destination">Filled whole.</param>
    /// <exception cref="ProtocolException">The vector has another length.</exception>
    public void ReadSingles(scoped Span<float> destination)
    {
        ReadOnlySpan<byte> bytes = ReadVector(sizeof(float), destination.Length);
        if (bytes.Length != (long)destination.Length * sizeof(float))
        {
            Malformed.Throw($"A vector of {bytes.Length / sizeof(float)} floats was found where {destination.Length} were expected.");
        }

        CopySingles(bytes, destination);
    }

    /// <summary>Reads a vector written by <see cref="MessagePackWriter.WriteDoubles"/>.</summary>
    /// <param name="maxCount">Bound on its elements.</param>
    public double[] ReadDoubles(int maxCount = int.MaxValue)
    {
        ReadOnlySpan<byte> bytes = ReadVector(sizeof(double), maxCount);
        double[] values = GC.AllocateUninitializedArray<double>(bytes.Length / sizeof(double));
        if (BitConverter.IsLittleEndian)
        {
            bytes.CopyTo(MemoryMarshal.AsBytes(values.AsSpan()));
            return values;
        }

        for (int i = 0; i < values.Length; i++)
        {
            values[i] = BinaryPrimitives.ReadDoubleLittleEndian(bytes[(i * sizeof(double))..]);
        }

        return values;
    }

    /// <summary>Reads a vector written by <see cref="MessagePackWriter.WriteInt64s"/>.</summary>
    /// <param name="maxCount">Bound on its elements.</param>
    public long[] ReadInt64s(int maxCount = int.MaxValue)
    {
        ReadOnlySpan<byte> bytes = ReadVector(sizeof(long), maxCount);
        long[] values = GC.AllocateUninitializedArray<long>(bytes.Length / sizeof(long));
        if (BitConverter.IsLittleEndian)
        {
            bytes.CopyTo(MemoryMarshal.AsBytes(values.AsSpan()));
            return values;
        }

        for (int i = 0; i < values.Length; i++)
        {
            values[i] = BinaryPrimitives.ReadInt64LittleEndian(bytes[(i * sizeof(long))..]);
        }

        return values;
    }

    /// <summary>Reads an application's own value.</summary>
    /// <param name="type">Its type.</param>
    /// <param name="maxBytes">Bound on its bytes.</param>
    /// <returns>A view into the buffer.</returns>
    public ReadOnlySpan<byte> ReadExtension(out sbyte type, int maxBytes = int.MaxValue)
    {
        byte code = Peek();
        long length = code switch
        {
            MessagePackCode.FixExt1 => FixLength(1),
            MessagePackCode.FixExt2 => FixLength(2),
            MessagePackCode.FixExt4 => FixLength(4),
            MessagePackCode.FixExt8 => FixLength(8),
            MessagePackCode.FixExt16 => FixLength(16),
            MessagePackCode.Ext8 => Length8(),
            MessagePackCode.Ext16 => Length16(),
            MessagePackCode.Ext32 => Length32(),
            _ => WrongKind(code, "an extension"),
        };
        int limit = Math.Min(maxBytes, _limits.MaxBinaryBytes);
        if (length > limit)
        {
            Malformed.TooLong("An extension's length in bytes", length, limit);
        }

        type = (sbyte)Take(1)[0];
        return Take(length);
    }

    /// <summary>Reads a timestamp extension of any of its three widths.</summary>
    public MessagePackTimestamp ReadTimestamp()
    {
        ReadOnlySpan<byte> bytes = ReadExtension(out sbyte type, maxBytes: 12);
        if (type != MessagePackCode.TimestampExtension)
        {
            Malformed.Throw($"Found an extension of type {type} where a timestamp (type -1) was expected.");
        }

        ulong packed;
        MessagePackTimestamp value = default;
        switch (bytes.Length)
        {
            case 4:
                value = new MessagePackTimestamp(BinaryPrimitives.ReadUInt32BigEndian(bytes), 0);
                break;
            case 8:
                packed = BinaryPrimitives.ReadUInt64BigEndian(bytes);
                value = Timestamp((long)(packed & ((1UL << 34) - 1)), packed >> 34);
                break;
            case 12:
                value = Timestamp(BinaryPrimitives.ReadInt64BigEndian(bytes[4..]), BinaryPrimitives.ReadUInt32BigEndian(bytes));
                break;
            default:
                Malformed.Throw($"A timestamp has 4, 8 or 12 bytes, not {bytes.Length}.");
                break;
        }

        return value;
    }

    private static MessagePackTimestamp Timestamp(long seconds, ulong nanoseconds)
    {
        if (nanoseconds >= MessagePackTimestamp.NanosecondsPerSecond)
        {
            Malformed.Throw($"A timestamp's nanoseconds of {nanoseconds} are over 999999999.");
        }

        return new MessagePackTimestamp(seconds, (int)nanoseconds);
    }

    private ReadOnlySpan<byte> ReadVector(int elementBytes, int maxCount)
    {
        ReadOnlySpan<byte> bytes = ReadBinary((int)Math.Min(int.MaxValue, (long)maxCount * elementBytes));
        if (bytes.Length % elementBytes != 0)
        {
            Malformed.Throw($"A vector of {bytes.Length} bytes is no whole number of {elementBytes}-byte elements.");
        }

        return bytes;
    }

    /// <summary>Where the vector that was just read stands in the message's own memory, if it stands where an array's element can.</summary>
    private readonly bool TryFindOwn(int bytes, out int start)
    {
        int at = _ownOffset + _position - bytes;
        start = at / sizeof(float);
        return _own is not null && BitConverter.IsLittleEndian && at % sizeof(float) == 0;
    }

    private static float[] CopyOf(ReadOnlySpan<byte> bytes)
    {
        float[] values = GC.AllocateUninitializedArray<float>(bytes.Length / sizeof(float));
        CopySingles(bytes, values);
        return values;
    }

    private static void CopySingles(ReadOnlySpan<byte> bytes, scoped Span<float> values)
    {
        if (BitConverter.IsLittleEndian)
        {
            bytes.CopyTo(MemoryMarshal.AsBytes(values));
            return;
        }

        for (int i = 0; i < values.Length; i++)
        {
            values[i] = BinaryPrimitives.ReadSingleLittleEndian(bytes[(i * sizeof(float))..]);
        }
    }

    private static string Decode(ReadOnlySpan<byte> utf8)
    {
        try
        {
            return StrictUtf8.Instance.GetString(utf8);
        }
        catch (DecoderFallbackException e)
        {
            throw new ProtocolException("A string is not valid UTF-8.", e);
        }
    }

    private static long WrongKind(byte code, string wanted)
    {
        Malformed.Unexpected(code, wanted);
        return 0;
    }

    private long FixLength(int length)
    {
        _position++;
        return length;
    }

    private long Length8() => Take(2)[1];

    private long Length16() => BinaryPrimitives.ReadUInt16BigEndian(Take(3)[1..]);

    private long Length32() => BinaryPrimitives.ReadUInt32BigEndian(Take(5)[1..]);
}
