namespace FedActors.FL.Compression;

/// <summary>Where an update comes from, which is what the random numbers of its compression follow from.</summary>
/// <param name="Seed">The run's seed.</param>
/// <param name="Site">The site; only the sender needs it.</param>
/// <param name="Round">The round that it was asked in.</param>
public sealed record UpdateOrigin(ulong Seed, string Site, int Round);
