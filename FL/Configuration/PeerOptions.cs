namespace FedActors.FL.Configuration;

/// <summary>The rules by which a peer of gossip mode trains and talks.</summary>
public sealed record PeerOptions
{
    /// <summary>Seed of the initial parameters and of shuffles. Peers that share it begin alike.</summary>
    public ulong Seed { get; init; } = 42;

    /// <summary>What a peer does with its data; <see cref="TrainingOptions.Rounds"/> is where it stops, if it has not converged before.</summary>
    public TrainingOptions Training { get; init; } = new();

    /// <summary>How it makes one model of several; one of <see cref="Strategies.StrategyNames.Peers"/>.</summary>
    public StrategyOptions Strategy { get; init; } = new();

    /// <summary>How it talks.</summary>
    public GossipOptions Gossip { get; init; } = new();

    /// <summary>Rounds that a peer goes through at most: those in which it trains, then those in which it only averages.</summary>
    public int Rounds => Training.Rounds + Gossip.MixingRounds;
}
