using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace FedActors.Actors.Serialization;

/// <content>Values with a length: text, binary, extensions, tensors.</content>
public ref partial struct MessagePackWriter
{
    // Text up to this size is encoded in one step into the current piece; longer text needs a piece of its own.
    private const int PieceBytes = 4096;

    // A smaller vector is copied into the frame that it travels in; to refer to it would cost as much.
    private const int LeastSharedBytes = 64 * 1024;

    /// <summary>Writes text, or nil for null.</summary>
    /// <exception cref="System.Text.EncoderFallbackException">The text holds half a surrogate pair.</exception>
    public void Write(string? value)
    {
        if (value is null)
        {
            WriteNil();
            return;
        }

        int bytes = StrictUtf8.Instance.GetByteCount(value);
        WriteStringHeader(bytes);
        StrictUtf8.Instance.GetBytes(value, Reserve(bytes));
        _used += bytes;
    }

    /// <summary>Writes bytes.</summary>
    public void WriteBinary(scoped ReadOnlySpan<byte> value)
    {
        WriteBinaryHeader(value.Length);
        WriteRaw(value);
    }

    /// <summary>Writes a vector of floats as binary: little-endian float32, one after the other, so that it is copied once.</summary>
    public void WriteSingles(ReadOnlySpan<float> values)
    {
        WriteBinaryHeader(checked(values.Length * sizeof(float)));
        if (BitConverter.IsLittleEndian)
        {
            WriteRaw(MemoryMarshal.AsBytes(values));
            return;
        }

        foreach (float value in values)
        {
            BinaryPrimitives.WriteSingleLittleEndian(Reserve(sizeof(float)), value);
            _used += sizeof(float);
        }
    }

    /// <summary>
    /// Writes a vector of floats like <see cref="WriteSingles"/>. A large one is not copied before it is sent, so it must not change
    /// any more: as it is with everything in a message.
    /// </summary>
    public void WriteSharedSingles(ReadOnlyMemory<float> values)
    {
        int bytes = checked(values.Length * sizeof(float));
        if (bytes < LeastSharedBytes || !BitConverter.IsLittleEndian || _output is not ISharingBufferWriter sharing)
        {
            WriteSingles(values.Span);
            return;
        }

        WriteBinaryHeader(bytes);
        Flush();
        sharing.Share(values);
        _flushed += bytes;
    }

    /// <summary>Writes a vector of doubles as binary: little-endian float64.</summary>
    public void WriteDoubles(ReadOnlySpan<double> values)
    {
        WriteBinaryHeader(checked(values.Length * sizeof(double)));
        if (BitConverter.IsLittleEndian)
        {
            WriteRaw(MemoryMarshal.AsBytes(values));
            return;
        }

        foreach (double value in values)
        {
            BinaryPrimitives.WriteDoubleLittleEndian(Reserve(sizeof(double)), value);
            _used += sizeof(double);
        }
    }

    /// <summary>Writes a vector of 64-bit integers as binary, little-endian: exact sums and counts.</summary>
    public void WriteInt64s(ReadOnlySpan<long> values)
    {
        WriteBinaryHeader(checked(values.Length * sizeof(long)));
        if (BitConverter.IsLittleEndian)
        {
            WriteRaw(MemoryMarshal.AsBytes(values));
            return;
        }

        foreach (long value in values)
        {
            BinaryPrimitives.WriteInt64LittleEndian(Reserve(sizeof(long)), value);
            _used += sizeof(long);
        }
    }

    /// <summary>Writes an application's own value.</summary>
    /// <param name="type">0 to 127; the specification keeps negative types, and -1 is a timestamp.</param>
    /// <param name="value">Its bytes.</param>
    public void WriteExtension(sbyte type, ReadOnlySpan<byte> value)
    {
        WriteExtensionHeader(type, value.Length);
        WriteRaw(value);
    }

    /// <summary>Writes an instant as a timestamp extension.</summary>
    public void WriteTimestamp(DateTimeOffset value) => WriteTimestamp(MessagePackTimestamp.From(value));

    /// <summary>Writes an instant as a timestamp extension: 32 bits, 64 bits or 96 bits, the shortest that holds it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Nanoseconds outside 0 to 999,999,999.</exception>
    public void WriteTimestamp(MessagePackTimestamp value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value.Nanoseconds, nameof(value));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(value.Nanoseconds, MessagePackTimestamp.NanosecondsPerSecond, nameof(value));
        bool fits34 = (ulong)value.Seconds >> 34 == 0;
        int bytes = !fits34 ? 12 : value.Nanoseconds == 0 && value.Seconds <= uint.MaxValue ? 4 : 8;
        WriteExtensionHeader(MessagePackCode.TimestampExtension, bytes);
        Span<byte> span = Reserve(bytes);
        switch (bytes)
        {
            case 4:
                BinaryPrimitives.WriteUInt32BigEndian(span, (uint)value.Seconds);
                break;
            case 8:
                BinaryPrimitives.WriteUInt64BigEndian(span, ((ulong)value.Nanoseconds << 34) | (ulong)value.Seconds);
                break;
            default:
                BinaryPrimitives.WriteUInt32BigEndian(span, (uint)value.Nanoseconds);
                BinaryPrimitives.WriteInt64BigEndian(span[4..], value.Seconds);
                break;
        }

        _used += bytes;
    }

    /// <summary>Appends bytes that are MessagePack already.</summary>
    internal void WriteRaw(scoped ReadOnlySpan<byte> value)
    {
        while (!value.IsEmpty)
        {
            Span<byte> span = Reserve(Math.Min(value.Length, PieceBytes));
            int taken = Math.Min(span.Length, value.Length);
            value[..taken].CopyTo(span);
            _used += taken;
            value = value[taken..];
        }
    }

    private void WriteStringHeader(int bytes)
    {
        Span<byte> span = Reserve(MaxFixedBytes);
        if (bytes <= 31)
        {
            span[0] = (byte)(MessagePackCode.FixStr | bytes);
            _used += 1;
            return;
        }

        WriteLength(span, bytes, MessagePackCode.Str8, MessagePackCode.Str16, MessagePackCode.Str32);
    }

    /// <summary>Writes the head of a binary value whose bytes the caller puts behind it.</summary>
    internal void WriteBinaryHeader(int bytes) =>
        WriteLength(Reserve(MaxFixedBytes), bytes, MessagePackCode.Bin8, MessagePackCode.Bin16, MessagePackCode.Bin32);

    private void WriteExtensionHeader(sbyte type, int bytes)
    {
        Span<byte> span = Reserve(MaxFixedBytes);
        byte fix = bytes switch
        {
            1 => MessagePackCode.FixExt1,
            2 => MessagePackCode.FixExt2,
            4 => MessagePackCode.FixExt4,
            8 => MessagePackCode.FixExt8,
            16 => MessagePackCode.FixExt16,
            _ => MessagePackCode.Nil,
        };
        if (fix != MessagePackCode.Nil)
        {
            span[0] = fix;
            _used += 1;
        }
        else
        {
            WriteLength(span, bytes, MessagePackCode.Ext8, MessagePackCode.Ext16, MessagePackCode.Ext32);
        }

        WriteByte((byte)type);
    }

    private void WriteLength(Span<byte> span, int bytes, byte code8, byte code16, byte code32)
    {
        if (bytes <= byte.MaxValue)
        {
            span[0] = code8;
            span[1] = (byte)bytes;
            _used += 2;
        }
        else if (bytes <= ushort.MaxValue)
        {
            span[0] = code16;
            BinaryPrimitives.WriteUInt16BigEndian(span[1..], (ushort)bytes);
            _used += 3;
        }
        else
        {
            span[0] = code32;
            BinaryPrimitives.WriteUInt32BigEndian(span[1..], (uint)bytes);
            _used += 5;
        }
    }
}
