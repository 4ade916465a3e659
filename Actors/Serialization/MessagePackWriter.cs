using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace FedActors.Actors.Serialization;

/// <summary>Writes MessagePack values, each in the shortest format that holds it.</summary>
/// <remarks>
/// The MessagePack specification (msgpack/spec.md), all format families. Multi-byte numbers are big-endian as it demands.
/// The writer asks its output for memory in pieces, so that a large value never needs one contiguous block.
/// Call <see cref="Flush"/> when done: until then the last piece is not part of the output.
/// </remarks>
public ref partial struct MessagePackWriter
{
    // The longest fixed part of any format: an ext 32 header or a timestamp 96 with its header has at most 15 bytes.
    private const int MaxFixedBytes = 16;

    private readonly IBufferWriter<byte> _output;
    private Span<byte> _span;
    private int _used;
    private long _flushed;

    /// <summary>Creates a writer.</summary>
    /// <param name="output">Takes the bytes. The writer holds a piece of it until <see cref="Flush"/>.</param>
    public MessagePackWriter(IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        _output = output;
        _span = default;
    }

    /// <summary>Creates a writer that need not ask its output for the first piece.</summary>
    /// <param name="output">Takes the bytes.</param>
    /// <param name="piece">The memory that the output would hand out next, or some of its beginning: <see cref="Flush"/> only says how much of it was used.</param>
    internal MessagePackWriter(IBufferWriter<byte> output, Span<byte> piece)
    {
        _output = output;
        _span = piece;
    }

    /// <summary>Bytes written so far, flushed or not.</summary>
    public readonly long BytesWritten => _flushed + _used;

    /// <summary>Hands everything written so far to the output.</summary>
    public void Flush()
    {
        if (_used > 0)
        {
            _output.Advance(_used);
            _flushed += _used;
            _used = 0;
        }

        _span = default;
    }

    /// <summary>Writes nil.</summary>
    public void WriteNil() => WriteByte(MessagePackCode.Nil);

    /// <summary>Writes a boolean.</summary>
    public void Write(bool value) => WriteByte(value ? MessagePackCode.True : MessagePackCode.False);

    /// <summary>Writes an integer.</summary>
    public void Write(int value) => Write((long)value);

    /// <summary>Writes an integer.</summary>
    public void Write(uint value) => Write((ulong)value);

    /// <summary>Writes an integer.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Write(long value)
    {
        if ((ulong)value > MessagePackCode.PositiveFixIntMax || !TryWriteByte((byte)value))
        {
            WriteLong(value);
        }
    }

    private void WriteLong(long value)
    {
        if (value >= 0)
        {
            WriteUnsigned((ulong)value);
            return;
        }

        Span<byte> span = Reserve(MaxFixedBytes);
        switch (value)
        {
            case >= -32:
                span[0] = (byte)value;
                _used += 1;
                break;
            case >= sbyte.MinValue:
                span[0] = MessagePackCode.Int8;
                span[1] = (byte)value;
                _used += 2;
                break;
            case >= short.MinValue:
                span[0] = MessagePackCode.Int16;
                BinaryPrimitives.WriteInt16BigEndian(span[1..], (short)value);
                _used += 3;
                break;
            case >= int.MinValue:
                span[0] = MessagePackCode.Int32;
                BinaryPrimitives.WriteInt32BigEndian(span[1..], (int)value);
                _used += 5;
                break;
            default:
                span[0] = MessagePackCode.Int64;
                BinaryPrimitives.WriteInt64BigEndian(span[1..], value);
                _used += 9;
                break;
        }
    }

    /// <summary>Writes an integer.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Write(ulong value)
    {
        if (value > MessagePackCode.PositiveFixIntMax || !TryWriteByte((byte)value))
        {
            WriteUnsigned(value);
        }
    }

    private void WriteUnsigned(ulong value)
    {
        Span<byte> span = Reserve(MaxFixedBytes);
        switch (value)
        {
            case <= MessagePackCode.PositiveFixIntMax:
                span[0] = (byte)value;
                _used += 1;
                break;
            case <= byte.MaxValue:
                span[0] = MessagePackCode.UInt8;
                span[1] = (byte)value;
                _used += 2;
                break;
            case <= ushort.MaxValue:
                span[0] = MessagePackCode.UInt16;
                BinaryPrimitives.WriteUInt16BigEndian(span[1..], (ushort)value);
                _used += 3;
                break;
            case <= uint.MaxValue:
                span[0] = MessagePackCode.UInt32;
                BinaryPrimitives.WriteUInt32BigEndian(span[1..], (uint)value);
                _used += 5;
                break;
            default:
                span[0] = MessagePackCode.UInt64;
                BinaryPrimitives.WriteUInt64BigEndian(span[1..], value);
                _used += 9;
                break;
        }
    }

    /// <summary>Writes a 32-bit float, bit for bit.</summary>
    public void Write(float value)
    {
        Span<byte> span = Reserve(MaxFixedBytes);
        span[0] = MessagePackCode.Float32;
        BinaryPrimitives.WriteSingleBigEndian(span[1..], value);
        _used += 5;
    }

    /// <summary>Writes a 64-bit float, bit for bit.</summary>
    public void Write(double value)
    {
        Span<byte> span = Reserve(MaxFixedBytes);
        span[0] = MessagePackCode.Float64;
        BinaryPrimitives.WriteDoubleBigEndian(span[1..], value);
        _used += 9;
    }

    /// <summary>Opens an array: exactly <paramref name="count"/> values must follow.</summary>
    /// <param name="count">Not negative.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void WriteArrayHeader(int count)
    {
        if ((uint)count > MessagePackCode.FixCountMax || !TryWriteByte((byte)(MessagePackCode.FixArray | count)))
        {
            WriteCount(count, MessagePackCode.FixArray, MessagePackCode.Array16, MessagePackCode.Array32);
        }
    }

    /// <summary>Opens a map: exactly <paramref name="count"/> pairs of key and value must follow.</summary>
    /// <param name="count">Not negative.</param>
    public void WriteMapHeader(int count) => WriteCount(count, MessagePackCode.FixMap, MessagePackCode.Map16, MessagePackCode.Map32);

    private void WriteCount(int count, byte fix, byte code16, byte code32)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        Span<byte> span = Reserve(MaxFixedBytes);
        if (count <= MessagePackCode.FixCountMax)
        {
            span[0] = (byte)(fix | count);
            _used += 1;
        }
        else if (count <= ushort.MaxValue)
        {
            span[0] = code16;
            BinaryPrimitives.WriteUInt16BigEndian(span[1..], (ushort)count);
            _used += 3;
        }
        else
        {
            span[0] = code32;
            BinaryPrimitives.WriteUInt32BigEndian(span[1..], (uint)count);
            _used += 5;
        }
    }

    private void WriteByte(byte value)
    {
        if (!TryWriteByte(value))
        {
            Renew(1);
            _span[_used++] = value;
        }
    }

    /// <summary>Writes one byte where the piece at hand has room for it. Most of what small messages have is one byte, so this is all that is inlined.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryWriteByte(byte value)
    {
        int used = _used;
        if ((uint)used >= (uint)_span.Length)
        {
            return false;
        }

        _span[used] = value;
        _used = used + 1;
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Span<byte> Reserve(int bytes)
    {
        if (_span.Length - _used < bytes)
        {
            Renew(bytes);
        }

        return _span[_used..];
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Renew(int bytes)
    {
        Flush();
        _span = _output.GetSpan(bytes);
    }
}
