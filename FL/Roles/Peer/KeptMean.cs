using System.Buffers;
using FedActors.Actors;
using FedActors.Actors.Serialization;
using FedActors.FL.Models;
using FedActors.FL.Protocol;
using FedActors.Storage.Gossip;

namespace FedActors.FL.Roles;

/// <summary>A peer's mean as its store keeps it, with all that is needed to use it elsewhere.</summary>
/// <param name="Peer">Whose.</param>
/// <param name="Round">After which round.</param>
/// <param name="IsSettled">Whether nobody whom the peer knew could change it any more.</param>
/// <param name="Accuracy">Its accuracy on evaluation data, in [0, 1]; null where there is none.</param>
/// <param name="Loss">Its mean loss on evaluation data; null where there is none.</param>
/// <param name="Plan">What the parameters are parameters of, under the peer's name.</param>
/// <param name="Parameters">The parameters.</param>
public sealed record KeptMean(string Peer, int Round, bool IsSettled, double? Accuracy, double? Loss, RunPlan Plan, ParameterVector Parameters)
{
    private const string Key = "mean";

    /// <summary>Finds the mean that a peer settled on or left with, or null if its store keeps none.</summary>
    /// <exception cref="Storage.StoreException">It cannot be read, or does not match its checksum.</exception>
    /// <exception cref="ProtocolException">It is no mean.</exception>
    public static KeptMean? Find(IGossipStore store, string peer)
    {
        ArgumentNullException.ThrowIfNull(store);
        return store.FindPart(peer, Key) is { Body: { } parameters } part ? Read(peer, part.Head.Span, parameters.Span) : null;
    }

    /// <summary>The mean as a part of the peer's state. What is replicated has other keys.</summary>
    internal StatePart ToPart()
    {
        ArrayBufferWriter<byte> output = new();
        MessagePackWriter writer = new(output);
        writer.WriteArrayHeader(5);
        writer.Write(Round);
        writer.Write(IsSettled);
        writer.Write(Accuracy ?? double.NaN);
        writer.Write(Loss ?? double.NaN);
        Plan.Write(ref writer);
        writer.Flush();
        return new StatePart(Key, output.WrittenSpan.ToArray(), Parameters.ToBytes());
    }

    private static KeptMean Read(string peer, ReadOnlySpan<byte> head, ReadOnlySpan<byte> parameters)
    {
        MessagePackReader reader = new(head);
        int extra = reader.ReadFields(5);
        int round = reader.ReadInt32("round", 0);
        bool isSettled = reader.ReadBoolean();
        double accuracy = reader.ReadDouble();
        double loss = reader.ReadDouble();
        RunPlan plan = RunPlan.Read(ref reader);
        reader.SkipFields(extra);
        ParameterLayout layout = plan.Specification.Layout;
        if (parameters.Length != (long)layout.Count * sizeof(float))
        {
            throw new ProtocolException($"The mean of {peer} has {parameters.Length} bytes of parameters; {layout} takes {(long)layout.Count * sizeof(float)}.");
        }

        return new KeptMean(
            peer, round, isSettled, double.IsNaN(accuracy) ? null : accuracy, double.IsNaN(loss) ? null : loss, plan, ParameterVector.FromBytes(layout, parameters));
    }
}
