using FedActors.FL.Configuration;
using FedActors.FL.Models;
using FedActors.FL.Rounds;
using FedActors.Storage.Training;

namespace FedActors.FL.Roles;

/// <summary>What a provider needs.</summary>
public sealed record ProviderSetup
{
    /// <summary>The run's rules, validated.</summary>
    public required FederationOptions Options { get; init; }

    /// <summary>Where the run is kept.</summary>
    public required ITrainingStore Store { get; init; }

    /// <summary>What the sites' data set is called; a part of the run's fingerprint.</summary>
    public required string Data { get; init; }

    /// <summary>The effective configuration as JSON, for the run's record.</summary>
    public string Configuration { get; init; } = "{}";

    /// <summary>The model that all members' data must fit, or null to take the first member's.</summary>
    public ModelSpecification? Specification { get; init; }

    /// <summary>The package by which a run trains that begins here, or null; see <see cref="CoordinatedRoles.Packages"/>.</summary>
    public PackageOffer? Package { get; init; }

    /// <summary>Whether the run's start waits for an evaluator.</summary>
    public bool ExpectsEvaluator { get; init; } = true;

    /// <summary>Which run to take up.</summary>
    public RunChoice Choice { get; init; } = RunChoice.UnfinishedOrNew;

    /// <summary>The run to take up under <see cref="RunChoice.Given"/> or <see cref="RunChoice.GivenOrNew"/>.</summary>
    public string? RunId { get; init; }

    /// <summary>Follows the run, or null.</summary>
    public IRunObserver? Observer { get; init; }

    /// <summary>Bytes that this node has sent and received so far; none in one process.</summary>
    public Func<(long Sent, long Received)> Traffic { get; init; } = static () => (0, 0);

    /// <summary>Stands something around each machine that the provider makes, which then sees what goes in and what comes out; by default nothing.</summary>
    public Func<IRoundMachine, IRoundMachine> Machine { get; init; } = static machine => machine;

    /// <summary>Completes with the run.</summary>
    public RunCompletion Completion { get; init; } = new();
}

/// <summary>Which run a provider takes up.</summary>
public enum RunChoice
{
    /// <summary>The newest unfinished run of the same fingerprint, or else a new one: what a restarted provider does.</summary>
    UnfinishedOrNew = 0,

    /// <summary>A new run. A provider that fails after it has begun one goes on with that.</summary>
    New = 1,

    /// <summary>A named run, whether it was interrupted or ended early.</summary>
    Given = 2,

    /// <summary>
    /// A named run, which is begun under that name if there is none. If it has ended, in whatever way, its end is all there is to report:
    /// a provider that is restarted after the last round does not begin another run.
    /// </summary>
    GivenOrNew = 3,
}
