using FedActors.FL.Configuration;

namespace FedActors.FL.Roles;

/// <summary>Runs no package: what a member does that nobody has told otherwise.</summary>
internal sealed class NoPackages : IPackageRunner
{
    public static NoPackages Instance { get; } = new();

    public Task<PackagePrograms> PrepareAsync(PackageOffer offer, CancellationToken cancellationToken) =>
        throw new InvalidOperationException($"The run uses the package {offer.Checksum}, and this member runs none.");
}
