using System.Buffers;
using FedActors.Actors.Serialization;

namespace FedActors.FL.Protocol;

/// <summary>A plan as bytes, for the run's record: the same as on the wire.</summary>
internal static class RunPlanCodec
{
    public static byte[] ToBytes(this RunPlan plan)
    {
        ArrayBufferWriter<byte> output = new();
        MessagePackWriter writer = new(output);
        plan.Write(ref writer);
        writer.Flush();
        return output.WrittenSpan.ToArray();
    }

    /// <exception cref="Actors.ProtocolException">The bytes are no plan.</exception>
    public static RunPlan Read(ReadOnlySpan<byte> bytes)
    {
        MessagePackReader reader = new(bytes);
        RunPlan plan = RunPlan.Read(ref reader);
        reader.ExpectEnd();
        return plan;
    }
}
