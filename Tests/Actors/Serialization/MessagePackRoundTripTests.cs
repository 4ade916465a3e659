using System.Buffers;
using FedActors.Actors.Serialization;
using FedActors.Tests.TestKit;
using FsCheck;
using FsCheck.Fluent;

namespace FedActors.Tests.Actors.Serialization;

public sealed class MessagePackRoundTripTests
{
    private static readonly Config Config = Config.QuickThrowOnFailure.WithMaxTest(500);

    [Fact]
    public void Integers_RoundTrip_AreEqual()
    {
        Check.One(Config, Prop.ForAll((long value) => new MessagePackReader(Encode.With((ref MessagePackWriter w) => w.Write(value))).ReadInt64() == value));
        Check.One(Config, Prop.ForAll((ulong value) => new MessagePackReader(Encode.With((ref MessagePackWriter w) => w.Write(value))).ReadUInt64() == value));
        Check.One(Config, Prop.ForAll((int value) => new MessagePackReader(Encode.With((ref MessagePackWriter w) => w.Write(value))).ReadInt32() == value));
    }

    [Fact]
    public void Floats_RoundTrip_KeepEveryBit()
    {
        Check.One(Config, Prop.ForAll((uint bits) =>
        {
            byte[] bytes = Encode.With((ref MessagePackWriter w) => w.Write(BitConverter.UInt32BitsToSingle(bits)));
            return BitConverter.SingleToUInt32Bits(new MessagePackReader(bytes).ReadSingle()) == bits;
        }));
        Check.One(Config, Prop.ForAll((ulong bits) =>
        {
            byte[] bytes = Encode.With((ref MessagePackWriter w) => w.Write(BitConverter.UInt64BitsToDouble(bits)));
            return BitConverter.DoubleToUInt64Bits(new MessagePackReader(bytes).ReadDouble()) == bits;
        }));
    }

    [Fact]
    public void Text_RoundTrip_IsEqual() => Check.One(Config, Prop.ForAll((UnicodeString any) =>
    {
        // Half a surrogate pair is no text; that it is refused has a test of its own.
        string text = string.Concat(any.Get.Where(c => !char.IsSurrogate(c))) + "\U0001F600";
        byte[] bytes = Encode.With((ref MessagePackWriter w) => w.Write(text));
        return new MessagePackReader(bytes).ReadNullableString() == text;
    }));

    [Fact]
    public void Vectors_RoundTrip_KeepEveryBit()
    {
        Check.One(Config, Prop.ForAll((uint[] bits) =>
        {
            float[] values = Array.ConvertAll(bits, BitConverter.UInt32BitsToSingle);
            byte[] bytes = Encode.With((ref MessagePackWriter w) => w.WriteSingles(values));
            float[] into = new float[values.Length];
            new MessagePackReader(bytes).ReadSingles(into);
            return new MessagePackReader(bytes).ReadSingles().Select(BitConverter.SingleToUInt32Bits).SequenceEqual(bits)
                && into.Select(BitConverter.SingleToUInt32Bits).SequenceEqual(bits);
        }));
        Check.One(Config, Prop.ForAll((long[] values) =>
            new MessagePackReader(Encode.With((ref MessagePackWriter w) => w.WriteInt64s(values))).ReadInt64s().SequenceEqual(values)));
        Check.One(Config, Prop.ForAll((NormalFloat[] values) =>
        {
            double[] plain = Array.ConvertAll(values, v => v.Get);
            return new MessagePackReader(Encode.With((ref MessagePackWriter w) => w.WriteDoubles(plain))).ReadDoubles().SequenceEqual(plain);
        }));
    }

    [Fact]
    public void Instant_RoundTrip_KeepsEveryTick() => Check.One(Config, Prop.ForAll((DateTimeOffset value) =>
    {
        byte[] bytes = Encode.With((ref MessagePackWriter w) => w.WriteTimestamp(value));
        return new MessagePackReader(bytes).ReadTimestamp().ToDateTimeOffset().UtcTicks == value.UtcTicks;
    }));

    [Theory]
    [InlineData("0001-01-01T00:00:00Z")]
    [InlineData("9999-12-31T23:59:59.9999999Z")]
    public void Instant_AtTheEndsOfTheCalendar_RoundTrips(string text)
    {
        var value = DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
        byte[] bytes = Encode.With((ref MessagePackWriter w) => w.WriteTimestamp(value));

        new MessagePackReader(bytes).ReadTimestamp().ToDateTimeOffset().Should().Be(value);
    }

    [Fact]
    public void NestedValues_RoundTrip_AreEqualAndSkippable()
    {
        var generator = new AnyValueGenerator(seed: 1);
        for (int i = 0; i < 2000; i++)
        {
            AnyValue value = generator.Next();
            byte[] bytes = value.ToBytes();
            var reader = new MessagePackReader(bytes);

            AnyValue.Read(ref reader).Text.Should().Be(value.Text);
            reader.ExpectEnd();

            var skipper = new MessagePackReader(bytes);
            skipper.Skip();
            skipper.ExpectEnd();
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(4096)]
    public void Writer_OutputInSmallPieces_WritesTheSameBytes(int pieceBytes)
    {
        var generator = new AnyValueGenerator(seed: 2);
        for (int i = 0; i < 200; i++)
        {
            AnyValue value = generator.Next();
            var pieces = new PieceWriter(pieceBytes);
            var writer = new MessagePackWriter(pieces);
            value.Write(ref writer);
            writer.Flush();

            pieces.Written.Should().Equal(value.ToBytes());
        }
    }

    /// <summary>Hands out no more memory than was asked for, or a piece.</summary>
    private sealed class PieceWriter(int pieceBytes) : IBufferWriter<byte>
    {
        private byte[] _piece = [];

        public List<byte> Written { get; } = [];

        public void Advance(int count) => Written.AddRange(_piece.AsSpan(0, count));

        public Memory<byte> GetMemory(int sizeHint = 0) => _piece = new byte[Math.Max(sizeHint, pieceBytes)];

        public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;
    }
}
