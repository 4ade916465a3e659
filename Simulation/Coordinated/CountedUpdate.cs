namespace FedActors.Simulation.Coordinated;

/// <summary>An update that a round counts, as the round machine has handed it over.</summary>
/// <param name="WorkerId">Whose.</param>
/// <param name="Origin">The round that it was asked in: it is made from the parameters that this round begins with.</param>
/// <param name="Staleness">Rounds that were committed since.</param>
/// <param name="Steps">Optimizer steps that it took, as its worker says.</param>
/// <param name="Weight">What it counts for.</param>
internal sealed record CountedUpdate(string WorkerId, int Origin, int Staleness, long Steps, double Weight);
