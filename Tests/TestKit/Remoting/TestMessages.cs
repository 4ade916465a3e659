using FedActors.Actors;
using FedActors.Actors.Serialization;

namespace FedActors.Tests.TestKit.Remoting;

/// <summary>A small message with a number.</summary>
public sealed record Numbered(int Number) : IWireMessage<Numbered>
{
    public static int TypeId => 9001;

    public static Numbered Read(ref MessagePackReader reader)
    {
        int extra = reader.ReadFields(known: 1);
        var message = new Numbered(reader.ReadInt32());
        reader.SkipFields(extra);
        return message;
    }

    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(1);
        writer.Write(Number);
    }
}

/// <summary>A message as large as wished.</summary>
public sealed record Blob(float[] Values) : IWireMessage<Blob>
{
    public static int TypeId => 9002;

    public static Blob Read(ref MessagePackReader reader)
    {
        int extra = reader.ReadFields(known: 1);
        var message = new Blob(reader.ReadSingles());
        reader.SkipFields(extra);
        return message;
    }

    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(1);
        writer.WriteSingles(Values);
    }
}

/// <summary>A message that carries a reference.</summary>
public sealed record Introduction(ActorRef Actor) : IWireMessage<Introduction>
{
    public static int TypeId => 9003;

    public static Introduction Read(ref MessagePackReader reader)
    {
        int extra = reader.ReadFields(known: 1);
        var message = new Introduction(reader.ReadActorRef());
        reader.SkipFields(extra);
        return message;
    }

    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(1);
        writer.Write(Actor);
    }
}
