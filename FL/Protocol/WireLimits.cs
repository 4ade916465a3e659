using FedActors.FL.Aggregation;
using FedActors.FL.Models;
using FedActors.FL.Rounds;

namespace FedActors.FL.Protocol;

/// <summary>Bounds of what a message may hold. Each is checked before anything is allocated for it.</summary>
internal static class WireLimits
{
    /// <summary>UTF-8 bytes of a member's or site's name: four for each of <see cref="RoundLimits.MaxNameLength"/> characters.</summary>
    public const int MaxNameBytes = 4 * RoundLimits.MaxNameLength;

    /// <summary>Bytes of an id, a hash in hex, or a code.</summary>
    public const int MaxIdBytes = 128;

    /// <summary>Characters of a text for people: a failure with some frames of its stack, not a dump.</summary>
    public const int MaxTextLength = 4096;

    /// <summary>UTF-8 bytes of such a text.</summary>
    public const int MaxTextBytes = 4 * MaxTextLength;

    /// <summary>UTF-8 bytes of a setting that peers must share: a number, a name, or a short list of edges.</summary>
    public const int MaxSettingBytes = 1024;

    /// <summary>UTF-8 bytes of an address as host:port: a name of the domain name system, and a port.</summary>
    public const int MaxAddressBytes = 264;

    /// <summary>Chunks wanted in one message of gossip.</summary>
    public static readonly int MaxWants = Crdt.Gossip.ExchangeLimits.Default.MaxWants;

    /// <summary>Numbers of a parameter vector.</summary>
    public const int MaxParameters = ParameterLayout.MaxCount;

    /// <summary>Bytes of a compressed update. What is not below that is no smaller than the parameters themselves.</summary>
    public const int MaxCompressedBytes = (MaxParameters * sizeof(float)) - 1;

    /// <summary>Bytes of a sum of updates: those of the largest model's, as far as an array can hold them.</summary>
    public static readonly int MaxSumBytes = (int)Math.Min(SumCodec.MaxBytes(MaxParameters), Array.MaxLength);

    /// <summary>Names of workers or sites in one message.</summary>
    public const int MaxWorkers = RoundLimits.MaxWorkers;

    /// <summary>Steps that a rule takes to reduce one round; a sender could ask for endless work otherwise.</summary>
    public const int MaxIterations = 10_000;

    /// <summary>Bytes of a site's feature moments: two exact sums of at most 77 bytes for each feature, and a header.</summary>
    public const int MaxMomentsBytes = (2 * 77 * ModelSpecification.MaxFeatures) + 1024;
}
