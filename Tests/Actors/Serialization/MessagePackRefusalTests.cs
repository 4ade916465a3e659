using System.Text;
using FedActors.Actors;
using FedActors.Actors.Serialization;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.Actors.Serialization;

public sealed class MessagePackRefusalTests
{
    private delegate void ReadValue(ref MessagePackReader reader);

    [Fact]
    public void AnyValue_CutShort_IsRefused()
    {
        var generator = new AnyValueGenerator(seed: 3);
        for (int i = 0; i < 300; i++)
        {
            byte[] bytes = generator.Next().ToBytes();
            for (int length = 0; length < Math.Min(bytes.Length, 64); length++)
            {
                Refusal(bytes[..length], (ref MessagePackReader r) => AnyValue.Read(ref r));
                Refusal(bytes[..length], (ref MessagePackReader r) => r.Skip());
            }
        }
    }

    [Fact]
    public void RandomBytes_ReadAsAnything_AreReadOrRefused()
    {
        var random = new SplitMix(4);
        int refused = 0;
        for (int i = 0; i < 100_000; i++)
        {
            byte[] bytes = random.NextBytes(random.Next(48));
            try
            {
                var reader = new MessagePackReader(bytes);
                AnyValue.Read(ref reader);
            }
            catch (ProtocolException)
            {
                refused++;
            }
        }

        refused.Should().BeInRange(1, 99_999);
    }

    [Fact]
    public void Reader_NeverUsedByte_Refuses()
    {
        Refusal([0xc1], (ref MessagePackReader r) => r.Skip()).Should().Contain("0xc1");
        new MessagePackReader([0xc1]).NextKind.Should().Be(MessagePackKind.Invalid);
    }

    [Fact]
    public void Reader_WrongKind_RefusesAndNamesIt()
    {
        byte[] text = [0xa1, (byte)'x'];
        Refusal(text, (ref MessagePackReader r) => r.ReadBoolean()).Should().Contain("String").And.Contain("boolean");
        Refusal(text, (ref MessagePackReader r) => r.ReadInt32()).Should().Contain("integer");
        Refusal(text, (ref MessagePackReader r) => r.ReadInt64()).Should().Contain("integer");
        Refusal(text, (ref MessagePackReader r) => r.ReadUInt64()).Should().Contain("integer");
        Refusal(text, (ref MessagePackReader r) => r.ReadSingle()).Should().Contain("32-bit float");
        Refusal(text, (ref MessagePackReader r) => r.ReadDouble()).Should().Contain("64-bit float");
        Refusal(text, (ref MessagePackReader r) => r.ReadBinary()).Should().Contain("binary");
        Refusal(text, (ref MessagePackReader r) => r.ReadSingles()).Should().Contain("binary");
        Refusal(text, (ref MessagePackReader r) => r.ReadArrayHeader()).Should().Contain("array");
        Refusal(text, (ref MessagePackReader r) => r.ReadMapHeader()).Should().Contain("map");
        Refusal(text, (ref MessagePackReader r) => r.ReadExtension(out _)).Should().Contain("extension");
        Refusal([0x01], (ref MessagePackReader r) => r.ReadString()).Should().Contain("Integer").And.Contain("string");
        new MessagePackReader(text).TryReadNil().Should().BeFalse();
    }

    [Fact]
    public void Integer_OutsideTheTypeAskedFor_IsRefused()
    {
        Refusal([0xce, 0x80, 0, 0, 0], (ref MessagePackReader r) => r.ReadInt32()).Should().Contain("32-bit");
        Refusal([0xcf, 0x80, 0, 0, 0, 0, 0, 0, 0], (ref MessagePackReader r) => r.ReadInt64()).Should().Contain("64-bit");
        Refusal([0xff], (ref MessagePackReader r) => r.ReadUInt64()).Should().Contain("unsigned");
    }

