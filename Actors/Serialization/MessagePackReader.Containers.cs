using System.Runtime.CompilerServices;

namespace FedActors.Actors.Serialization;

/// <content>Arrays, maps, and passing over what a reader does not know.</content>
public ref partial struct MessagePackReader
{
    /// <summary>Opens an array.</summary>
    /// <param name="maxCount">Bound on its elements.</param>
    /// <returns>How many values follow. No more than there are bytes left, so it is safe to allocate for.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int ReadArrayHeader(int maxCount = int.MaxValue)
    {
        int count = Peek() ^ MessagePackCode.FixArray;
        if (count > MessagePackCode.FixCountMax || count >= Remaining || count > maxCount || count > _limits.MaxCollectionCount)
        {
            return ReadWideArrayHeader(maxCount);
        }

        _position++;
        return count;
    }

    private int ReadWideArrayHeader(int maxCount)
    {
        byte code = Peek();
        long count = code switch
        {
            >= MessagePackCode.FixArray and <= MessagePackCode.FixArrayMax => FixLength(code & 0x0f),
            MessagePackCode.Array16 => Length16(),
            MessagePackCode.Array32 => Length32(),
            _ => WrongKind(code, "an array"),
        };
        return CheckCount(count, valuesEach: 1, maxCount);
    }

    /// <summary>Opens a map.</summary>
    /// <param name="maxCount">Bound on its pairs.</param>
    /// <returns>How many pairs of key and value follow.</returns>
    public int ReadMapHeader(int maxCount = int.MaxValue)
    {
        byte code = Peek();
        long count = code switch
        {
            >= MessagePackCode.FixMap and <= MessagePackCode.FixMapMax => FixLength(code & 0x0f),
            MessagePackCode.Map16 => Length16(),
            MessagePackCode.Map32 => Length32(),
            _ => WrongKind(code, "a map"),
        };
        return CheckCount(count, valuesEach: 2, maxCount);
    }

    /// <summary>Opens the array of fields that a message is.</summary>
    /// <param name="known">Fields that this reader will read.</param>
    /// <returns>Fields beyond those: hand them to <see cref="SkipFields"/> at the end.</returns>
    /// <exception cref="ProtocolException">Fewer than <paramref name="known"/> are there.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int ReadFields(int known)
    {
        int count = ReadArrayHeader();
        if (count < known)
        {
            Malformed.TooFewFields(count, known);
        }

        return count - known;
    }

    /// <summary>Passes over fields that a newer sender has appended.</summary>
    /// <param name="extra">What <see cref="ReadFields"/> returned.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void SkipFields(int extra)
    {
        if (extra > 0)
        {
            SkipMany(extra);
        }
    }

    private void SkipMany(long values)
    {
        for (long i = 0; i < values; i++)
        {
            Skip();
        }
    }

    /// <summary>Passes over one value, with all that is in it.</summary>
    public void Skip()
    {
        byte code = Peek();
        switch (MessagePackCode.KindOf(code))
        {
            case MessagePackKind.Nil or MessagePackKind.Boolean:
                _position++;
                break;
            case MessagePackKind.Integer:
                Take(IntegerBytes(code));
                break;
            case MessagePackKind.Single:
                Take(1 + sizeof(float));
                break;
            case MessagePackKind.Double:
                Take(1 + sizeof(double));
                break;
            case MessagePackKind.String:
                SkipString(code);
                break;
            case MessagePackKind.Binary:
                ReadBinary();
                break;
            case MessagePackKind.Extension:
                ReadExtension(out _);
                break;
            case MessagePackKind.Array:
                SkipValues(ReadArrayHeader());
                break;
            case MessagePackKind.Map:
                SkipValues(2L * ReadMapHeader());
                break;
            default:
                Malformed.Throw($"The byte 0x{code:x2} opens no MessagePack value.");
                break;
        }
    }

    /// <summary>Counts one more container around what is read next. A message that can hold itself calls this, so that depth is bounded.</summary>
    /// <exception cref="ProtocolException">Deeper than the limit.</exception>
    public void Descend()
    {
        if (++_depth > _limits.MaxDepth)
        {
            Malformed.TooLong("Nesting depth", _depth, _limits.MaxDepth);
        }
    }

    /// <summary>Leaves what <see cref="Descend"/> entered.</summary>
    public void Ascend() => _depth--;

    /// <summary>Asserts that the buffer held one message and nothing more.</summary>
    /// <exception cref="ProtocolException">Bytes remain.</exception>
    public readonly void ExpectEnd()
    {
        if (Remaining > 0)
        {
            Malformed.Throw($"{Remaining} bytes remain after the value.");
        }
    }

    private static int IntegerBytes(byte code) => code switch
    {
        MessagePackCode.UInt8 or MessagePackCode.Int8 => 2,
        MessagePackCode.UInt16 or MessagePackCode.Int16 => 3,
        MessagePackCode.UInt32 or MessagePackCode.Int32 => 5,
        MessagePackCode.UInt64 or MessagePackCode.Int64 => 9,
        _ => 1,
    };

    private void SkipString(byte code)
    {
        long length = code switch
        {
            MessagePackCode.Str8 => Length8(),
            MessagePackCode.Str16 => Length16(),
            MessagePackCode.Str32 => Length32(),
            _ => FixLength(code & 0x1f),
        };
        if (length > _limits.MaxStringBytes)
        {
            Malformed.TooLong("A string's length in bytes", length, _limits.MaxStringBytes);
        }

        Take(length);
    }

    private void SkipValues(long count)
    {
        Descend();
        SkipMany(count);
        Ascend();
    }

    private readonly int CheckCount(long count, int valuesEach, int maxCount)
    {
        int limit = Math.Min(maxCount, _limits.MaxCollectionCount);
        if (count > limit)
        {
            Malformed.TooLong("A collection's count", count, limit);
        }

        // Every value takes at least one byte: a header cannot promise more values than bytes are left.
        if (count * valuesEach > Remaining)
        {
            Malformed.Truncated(count * valuesEach, Remaining);
        }

        return (int)count;
    }
}
