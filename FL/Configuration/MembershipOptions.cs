namespace FedActors.FL.Configuration;

/// <summary>How a peer tells the dead from the living: SWIM (Das, Gupta, Motivala 2002) with Lifeguard's local health (Dadgar, Phillips, Currey 2018).</summary>
public sealed record MembershipOptions
{
    /// <summary>One neighbour is probed in each period. A peer that is slow itself makes its periods longer.</summary>
    public TimeSpan ProbePeriod { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a neighbour may take to answer before others are asked to try; below <see cref="ProbePeriod"/>.</summary>
    public TimeSpan ProbeTimeout { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How many others are asked to try.</summary>
    public int IndirectProbes { get; init; } = 3;

    /// <summary>A suspect has this many periods, times the decimal logarithm of the number of peers, to speak up.</summary>
    public int SuspicionMultiplier { get; init; } = 4;

    /// <summary>How often a peer and one neighbour tell each other all that they know of everybody.</summary>
    public TimeSpan PushPullPeriod { get; init; } = TimeSpan.FromSeconds(30);
}
