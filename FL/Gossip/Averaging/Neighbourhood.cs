namespace FedActors.FL.Gossip;

/// <summary>Where a peer stands among the models that it averages.</summary>
/// <param name="Self">The peer. Its own model may be missing, before its first round.</param>
/// <param name="Mixing">What each model counts for by Metropolis-Hastings, in the order of the models; together 1 if its own is among them.</param>
/// <param name="Elapsed">The share of all rounds that is over, 0 to 1.</param>
public sealed record Neighbourhood(string Self, IReadOnlyList<double> Mixing, double Elapsed);