    [Theory]
    [InlineData("db7fffffff")]
    [InlineData("dbffffffff")]
    [InlineData("c67fffffff")]
    [InlineData("c6ffffffff")]
    [InlineData("c9ffffffff01")]
    [InlineData("ddffffffff")]
    [InlineData("dfffffffff")]
    [InlineData("dc0002c0")]
    [InlineData("de0001c0")]
    public void Length_BeyondTheBuffer_IsRefusedWithoutAllocating(string hex)
    {
        byte[] bytes = Convert.FromHexString(hex);
        Refusal(bytes, (ref MessagePackReader r) => r.Skip());

        long before = GC.GetAllocatedBytesForCurrentThread();
        Refusal(bytes, (ref MessagePackReader r) => AnyValue.Read(ref r));
        (GC.GetAllocatedBytesForCurrentThread() - before).Should().BeLessThan(64 << 10);
    }

    [Fact]
    public void Length_OverTheReadersOwnBound_IsRefused()
    {
        byte[] text = Encode.With((ref MessagePackWriter w) => w.Write("12345"));
        new MessagePackReader(text).ReadString(maxBytes: 5).Should().Be("12345");
        Refusal(text, (ref MessagePackReader r) => r.ReadString(maxBytes: 4)).Should().Contain("5").And.Contain("4");

        byte[] binary = Encode.With((ref MessagePackWriter w) => w.WriteBinary([1, 2, 3]));
        new MessagePackReader(binary).ReadBinary(maxBytes: 3).Length.Should().Be(3);
        Refusal(binary, (ref MessagePackReader r) => r.ReadBinary(maxBytes: 2));

        byte[] array = Encode.With((ref MessagePackWriter w) => { w.WriteArrayHeader(2); w.WriteNil(); w.WriteNil(); });
        new MessagePackReader(array).ReadArrayHeader(maxCount: 2).Should().Be(2);
        Refusal(array, (ref MessagePackReader r) => r.ReadArrayHeader(maxCount: 1));

        byte[] vector = Encode.With((ref MessagePackWriter w) => w.WriteSingles([1, 2]));
        new MessagePackReader(vector).ReadSingles(maxCount: 2).Should().HaveCount(2);
        Refusal(vector, (ref MessagePackReader r) => r.ReadSingles(maxCount: 1));
        Refusal(vector, (ref MessagePackReader r) => r.ReadSingles(new float[1]));
        Refusal(vector, (ref MessagePackReader r) => r.ReadSingles(new float[3])).Should().Contain("3 were expected");
    }

    [Fact]
    public void Length_OverTheGeneralLimits_IsRefused()
    {
        var limits = new MessagePackLimits { MaxStringBytes = 4, MaxBinaryBytes = 4, MaxCollectionCount = 4 };
        Refusal(Encode.With((ref MessagePackWriter w) => w.Write("12345")), (ref MessagePackReader r) => r.ReadString(), limits);
        Refusal(Encode.With((ref MessagePackWriter w) => w.Write("12345")), (ref MessagePackReader r) => r.Skip(), limits);
        Refusal(Encode.With((ref MessagePackWriter w) => w.WriteBinary(new byte[5])), (ref MessagePackReader r) => r.ReadBinary(), limits);
        Refusal(Encode.With((ref MessagePackWriter w) => w.WriteExtension(1, new byte[5])), (ref MessagePackReader r) => r.ReadExtension(out _), limits);
        Refusal([0x95, 1, 2, 3, 4, 5], (ref MessagePackReader r) => r.ReadArrayHeader(), limits);
        Refusal([0x92, 1], (ref MessagePackReader r) => r.ReadArrayHeader()).Should().Contain("remain");
        Refusal([0x85, 1, 2, 3, 4, 5, 1, 2, 3, 4, 5], (ref MessagePackReader r) => r.ReadMapHeader(), limits);
    }

