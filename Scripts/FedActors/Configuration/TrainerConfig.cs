using FedActors.Scripts.Trainers;

namespace FedActors.Scripts.Configuration;

/// <summary>What this machine lets external trainers do.</summary>
/// <param name="AllowPackage">Which packages that a provider hands out may run: none, any, or one by its checksum.</param>
/// <param name="Timeout">How long one may take.</param>
/// <param name="MemoryMegabytes">What one may take; 0 for no limit.</param>
internal sealed record TrainerConfig(string AllowPackage, TimeSpan Timeout, int MemoryMegabytes)
{
    /// <summary>No package.</summary>
    public const string None = "none";

    /// <summary>Any package.</summary>
    public const string Any = "any";

    /// <summary>Whether a package may run here.</summary>
    public bool Allows(string checksum) => AllowPackage == Any || AllowPackage == checksum;

    /// <summary>The limits, for a command that is known later.</summary>
    public TrainerProcess Usual() => new([], Timeout, MemoryMegabytes > 0 ? (long)MemoryMegabytes << 20 : null);
}

/// <summary>The package that a provider hands out.</summary>
/// <param name="File">The tar.gz, or null for none.</param>
/// <param name="Checksum">The SHA-256 that it must have, or null for whatever it has.</param>
internal sealed record PackageConfig(string? File, string? Checksum);
