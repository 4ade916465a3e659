using FedActors.Actors.Serialization;

namespace FedActors.FL.Protocol;

/// <summary>What a message of a round belongs to.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Round">The round, from 1.</param>
/// <param name="Attempt">The attempt at it, from 1; 0 where a committed round is meant.</param>
public readonly record struct RoundKey(string RunId, int Round, int Attempt)
{
    /// <summary>Fields that a key takes in a message.</summary>
    internal const int Fields = 3;

    /// <summary>For instance <c>run 7f3a round 4 attempt 1</c>.</summary>
    public override string ToString() => $"run {RunId} round {Round} attempt {Attempt}";

    internal void Write(ref MessagePackWriter writer)
    {
        writer.Write(RunId);
        writer.Write(Round);
        writer.Write(Attempt);
    }

    internal static RoundKey Read(ref MessagePackReader reader) =>
        new(reader.ReadId(), reader.ReadInt32("round", 1), reader.ReadInt32("attempt", 0));
}
