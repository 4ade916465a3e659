using System.Globalization;
using System.Text;
using FedActors.Actors;
using FedActors.Actors.Serialization;

namespace FedActors.Tests.Actors.Serialization;

/// <summary>A MessagePack value of any kind, so that tests can write, read and compare what no message would hold.</summary>
public abstract record AnyValue
{
    /// <summary>The same text for the same value, whoever decoded it. The Python side of the conformance test writes it, too.</summary>
    public string Text
    {
        get
        {
            var text = new StringBuilder();
            Append(text);
            return text.ToString();
        }
    }

    public byte[] ToBytes() => Encode.With((ref MessagePackWriter w) => Write(ref w));

    public abstract void Write(ref MessagePackWriter writer);

    protected abstract void Append(StringBuilder text);

    public static AnyValue Read(ref MessagePackReader reader)
    {
        switch (reader.NextKind)
        {
            case MessagePackKind.Nil:
                reader.TryReadNil();
                return new Nil();
            case MessagePackKind.Boolean:
                return new Bool(reader.ReadBoolean());
            case MessagePackKind.Integer:
                return ReadInteger(ref reader);
            case MessagePackKind.Single:
                return new Single(reader.ReadSingle());
            case MessagePackKind.Double:
                return new Double(reader.ReadDouble());
            case MessagePackKind.String:
                return new String(reader.ReadString());
            case MessagePackKind.Binary:
                return new Binary(reader.ReadBinary().ToArray());
            case MessagePackKind.Extension:
                return ReadExtension(ref reader);
            case MessagePackKind.Array:
                return ReadArray(ref reader);
            case MessagePackKind.Map:
                return ReadMap(ref reader);
            default:
                reader.Skip();
                throw new InvalidOperationException("Skip accepted what no kind describes.");
        }
    }

    private static AnyValue ReadInteger(ref MessagePackReader reader)
    {
        MessagePackReader ahead = reader;
        try
        {
            long value = ahead.ReadInt64();
            reader = ahead;
            return new Int(value);
        }
        catch (ProtocolException)
        {
            return new UInt(reader.ReadUInt64());
        }
    }

    private static AnyValue ReadExtension(ref MessagePackReader reader)
    {
        MessagePackReader ahead = reader;
        ahead.ReadExtension(out sbyte type);
        return type == -1 ? new Time(reader.ReadTimestamp()) : new Ext(type, reader.ReadExtension(out _).ToArray());
    }

    private static Array ReadArray(ref MessagePackReader reader)
    {
        reader.Descend();
        var items = new AnyValue[reader.ReadArrayHeader()];
        for (int i = 0; i < items.Length; i++)
        {
            items[i] = Read(ref reader);
        }

        reader.Ascend();
        return new Array(items);
    }

    private static Map ReadMap(ref MessagePackReader reader)
    {
        reader.Descend();
        var pairs = new KeyValuePair<AnyValue, AnyValue>[reader.ReadMapHeader()];
        for (int i = 0; i < pairs.Length; i++)
        {
            AnyValue key = Read(ref reader);
            pairs[i] = new(key, Read(ref reader));
        }

        reader.Ascend();
        return new Map(pairs);
    }

    private static void AppendFloat(StringBuilder text, double value) =>
        text.Append('f').Append(double.IsNaN(value) ? "nan" : BitConverter.DoubleToUInt64Bits(value).ToString("x16", CultureInfo.InvariantCulture));

    public sealed record Nil : AnyValue
    {
        public override void Write(ref MessagePackWriter writer) => writer.WriteNil();

        protected override void Append(StringBuilder text) => text.Append('n');
    }

    public sealed record Bool(bool Value) : AnyValue
    {
        public override void Write(ref MessagePackWriter writer) => writer.Write(Value);

        protected override void Append(StringBuilder text) => text.Append(Value ? 'T' : 'F');
    }

    public sealed record Int(long Value) : AnyValue
    {
        public override void Write(ref MessagePackWriter writer) => writer.Write(Value);

        protected override void Append(StringBuilder text) => text.Append('i').Append(Value);
    }

    /// <summary>Only for what does not fit <see cref="Int"/>.</summary>
    public sealed record UInt(ulong Value) : AnyValue
    {
        public override void Write(ref MessagePackWriter writer) => writer.Write(Value);

        protected override void Append(StringBuilder text) => text.Append('i').Append(Value);
    }

    public sealed record Single(float Value) : AnyValue
    {
        public override void Write(ref MessagePackWriter writer) => writer.Write(Value);

        protected override void Append(StringBuilder text) => AppendFloat(text, Value);
    }

    public sealed record Double(double Value) : AnyValue
    {
        public override void Write(ref MessagePackWriter writer) => writer.Write(Value);

        protected override void Append(StringBuilder text) => AppendFloat(text, Value);
    }

    public sealed record String(string Value) : AnyValue
    {
        public override void Write(ref MessagePackWriter writer) => writer.Write(Value);

        protected override void Append(StringBuilder text) => text.Append('s').Append(Convert.ToHexStringLower(Encoding.UTF8.GetBytes(Value)));
    }

    public sealed record Binary(byte[] Value) : AnyValue
    {
        public override void Write(ref MessagePackWriter writer) => writer.WriteBinary(Value);

        protected override void Append(StringBuilder text) => text.Append('b').Append(Convert.ToHexStringLower(Value));
    }

    public sealed record Ext(sbyte Type, byte[] Value) : AnyValue
    {
        public override void Write(ref MessagePackWriter writer) => writer.WriteExtension(Type, Value);

        protected override void Append(StringBuilder text) => text.Append('x').Append(Type).Append(':').Append(Convert.ToHexStringLower(Value));
    }

    public sealed record Time(MessagePackTimestamp Value) : AnyValue
    {
        public override void Write(ref MessagePackWriter writer) => writer.WriteTimestamp(Value);

        protected override void Append(StringBuilder text) => text.Append('t').Append(Value.Seconds).Append('.').Append(Value.Nanoseconds);
    }

    public sealed record Array(IReadOnlyList<AnyValue> Items) : AnyValue
    {
        public override void Write(ref MessagePackWriter writer)
        {
            writer.WriteArrayHeader(Items.Count);
            foreach (AnyValue item in Items)
            {
                item.Write(ref writer);
            }
        }

        protected override void Append(StringBuilder text)
        {
            text.Append('[');
            foreach (AnyValue item in Items)
            {
                item.Append(text);
                text.Append(',');
            }

            text.Append(']');
        }
    }

    public sealed record Map(IReadOnlyList<KeyValuePair<AnyValue, AnyValue>> Pairs) : AnyValue
    {
        public override void Write(ref MessagePackWriter writer)
        {
            writer.WriteMapHeader(Pairs.Count);
            foreach ((AnyValue key, AnyValue value) in Pairs)
            {
                key.Write(ref writer);
                value.Write(ref writer);
            }
        }

        protected override void Append(StringBuilder text)
        {
            text.Append('{');
            foreach ((AnyValue key, AnyValue value) in Pairs)
            {
                key.Append(text);
                text.Append('=');
                value.Append(text);
                text.Append(',');
            }

            text.Append('}');
        }
    }
}
