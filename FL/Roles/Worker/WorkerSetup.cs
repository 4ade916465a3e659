using FedActors.FL.Data;
using FedActors.FL.Models;
using FedActors.FL.Training;
using FedActors.Storage.Residuals;

namespace FedActors.FL.Roles;

/// <summary>What a worker needs: its site's data, and a place to train.</summary>
public sealed record WorkerSetup : MemberSetup
{
    /// <summary>The site's name. Its shuffles depend on it.</summary>
    public required string Site { get; init; }

    /// <summary>The model that the data fits.</summary>
    public required ModelSpecification Specification { get; init; }

    /// <summary>The site's examples, not standardised; they stay here.</summary>
    public required DataSet Data { get; init; }

    /// <summary>Sums over the features, which are all that leaves the site beside updates; see <see cref="FeatureMoments.Of"/>.</summary>
    public required FeatureMoments Moments { get; init; }

    /// <summary>Makes what trains, once the run's plan is known, whatever package the run has; null for that package, or this program's own trainer where it has none.</summary>
    public Func<TrainerSubject, ITrainer>? Trainer { get; init; }

    /// <summary>Where what compression leaves unsent is kept. What is lost with it the site never sends.</summary>
    public IResidualStore Residuals { get; init; } = new MemoryResidualStore();

    /// <summary>Where training runs. Not where actors run, or a site that trains for minutes would look dead.</summary>
    public TaskScheduler Training { get; init; } = TaskScheduler.Default;
}
