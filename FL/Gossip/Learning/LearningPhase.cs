namespace FedActors.FL.Gossip;

/// <summary>What a peer's learning is at.</summary>
public enum LearningPhase
{
    /// <summary>It waits for the peers whose features' moments make the standard.</summary>
    AwaitingStandard,

    /// <summary>It computes the mean of what it knows, to train on from there.</summary>
    Aggregating,

    /// <summary>It trains.</summary>
    Training,

    /// <summary>It has published, and waits for the others' models of the round.</summary>
    Collecting,

    /// <summary>It trains no more, and goes on to average what others publish.</summary>
    Done,
}
