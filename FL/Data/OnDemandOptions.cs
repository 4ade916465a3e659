namespace FedActors.FL.Data;

/// <summary>When examples are read as they are needed instead of being held in memory.</summary>
/// <param name="MemoryBytes">Largest examples of one site, or of the evaluation, that are held as float32.</param>
/// <param name="CacheFolder">Where examples are laid out that do not lie in their file as they are needed: deflated, or of another type.</param>
public sealed record OnDemandOptions(long MemoryBytes, string CacheFolder);
