using FedActors.FL.Configuration;
using FedActors.FL.Data;
using FedActors.FL.Training;

namespace FedActors.FL.Roles;

/// <summary>A member's way to the programs of a package that its provider hands out.</summary>
public interface IPackageRunner
{
    /// <summary>Fetches the package where it is not there yet, verifies it and makes it ready.</summary>
    /// <param name="offer">As the run's plan names it.</param>
    /// <param name="cancellationToken">Ends it; what has been fetched is kept, and the next time goes on from there.</param>
    /// <exception cref="InvalidOperationException">The member does not run such packages, or this one is not in order; the text says what to do.</exception>
    Task<PackagePrograms> PrepareAsync(PackageOffer offer, CancellationToken cancellationToken);
}

/// <summary>What a package does in the place of this program.</summary>
/// <param name="Trainer">Makes what trains; null where the package has no such entry point.</param>
/// <param name="Validator">Makes what scores; null likewise.</param>
public sealed record PackagePrograms(Func<TrainerSubject, ITrainer>? Trainer, Func<TrainerSubject, IValidator>? Validator);
