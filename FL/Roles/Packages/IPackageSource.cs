using FedActors.FL.Configuration;

namespace FedActors.FL.Roles;

/// <summary>A compute package on the provider's side, to be handed out in parts.</summary>
public interface IPackageSource
{
    /// <summary>The package.</summary>
    PackageOffer Offer { get; }

    /// <summary>Reads a part of the archive.</summary>
    /// <param name="offset">Its first byte, below <see cref="PackageOffer.Bytes"/>.</param>
    /// <param name="count">Most bytes.</param>
    /// <returns>At least one byte.</returns>
    /// <exception cref="IOException">The archive cannot be read any more.</exception>
    byte[] Read(long offset, int count);
}
