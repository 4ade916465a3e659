namespace FedActors.Actors.Serialization;

/// <summary>Bounds that hold whatever a message's reader asks for. A reader's own argument may be tighter, never wider.</summary>
/// <remarks>Every length is also held against the bytes that are really there, before anything is allocated for it.</remarks>
public sealed record MessagePackLimits
{
    /// <summary>The defaults.</summary>
    public static MessagePackLimits Default { get; } = new();

    /// <summary>Containers inside each other. Messages are flat records; the bound keeps recursion far from the end of the stack.</summary>
    public int MaxDepth { get; init; } = 32;

    /// <summary>Bytes of one string. Long enough for an error text with its stack, too short to be a payload.</summary>
    public int MaxStringBytes { get; init; } = 1 << 20;

    /// <summary>Bytes of one binary or extension value: as much as the largest message (see the remoting limits) can carry.</summary>
    public int MaxBinaryBytes { get; init; } = 1 << 30;

    /// <summary>Elements of an array, or pairs of a map. Large vectors travel as binary, so a collection counts names, sites or metrics.</summary>
    public int MaxCollectionCount { get; init; } = 1 << 20;
}
