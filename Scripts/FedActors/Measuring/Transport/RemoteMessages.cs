using System.Buffers;
using FedActors.Actors.Serialization;

namespace FedActors.Scripts.Measuring.Transport;

/// <summary>A small message: one number.</summary>
internal sealed record Ball(int Number) : IWireMessage<Ball>
{
    public static int TypeId => 1;

    public static Ball Read(ref MessagePackReader reader)
    {
        int extra = reader.ReadFields(known: 1);
        var message = new Ball(reader.ReadInt32());
        reader.SkipFields(extra);
        return message;
    }

    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(1);
        writer.Write(Number);
    }
}

/// <summary>A large message, whose receiver gives its memory back. The sender has no owner to it.</summary>
internal sealed record Model(ReadOnlyMemory<float> Values, IMemoryOwner<float>? Owner) : IWireMessage<Model>
{
    public static int TypeId => 2;

    public static Model Read(ref MessagePackReader reader)
    {
        int extra = reader.ReadFields(known: 1);
        IMemoryOwner<float> owner = reader.ReadOwnedSingles();
        reader.SkipFields(extra);
        return new Model(owner.Memory, owner);
    }

    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(1);
        writer.WriteSharedSingles(Values);
    }
}

/// <summary>A large message whose memory stays with it until it is collected.</summary>
internal sealed record KeptModel(ReadOnlyMemory<float> Values) : IWireMessage<KeptModel>
{
    public static int TypeId => 3;

    public static KeptModel Read(ref MessagePackReader reader)
    {
        int extra = reader.ReadFields(known: 1);
        var message = new KeptModel(reader.ReadSharedSingles());
        reader.SkipFields(extra);
        return message;
    }

    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(1);
        writer.WriteSharedSingles(Values);
    }
}
