using FedActors.Actors.Serialization;

namespace FedActors.Tests.Actors.Serialization;

public sealed class MessageRegistryTests
{
    [Fact]
    public void Registry_BothDirections_FindsTheSameCodec()
    {
        MessageRegistry registry = new MessageRegistryBuilder().Add<Ping>().Add<Note>().Build();

        registry.TryGet(typeof(Note), out MessageCodec? byType).Should().BeTrue();
        registry.TryGet(Note.TypeId, out MessageCodec? byId).Should().BeTrue();
        byId.Should().BeSameAs(byType);
        registry.TypeIds.Should().Equal(Ping.TypeId, Note.TypeId);

        byte[] bytes = Encode.With((ref MessagePackWriter w) => byType!.Write(ref w, new Note("hello")));
        var reader = new MessagePackReader(bytes);
        byId!.Read(ref reader).Should().Be(new Note("hello"));
    }

    [Fact]
    public void Registry_UnknownTypeOrId_FindsNothing()
    {
        MessageRegistry registry = new MessageRegistryBuilder().Add<Ping>().Build();

        registry.TryGet(typeof(Note), out _).Should().BeFalse();
        registry.TryGet(typeof(object), out _).Should().BeFalse();
        registry.TryGet(99, out _).Should().BeFalse();
    }

    [Fact]
    public void Builder_SecondTypeWithAnId_IsRefusedAndBothNamed()
    {
        MessageRegistryBuilder builder = new MessageRegistryBuilder().Add<Ping>();

        builder.Invoking(b => b.Add<Impostor>()).Should().Throw<ArgumentException>().WithMessage("*Ping*Impostor*");
        builder.Invoking(b => b.Add<Ping>()).Should().Throw<ArgumentException>().WithMessage("*Ping is registered already.");
        builder.Invoking(b => b.Add<Negative>()).Should().Throw<ArgumentException>().WithMessage("*-1*");
    }

    /// <summary>The bytes are not at fault, so the message may come again.</summary>
    [Fact]
    public void Read_ForWantOfMemory_IsNotTheSendersFault()
    {
        new MessageRegistryBuilder().Add<Greedy>().Build().TryGet(Greedy.TypeId, out MessageCodec? codec);

        FluentActions.Invoking(() =>
        {
            var reader = new MessagePackReader([0x90]);
            return codec!.Read(ref reader);
        }).Should().Throw<OutOfMemoryException>();
    }

    [Fact]
    public void NameHash_DifferentNames_Differ() =>
        MessageRegistry.NameHash(typeof(Ping)).Should().NotBe(MessageRegistry.NameHash(typeof(Note)));

    private sealed record Greedy : IWireMessage<Greedy>
    {
        public static int TypeId => 4;

        public static Greedy Read(ref MessagePackReader reader) => throw new OutOfMemoryException();

        public void Write(ref MessagePackWriter writer) => writer.WriteArrayHeader(0);
    }

    private sealed record Ping : IWireMessage<Ping>
    {
        public static int TypeId => 1;

        public void Write(ref MessagePackWriter writer) => writer.WriteArrayHeader(0);

        public static Ping Read(ref MessagePackReader reader)
        {
            reader.SkipFields(reader.ReadFields(0));
            return new Ping();
        }
    }

    private sealed record Note(string Text) : IWireMessage<Note>
    {
        public static int TypeId => 2;

        public void Write(ref MessagePackWriter writer)
        {
            writer.WriteArrayHeader(1);
            writer.Write(Text);
        }

        public static Note Read(ref MessagePackReader reader)
        {
            int extra = reader.ReadFields(1);
            var note = new Note(reader.ReadString());
            reader.SkipFields(extra);
            return note;
        }
    }

    private sealed record Impostor : IWireMessage<Impostor>
    {
        public static int TypeId => 1;

        public void Write(ref MessagePackWriter writer) => writer.WriteNil();

        public static Impostor Read(ref MessagePackReader reader) => new();
    }

    private sealed record Negative : IWireMessage<Negative>
    {
        public static int TypeId => -1;

        public void Write(ref MessagePackWriter writer) => writer.WriteNil();

        public static Negative Read(ref MessagePackReader reader) => new();
    }
}
