using System.Buffers;
using FedActors.Actors.Serialization;

namespace FedActors.Tests.TestKit.Remoting;

/// <summary>Vectors that are not copied on their way, behind a text that moves them in the message.</summary>
public sealed record Shared(string Text, ReadOnlyMemory<float> First, ReadOnlyMemory<float> Second) : IWireMessage<Shared>
{
    public static int TypeId => 9004;

    public static Shared Read(ref MessagePackReader reader)
    {
        int extra = reader.ReadFields(known: 3);
        var message = new Shared(reader.ReadString(), reader.ReadSharedSingles(), reader.ReadSharedSingles());
        reader.SkipFields(extra);
        return message;
    }

    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(3);
        writer.Write(Text);
        writer.WriteSharedSingles(First);
        writer.WriteSharedSingles(Second);
    }
}

/// <summary>A vector whose memory its receiver gives back, and one that is only looked at.</summary>
public sealed record Owned(ReadOnlyMemory<float> Values, IMemoryOwner<float>? Owner, ReadOnlyMemory<float> Beside) : IWireMessage<Owned>
{
    public static int TypeId => 9005;

    public static Owned Read(ref MessagePackReader reader)
    {
        int extra = reader.ReadFields(known: 2);
        IMemoryOwner<float> owner = reader.ReadOwnedSingles();
        var message = new Owned(owner.Memory, owner, reader.ReadSharedSingles());
        reader.SkipFields(extra);
        return message;
    }

    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(2);
        writer.WriteSharedSingles(Values);
        writer.WriteSharedSingles(Beside);
    }
}
