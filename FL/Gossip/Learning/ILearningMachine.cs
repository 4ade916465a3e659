namespace FedActors.FL.Gossip;

/// <summary>Decides what a peer learns: what happened goes in, what to do comes out. <see cref="LearningMachine"/> is the one that there is; others stand around it and watch.</summary>
public interface ILearningMachine
{
    /// <summary>What it is at.</summary>
    LearningPhase Phase { get; }

    /// <summary>When <see cref="LearningDue"/> is to be given next; null if nothing will happen by itself.</summary>
    long? Due { get; }

    /// <summary>Takes one input in.</summary>
    /// <param name="input">What has happened.</param>
    /// <param name="now">The moment, in milliseconds of a clock that does not go back.</param>
    /// <returns>What to do, in order.</returns>
    IReadOnlyList<LearningEffect> Handle(LearningInput input, long now);
}
