using FedActors.Actors.Serialization;

namespace FedActors.Examples.Guide;

#region history
internal sealed record History(ReadOnlyMemory<float> Degrees) : IWireMessage<History>
{
    public static int TypeId => 10;

    public static History Read(ref MessagePackReader reader)
    {
        int extra = reader.ReadFields(known: 1);
        var history = new History(reader.ReadSharedSingles(maxCount: 10_000_000));
        reader.SkipFields(extra);
        return history;
    }

    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(1);
        writer.WriteSharedSingles(Degrees);
    }
}
#endregion

internal sealed record Length(int Count) : IWireMessage<Length>
{
    public static int TypeId => 11;

    public static Length Read(ref MessagePackReader reader)
    {
        int extra = reader.ReadFields(known: 1);
        var length = new Length(reader.ReadInt32());
        reader.SkipFields(extra);
        return length;
    }

    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(1);
        writer.Write(Count);
    }
}
