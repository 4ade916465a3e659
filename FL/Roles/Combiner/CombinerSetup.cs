using FedActors.FL.Rounds;

namespace FedActors.FL.Roles;

/// <summary>What a combiner needs: whom it combines for. <see cref="MemberSetup.Provider"/> may be a provider or another combiner.</summary>
public sealed record CombinerSetup : MemberSetup
{
    /// <summary>How long its workers wait with it when the provider is gone, before they are told to look for another way.</summary>
    /// <remarks>Much shorter than the provider keeps places for workers on their way, which includes the time that these need to register elsewhere.</remarks>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(2.5);

    /// <summary>Most workers that it stands for.</summary>
    public int MaxWorkers { get; init; } = RoundLimits.MaxWorkers;

    /// <summary>Whether what counted under one provider goes on counting under the next. For showing that tests notice.</summary>
    internal bool KeepsCounts { get; init; }
}