    [Fact]
    public void Depth_AtTheLimitIsRead_AndBeyondIsRefused()
    {
        int depth = MessagePackLimits.Default.MaxDepth;
        byte[] allowed = [.. Enumerable.Repeat((byte)0x91, depth), 0xc0];
        byte[] tooDeep = [.. Enumerable.Repeat((byte)0x91, depth + 1), 0xc0];
        byte[] farTooDeep = [.. Enumerable.Repeat((byte)0x91, 1_000_000), 0xc0];

        var reader = new MessagePackReader(allowed);
        reader.Skip();
        reader.ExpectEnd();
        Refusal(tooDeep, (ref MessagePackReader r) => r.Skip()).Should().Contain("depth");
        Refusal(farTooDeep, (ref MessagePackReader r) => r.Skip());
        Refusal(farTooDeep, (ref MessagePackReader r) => AnyValue.Read(ref r));
    }

    [Theory]
    [InlineData("a1ff")]
    [InlineData("a2c080")]
    [InlineData("a3eda080")]
    [InlineData("a1c3")]
    public void Text_NotUtf8_IsRefused(string hex) =>
        Refusal(Convert.FromHexString(hex), (ref MessagePackReader r) => r.ReadString()).Should().Contain("UTF-8");

    [Fact]
    public void Text_HalfASurrogatePair_IsTheCallersMistake()
    {
        Action write = () => Encode.With((ref MessagePackWriter w) => w.Write("\ud83d"));

        write.Should().Throw<EncoderFallbackException>();
    }

    [Theory]
    [InlineData("c403000000")]
    [InlineData("c405000000000000")]
    public void Vector_NotWholeElements_IsRefused(string hex)
    {
        Refusal(Convert.FromHexString(hex), (ref MessagePackReader r) => r.ReadSingles()).Should().Contain("whole number");
        Refusal(Convert.FromHexString(hex), (ref MessagePackReader r) => r.ReadDoubles());
        Refusal(Convert.FromHexString(hex), (ref MessagePackReader r) => r.ReadInt64s());
    }

    [Theory]
    [InlineData("d5ff0000", "bytes")]
    [InlineData("d60100000000", "type 1")]
    [InlineData("d7ffee6b280000000000", "nanoseconds")]
    [InlineData("c70cff3b9aca000000000000000000", "nanoseconds")]
    [InlineData("d8ff00000000000000000000000000000000", "limit")]
    public void Timestamp_Malformed_IsRefused(string hex, string because) =>
        Refusal(Convert.FromHexString(hex), (ref MessagePackReader r) => r.ReadTimestamp()).Should().Contain(because);

    [Fact]
    public void Timestamp_OutsideTheCalendar_IsRefusedOnConversionOnly()
    {
        var value = new MessagePackTimestamp(long.MaxValue, 0);
        value.Invoking(v => v.ToDateTimeOffset()).Should().Throw<ProtocolException>();
        Action write = () => Encode.With((ref MessagePackWriter w) => w.WriteTimestamp(new MessagePackTimestamp(0, 1_000_000_000)));
        write.Should().Throw<ArgumentOutOfRangeException>();
    }

    [Fact]
    public void Fields_TooFewRefused_FurtherSkipped()
    {
        byte[] three = [0x93, 1, 2, 0x92, 3, 4];
        var reader = new MessagePackReader(three);
        int extra = reader.ReadFields(known: 2);
        reader.ReadInt32();
        reader.ReadInt32();
        reader.SkipFields(extra);
        reader.ExpectEnd();

        Refusal(three, (ref MessagePackReader r) => r.ReadFields(known: 4)).Should().Contain("at least 4");
        Refusal([0x01, 0x02], (ref MessagePackReader r) => { r.ReadInt32(); r.ExpectEnd(); }).Should().Contain("1 bytes remain");
    }

    private static string Refusal(byte[] bytes, ReadValue read, MessagePackLimits? limits = null)
    {
        try
        {
            var reader = new MessagePackReader(bytes, limits);
            read(ref reader);
        }
        catch (ProtocolException e)
        {
            return e.Message;
        }

        throw new Xunit.Sdk.XunitException($"{Convert.ToHexString(bytes.AsSpan(0, Math.Min(bytes.Length, 64)))} was read, and should have been refused.");
    }
}
