using FedActors.Actors.Serialization;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.Actors.Serialization;

/// <summary>Random nested values, with the lengths and numbers at which formats change made likely.</summary>
public sealed class AnyValueGenerator(ulong seed)
{
    private static readonly int[] Lengths = [0, 1, 2, 3, 4, 5, 8, 15, 16, 17, 31, 32, 33, 255, 256, 257];
    private static readonly string[] Letters = ["a", "Z", "0", " ", "é", "ß", "ж", "語", "😀", "\0", "\n"];
    private readonly SplitMix _random = new(seed);

    public AnyValue Next(int depth = 4) => _random.Next(depth > 0 ? 12 : 9) switch
    {
        0 => new AnyValue.Nil(),
        1 => new AnyValue.Bool(_random.NextBoolean()),
        2 or 3 => Integer(),
        4 => new AnyValue.Single(BitConverter.UInt32BitsToSingle((uint)_random.NextUInt64())),
        5 => new AnyValue.Double(BitConverter.UInt64BitsToDouble(_random.NextUInt64())),
        6 => Text(),
        7 => new AnyValue.Binary(_random.NextBytes(Length())),
        8 => Extension(),
        9 or 10 => new AnyValue.Array([.. Enumerable.Range(0, Count(depth)).Select(_ => Next(depth - 1))]),
        _ => Map(depth),
    };

    private AnyValue Integer()
    {
        // A random width first, so that small numbers are as likely as large ones.
        ulong value = _random.NextUInt64() >> _random.Next(64);
        return _random.Next(3) switch
        {
            0 => new AnyValue.Int(~(long)(value >> 1)),
            _ when value <= long.MaxValue => new AnyValue.Int((long)value),
            _ => new AnyValue.UInt(value),
        };
    }

    private AnyValue.String Text() =>
        new(string.Concat(Enumerable.Range(0, Length()).Select(_ => Letters[_random.Next(Letters.Length)])));

    private AnyValue Extension()
    {
        if (_random.NextBoolean())
        {
            // Type -1 is the timestamp's.
            int type = _random.Next(255) - 128;
            return new AnyValue.Ext((sbyte)(type < -1 ? type : type + 1), _random.NextBytes(Length()));
        }

        int nanoseconds = _random.NextBoolean() ? 0 : _random.Next(1_000_000_000);
        long seconds = (long)(_random.NextUInt64() >> _random.Next(64));
        return new AnyValue.Time(new MessagePackTimestamp(seconds, nanoseconds));
    }

    private AnyValue.Map Map(int depth)
    {
        // Keys are different from each other: other implementations keep maps in hash tables.
        var pairs = new List<KeyValuePair<AnyValue, AnyValue>>();
        int count = Count(depth);
        for (int i = 0; i < count; i++)
        {
            pairs.Add(new(Key(i), Next(depth - 1)));
        }

        return new AnyValue.Map(pairs);
    }

    private int Length() => Lengths[_random.Next(Lengths.Length)];

    private AnyValue Key(int i) => _random.Next(4) switch
    {
        0 => new AnyValue.Int(1000 + i),
        1 => new AnyValue.Int(-1000 - ((long)i << 30)),
        2 => new AnyValue.Binary([(byte)i, (byte)(i >> 8)]),
        _ => new AnyValue.String($"k{i}-{_random.Next(1000)}"),
    };

    /// <summary>Few, and now and then, where nothing nests any deeper, many.</summary>
    private int Count(int depth) => depth == 1 && _random.Next(50) == 0 ? Lengths[^(1 + _random.Next(5))] : _random.Next(depth * 5);
}
