using System.Buffers;
using FedActors.Actors.Serialization;

namespace FedActors.FL.Protocol;

/// <summary>A plan as bytes, for the run's record: the same as on the wire.</summary>
public static class RunPlanCodec
{
    // Room for a plan without its sites; and for what a site takes beside its two names. A buffer that grows to tens of megabytes leaves as much behind.
    private const int Usual = 4096;
    private const int BytesOfSite = 16;

    /// <summary>A plan as it is stored with its run.</summary>
    public static byte[] ToBytes(this RunPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArrayBufferWriter<byte> output = new(Usual + plan.Sites.Sum(site => site.WorkerId.Length + site.Site.Length + BytesOfSite));
        MessagePackWriter writer = new(output);
        plan.Write(ref writer);
        writer.Flush();
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Reads back what <see cref="ToBytes"/> wrote.</summary>
    /// <exception cref="Actors.ProtocolException">The bytes are no plan.</exception>
    public static RunPlan Read(ReadOnlySpan<byte> bytes)
    {
        MessagePackReader reader = new(bytes);
        RunPlan plan = RunPlan.Read(ref reader);
        reader.ExpectEnd();
        return plan;
    }
}
