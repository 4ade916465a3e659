using System.Buffers.Binary;
using System.Text;
using FedActors.Actors.Serialization;
using FedActors.Tests.TestKit.OutsidePrograms;

namespace FedActors.Tests.Actors.Serialization;

/// <summary>Both directions against the reference implementation in Python, with random nested values.</summary>
public sealed class MessagePackConformanceTests
{
    private const int Values = 3000;

    /// <summary>Writes a value as the same text that <see cref="AnyValue.Text"/> gives.</summary>
    private const string Describe = """
        import sys, struct, msgpack, random
        class Ext:
            # Their own class takes no negative types, which the format has.
            def __init__(self, code, data): self.code, self.data = code, data
        def text(v):
            if v is None: return 'n'
            if v is True: return 'T'
            if v is False: return 'F'
            if isinstance(v, int): return 'i%d' % v
            if isinstance(v, float): return 'fnan' if v != v else 'f' + struct.pack('>d', v).hex()
            if isinstance(v, str): return 's' + v.encode('utf-8').hex()
            if isinstance(v, bytes): return 'b' + v.hex()
            if isinstance(v, msgpack.Timestamp): return 't%d.%d' % (v.seconds, v.nanoseconds)
            if isinstance(v, Ext): return 'x%d:%s' % (v.code, v.data.hex())
            if isinstance(v, msgpack.ExtType): return 'x%d:%s' % (v.code, v.data.hex())
            if isinstance(v, (list, tuple)): return '[' + ''.join(text(i) + ',' for i in v) + ']'
            return '{' + ''.join(text(k) + '=' + text(i) + ',' for k, i in v.items()) + '}'

        """;

    private const string ReadOurs = Describe + """
        unpacker = msgpack.Unpacker(sys.stdin.buffer, raw=False, strict_map_key=False, timestamp=0, ext_hook=Ext)
        for v in unpacker:
            print(text(v))
        """;

    private const string WriteTheirs = Describe + """
        r = random.Random(20260101)
        lengths = [0, 1, 2, 4, 8, 15, 16, 17, 31, 32, 255, 256, 300]
        def integer():
            v = r.getrandbits(r.randint(1, 64))
            return -(v >> 1) - 1 if r.random() < 0.4 else v
        def number(x):
            return struct.unpack('>f', struct.pack('>f', x))[0] if single else x
        def key(i):
            return r.choice(['k%d' % i, 1000 + i, -1000 - i, b'k%d' % i, 2**40 + i])
        def count(depth):
            return r.choice([17, 33, 300]) if depth == 1 and r.random() < 0.02 else r.randrange(depth * 5)
        def value(depth):
            k = r.randrange(12 if depth else 9)
            if k == 0: return None
            if k == 1: return r.random() < 0.5
            if k in (2, 3): return integer()
            if k in (4, 5): return number(r.choice([0.0, -0.0, float('inf'), float('-inf'), float('nan'), r.gauss(0, 1), (1e38 if single else 1e300) * r.random()]))
            if k == 6: return ''.join(r.choice('aZ0 \u00e9\u0436\u8a9e\U0001f600\0') for _ in range(r.choice(lengths)))
            if k == 7: return r.getrandbits(8 * 300).to_bytes(300, 'big')[:r.choice(lengths)]
            if k == 8:
                if r.random() < 0.5: return msgpack.ExtType(r.randrange(128), bytes(r.choice(lengths)))
                return msgpack.Timestamp(r.choice([0, 1, 2**32 - 1, 2**32, 2**34 - 1, 2**34, -1, -2**40]), r.choice([0, 1, 999999999]))
            if k in (9, 10): return [value(depth - 1) for _ in range(count(depth))]
            return {key(i): value(depth - 1) for i in range(count(depth))}
        out = sys.stdout.buffer
        for i in range(int(sys.argv[1])):
            single = r.random() < 0.5
            v = [None] * (65534 + i) if i in (1, 2) else dict.fromkeys(range(65532 + i)) if i in (3, 4) else value(4)
            b = msgpack.packb(v, use_bin_type=True, use_single_float=single)
            t = text(v).encode()
            out.write(struct.pack('>II', len(b), len(t)) + b + t)
        """;

    [OutsideProgramFact(OutsideProgram.PythonMsgPack)]
    public async Task Python_ReadsOurs_SeesTheSameValues()
    {
        AnyValue[] values = OurValues();
        byte[] stream = [.. values.SelectMany(v => v.ToBytes())];

        string output = Encoding.UTF8.GetString(await Python.RunAsync(OutsideProgram.PythonMsgPack, ReadOurs, stream));

        string[] lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines.Should().HaveCount(values.Length);
        for (int i = 0; i < lines.Length; i++)
        {
            lines[i].TrimEnd('\r').Should().Be(values[i].Text, "value {0} was written by us", i);
        }
    }

    [OutsideProgramFact(OutsideProgram.PythonMsgPack)]
    public async Task WeRead_Pythons_SeeTheSameValuesAndWriteTheSameBytes()
    {
        byte[] output = await Python.RunAsync(OutsideProgram.PythonMsgPack, WriteTheirs, default, $"{Values}");

        int count = 0;
        ReadOnlyMemory<byte> rest = output;
        while (!rest.IsEmpty)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(rest.Span);
            int textLength = BinaryPrimitives.ReadInt32BigEndian(rest.Span[4..]);
            byte[] bytes = rest.Slice(8, length).ToArray();
            string text = Encoding.UTF8.GetString(rest.Span.Slice(8 + length, textLength));
            rest = rest[(8 + length + textLength)..];

            AnyValue value = ReadWhole(bytes);
            value.Text.Should().Be(text, "value {0} was written by Python", count);
            value.ToBytes().Should().Equal(bytes);
            count++;
        }

        count.Should().Be(Values);
    }

    private static AnyValue ReadWhole(byte[] bytes)
    {
        var reader = new MessagePackReader(bytes);
        AnyValue value = AnyValue.Read(ref reader);
        reader.ExpectEnd();
        return value;
    }

    /// <summary>Every length at which a format changes, up to 32-bit lengths, and then random nested values.</summary>
    private static AnyValue[] OurValues()
    {
        var generator = new AnyValueGenerator(seed: 5);
        int[] boundaries = [0, 1, 15, 16, 31, 32, 255, 256, 65535, 65536];
        return
        [
            .. boundaries.Select(n => new AnyValue.String(new string('s', n))),
            .. boundaries.Select(n => new AnyValue.Binary(new byte[n])),
            .. boundaries.Select(n => new AnyValue.Ext(1, new byte[n])),
            .. boundaries.Select(n => new AnyValue.Array([.. Enumerable.Repeat<AnyValue>(new AnyValue.Nil(), n)])),
            .. boundaries.Select(n => new AnyValue.Map([.. Enumerable.Range(0, n).Select(i => KeyValuePair.Create<AnyValue, AnyValue>(new AnyValue.Int(i), new AnyValue.Bool(true)))])),
            .. Enumerable.Range(0, Values).Select(_ => generator.Next()),
        ];
    }
}
