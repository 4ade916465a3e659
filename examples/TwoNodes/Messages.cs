using FedActors.Actors.Serialization;

namespace FedActors.Examples.TwoNodes;

#region message
/// <summary>A thermometer was read.</summary>
internal sealed record Reading(double Degrees) : IWireMessage<Reading>
{
    public static int TypeId => 1;

    public static Reading Read(ref MessagePackReader reader)
    {
        int extra = reader.ReadFields(known: 1);
        var reading = new Reading(reader.ReadDouble());
        reader.SkipFields(extra);
        return reading;
    }

    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(1);
        writer.Write(Degrees);
    }
}
#endregion

/// <summary>Asks for a <see cref="Summary"/>.</summary>
internal sealed record SummaryRequest : IWireMessage<SummaryRequest>
{
    public static int TypeId => 2;

    public static SummaryRequest Read(ref MessagePackReader reader)
    {
        reader.SkipFields(reader.ReadFields(known: 0));
        return new SummaryRequest();
    }

    public void Write(ref MessagePackWriter writer) => writer.WriteArrayHeader(0);
}

/// <summary>What was read so far.</summary>
internal sealed record Summary(long Readings, double Mean) : IWireMessage<Summary>
{
    public static int TypeId => 3;

    public static Summary Read(ref MessagePackReader reader)
    {
        int extra = reader.ReadFields(known: 2);
        var summary = new Summary(reader.ReadInt64(), reader.ReadDouble());
        reader.SkipFields(extra);
        return summary;
    }

    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(2);
        writer.Write(Readings);
        writer.Write(Mean);
    }
}
