using FedActors.FL.Models;

namespace FedActors.FL.Rounds;

/// <summary>Decides a run: what happened goes in, what to do comes out. <see cref="RoundMachine"/> is the one that there is; others stand around it and watch.</summary>
public interface IRoundMachine
{
    /// <summary>What the run is doing.</summary>
    RoundPhase Phase { get; }

    /// <summary>Rounds committed so far.</summary>
    int CommittedRounds { get; }

    /// <summary>The round in progress; 0 before the first.</summary>
    int Round { get; }

    /// <summary>The attempt in progress at that round; 0 before the first.</summary>
    int Attempt { get; }

    /// <summary>The model that the run trains; null until it is given or a member brings data.</summary>
    ModelSpecification? Specification { get; }

    /// <summary>Says why an update would be refused whatever it holds, so that nobody need read it; null if it may have a place.</summary>
    /// <param name="update">The update, as it will be handed in.</param>
    Objection? FindMisplacement(UpdateReceived update);

    /// <summary>Takes one input in.</summary>
    /// <returns>What to do, in order; empty after the end.</returns>
    IReadOnlyList<RoundEffect> Handle(RoundInput input);
}
