using FedActors.Actors.Serialization;

namespace FedActors.Tests.Actors.Serialization;

/// <summary>Bytes taken from the specification, one line a format.</summary>
public sealed class MessagePackFormatTests
{
    [Theory]
    [InlineData(0L, "00")]
    [InlineData(127L, "7f")]
    [InlineData(128L, "cc80")]
    [InlineData(255L, "ccff")]
    [InlineData(256L, "cd0100")]
    [InlineData(65535L, "cdffff")]
    [InlineData(65536L, "ce00010000")]
    [InlineData(4294967295L, "ceffffffff")]
    [InlineData(4294967296L, "cf0000000100000000")]
    [InlineData(long.MaxValue, "cf7fffffffffffffff")]
    [InlineData(-1L, "ff")]
    [InlineData(-32L, "e0")]
    [InlineData(-33L, "d0df")]
    [InlineData(-128L, "d080")]
    [InlineData(-129L, "d1ff7f")]
    [InlineData(-32768L, "d18000")]
    [InlineData(-32769L, "d2ffff7fff")]
    [InlineData(-2147483648L, "d280000000")]
    [InlineData(-2147483649L, "d3ffffffff7fffffff")]
    [InlineData(long.MinValue, "d38000000000000000")]
    public void Integer_AtFormatBoundary_TakesShortestFormat(long value, string hex)
    {
        byte[] bytes = Encode.With((ref MessagePackWriter w) => w.Write(value));

        Convert.ToHexStringLower(bytes).Should().Be(hex);
        new MessagePackReader(bytes).ReadInt64().Should().Be(value);
    }

    [Fact]
    public void Integer_LargestUnsigned_TakesUInt64()
    {
        byte[] bytes = Encode.With((ref MessagePackWriter w) => w.Write(ulong.MaxValue));

        Convert.ToHexStringLower(bytes).Should().Be("cfffffffffffffffff");
        new MessagePackReader(bytes).ReadUInt64().Should().Be(ulong.MaxValue);
    }

    [Theory]
    [InlineData("cc05", 5)]
    [InlineData("cd0005", 5)]
    [InlineData("ce00000005", 5)]
    [InlineData("cf0000000000000005", 5)]
    [InlineData("d005", 5)]
    [InlineData("d10005", 5)]
    [InlineData("d200000005", 5)]
    [InlineData("d30000000000000005", 5)]
    [InlineData("d0fb", -5)]
    [InlineData("d1fffb", -5)]
    [InlineData("d2fffffffb", -5)]
    [InlineData("d3fffffffffffffffb", -5)]
    public void Integer_InLongerFormat_IsRead(string hex, int value)
    {
        byte[] bytes = Convert.FromHexString(hex);

        new MessagePackReader(bytes).ReadInt32().Should().Be(value);
        new MessagePackReader(bytes).ReadInt64().Should().Be(value);
        if (value >= 0)
        {
            new MessagePackReader(bytes).ReadUInt64().Should().Be((ulong)value);
        }
    }

    [Fact]
    public void Scalars_Written_MatchSpecification()
    {
        Hex((ref MessagePackWriter w) => w.WriteNil()).Should().Be("c0");
        Hex((ref MessagePackWriter w) => w.Write(false)).Should().Be("c2");
        Hex((ref MessagePackWriter w) => w.Write(true)).Should().Be("c3");
        Hex((ref MessagePackWriter w) => w.Write(1.5f)).Should().Be("ca3fc00000");
        Hex((ref MessagePackWriter w) => w.Write(1.5)).Should().Be("cb3ff8000000000000");
        Hex((ref MessagePackWriter w) => w.Write((string?)null)).Should().Be("c0");
        Hex((ref MessagePackWriter w) => w.Write(uint.MaxValue)).Should().Be("ceffffffff");
    }

    [Theory]
    [InlineData(0, "a0")]
    [InlineData(31, "bf")]
    [InlineData(32, "d920")]
    [InlineData(255, "d9ff")]
    [InlineData(256, "da0100")]
    [InlineData(65535, "daffff")]
    [InlineData(65536, "db00010000")]
    public void String_AtFormatBoundary_TakesShortestFormat(int length, string header)
    {
        string value = new('x', length);
        byte[] bytes = Encode.With((ref MessagePackWriter w) => w.Write(value));

        Convert.ToHexStringLower(bytes).Should().StartWith(header);
        bytes.Should().HaveCount(header.Length / 2 + length);
        new MessagePackReader(bytes).ReadString().Should().Be(value);
        new MessagePackReader(bytes).ReadNullableString().Should().Be(value);
    }

    [Theory]
    [InlineData(0, "c400")]
    [InlineData(255, "c4ff")]
    [InlineData(256, "c50100")]
    [InlineData(65535, "c5ffff")]
    [InlineData(65536, "c600010000")]
    public void Binary_AtFormatBoundary_TakesShortestFormat(int length, string header)
    {
        byte[] value = Enumerable.Range(0, length).Select(i => (byte)i).ToArray();
        byte[] bytes = Encode.With((ref MessagePackWriter w) => w.WriteBinary(value));

        Convert.ToHexStringLower(bytes).Should().StartWith(header);
        new MessagePackReader(bytes).ReadBinary().ToArray().Should().Equal(value);
    }

    [Theory]
    [InlineData(0, "c70007")]
    [InlineData(1, "d407")]
    [InlineData(2, "d507")]
    [InlineData(3, "c70307")]
    [InlineData(4, "d607")]
    [InlineData(8, "d707")]
    [InlineData(16, "d807")]
    [InlineData(17, "c71107")]
    [InlineData(255, "c7ff07")]
    [InlineData(256, "c8010007")]
    [InlineData(65536, "c90001000007")]
    public void Extension_AtFormatBoundary_TakesShortestFormat(int length, string header)
    {
        byte[] value = Enumerable.Range(0, length).Select(i => (byte)i).ToArray();
        byte[] bytes = Encode.With((ref MessagePackWriter w) => w.WriteExtension(7, value));

        Convert.ToHexStringLower(bytes).Should().StartWith(header);
        new MessagePackReader(bytes).ReadExtension(out sbyte type).ToArray().Should().Equal(value);
        type.Should().Be(7);
    }

    [Theory]
    [InlineData(0, "90", "80")]
    [InlineData(15, "9f", "8f")]
    [InlineData(16, "dc0010", "de0010")]
    [InlineData(65535, "dcffff", "deffff")]
    [InlineData(65536, "dd00010000", "df00010000")]
    public void Containers_AtFormatBoundary_TakeShortestFormat(int count, string array, string map)
    {
        byte[] arrayBytes = Encode.With((ref MessagePackWriter w) =>
        {
            w.WriteArrayHeader(count);
            w.WriteRaw(new byte[count]);
        });
        byte[] mapBytes = Encode.With((ref MessagePackWriter w) =>
        {
            w.WriteMapHeader(count);
            w.WriteRaw(new byte[2 * count]);
        });

        Convert.ToHexStringLower(arrayBytes).Should().StartWith(array);
        Convert.ToHexStringLower(mapBytes).Should().StartWith(map);
        new MessagePackReader(arrayBytes).ReadArrayHeader().Should().Be(count);
        new MessagePackReader(mapBytes).ReadMapHeader().Should().Be(count);
        Skipped(arrayBytes).Should().Be(arrayBytes.Length);
        Skipped(mapBytes).Should().Be(mapBytes.Length);
    }

    [Theory]
    [InlineData(0L, 0, "d6ff00000000")]
    [InlineData(4294967295L, 0, "d6ffffffffff")]
    [InlineData(4294967296L, 0, "d7ff0000000100000000")]
    [InlineData(1L, 1, "d7ff0000000400000001")]
    [InlineData(17179869183L, 999999999, "d7ffee6b27ffffffffff")]
    [InlineData(17179869184L, 0, "c70cff000000000000000400000000")]
    [InlineData(-1L, 999999999, "c70cff3b9ac9ffffffffffffffffff")]
    public void Timestamp_AtFormatBoundary_TakesShortestFormat(long seconds, int nanoseconds, string hex)
    {
        var value = new MessagePackTimestamp(seconds, nanoseconds);
        byte[] bytes = Encode.With((ref MessagePackWriter w) => w.WriteTimestamp(value));

        Convert.ToHexStringLower(bytes).Should().Be(hex);
        new MessagePackReader(bytes).ReadTimestamp().Should().Be(value);
    }

    [Fact]
    public void Singles_Written_AreLittleEndianBinary()
    {
        Hex((ref MessagePackWriter w) => w.WriteSingles([1.0f, -2.0f])).Should().Be("c4080000803f000000c0");
        Hex((ref MessagePackWriter w) => w.WriteDoubles([1.0])).Should().Be("c408000000000000f03f");
        Hex((ref MessagePackWriter w) => w.WriteInt64s([-2])).Should().Be("c408feffffffffffffff");
    }

    private static int Skipped(byte[] bytes)
    {
        var reader = new MessagePackReader(bytes);
        reader.Skip();
        return reader.Position;
    }

    private static string Hex(WriteValues write) => Convert.ToHexStringLower(Encode.With(write));
}
