using FedActors.Actors;
using FedActors.Actors.Diagnostics;
using FedActors.FL.Configuration;
using FedActors.FL.Data;
using FedActors.FL.Models;
using FedActors.Storage.Residuals;
using FedActors.Storage.Training;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace FedActors.FL.Roles;

/// <summary>A coordinated run with all roles as actors of one process.</summary>
public static class CoordinatedRun
{
    /// <summary>Runs to the end.</summary>
    /// <param name="setup">What to run.</param>
    /// <param name="cancellationToken">Stops the run; what is committed stays, and the run can be resumed.</param>
    /// <exception cref="ArgumentException">The data set does not have the sites that the rules ask for.</exception>
    /// <exception cref="DataFileException">A site's data cannot be read.</exception>
    public static async Task<RunResult> ExecuteAsync(CoordinatedRunSetup setup, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(setup);
        CheckSites(setup);
        using TrainingThreads threads = new(Environment.ProcessorCount);
        ActorSystemOptions system = new()
        {
            Node = "local", Time = setup.Time, Seed = setup.Options.Seed, LoggerFactory = setup.LoggerFactory,
        };
        await using ActorSystem actors = new(system.Observed());
        RunCompletion completion = new();
        ActorRef provider = Spawn(setup, actors, threads, completion);
        TaskCompletionSource told = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using CancellationTokenRegistration stop = cancellationToken.Register(told.SetResult);
        if (await Task.WhenAny(completion.Task, actors.WhenTerminated, told.Task) == told.Task)
        {
            await provider.TellAsync(new StopRun(setup.StopReason()));
        }

        if (await Task.WhenAny(completion.Task, actors.WhenTerminated) == actors.WhenTerminated)
        {
            // The provider failed too often; the system ended with its failure.
            await actors.WhenTerminated;
        }

        return await completion.Task;
    }

    private static ActorRef Spawn(CoordinatedRunSetup setup, ActorSystem actors, TaskScheduler threads, RunCompletion completion)
    {
        DataManifest manifest = setup.Data.Manifest;
        ModelSpecification specification = manifest.Specify(setup.Options.Training.Model);
        ActorRef provider = actors.Spawn(
            CoordinatedRoles.Provider(new ProviderSetup
            {
                Options = setup.Options,
                Store = setup.Store,
                Data = manifest.Name,
                Configuration = setup.Configuration,
                Specification = specification,
                Package = setup.Package?.Offer,
                ExpectsEvaluator = manifest.Evaluation is not null,
                Choice = setup.Choice,
                RunId = setup.RunId,
                Observer = setup.Observer,
                Completion = completion,
            }),
            CoordinatedRoles.ProviderName);
        Func<string, IPackageRunner> packages = _ => NoPackages.Instance;
        if (setup.Package is { } package)
        {
            ActorRef source = actors.Spawn(CoordinatedRoles.Packages(package), CoordinatedRoles.PackagesName);
            packages = member => setup.Packages(member, source);
        }

        actors.Spawn(CoordinatedRoles.Aggregator(new AggregatorSetup { MemberId = "aggregator", Provider = provider }), CoordinatedRoles.AggregatorName);
        if (manifest.Evaluation is not null)
        {
            EvaluatorSetup evaluator = new()
            {
                MemberId = "evaluator", Provider = provider, Specification = specification, Data = setup.Data.LoadEvaluation(), Evaluation = threads,
                Packages = packages(CoordinatedRoles.EvaluatorName),
            };
            actors.Spawn(CoordinatedRoles.Evaluator(evaluator), CoordinatedRoles.EvaluatorName);
        }

        foreach (SiteFile site in manifest.Sites)
        {
            DataSet data = setup.Data.LoadSite(site.Name);
            WorkerSetup worker = new()
            {
                MemberId = site.Name, Provider = provider, Site = site.Name, Specification = specification,
                Data = data, Moments = FeatureMoments.Of(data), Training = threads, Residuals = setup.Residuals(site.Name),
                Packages = packages(site.Name),
            };
            actors.Spawn(CoordinatedRoles.Worker(worker), $"worker-{site.Name}");
        }

        return provider;
    }

    private static void CheckSites(CoordinatedRunSetup setup)
    {
        int sites = setup.Data.Manifest.Sites.Count;
        ParticipationOptions participation = setup.Options.Participation;
        if (sites != participation.Workers)
        {
            throw new ArgumentException(
                $"The data set {setup.Data.Manifest.Name} has {sites} sites, and the run expects {participation.Workers} workers. In one process each site is a worker: set Participation:Workers to {sites}.",
                nameof(setup));
        }
    }
}

/// <summary>What a run in one process needs.</summary>
public sealed record CoordinatedRunSetup
{
    /// <summary>The run's rules, validated.</summary>
    public required FederationOptions Options { get; init; }

    /// <summary>The data set; each of its sites becomes a worker.</summary>
    public required IFederatedData Data { get; init; }

    /// <summary>Where the run is kept.</summary>
    public required ITrainingStore Store { get; init; }

    /// <summary>The package by which it trains, or null.</summary>
    public IPackageSource? Package { get; init; }

    /// <summary>Given a member's name and what hands out the package, runs the package for that member; by default none is run.</summary>
    public Func<string, ActorRef, IPackageRunner> Packages { get; init; } = static (_, _) => NoPackages.Instance;

    /// <summary>The effective configuration as JSON, for the run's record.</summary>
    public string Configuration { get; init; } = "{}";

    /// <summary>Which run to take up.</summary>
    public RunChoice Choice { get; init; } = RunChoice.UnfinishedOrNew;

    /// <summary>The run to take up under <see cref="RunChoice.Given"/> or <see cref="RunChoice.GivenOrNew"/>.</summary>
    public string? RunId { get; init; }

    /// <summary>Follows the run, or null.</summary>
    public IRunObserver? Observer { get; init; }

    /// <summary>Where a site keeps what compression leaves unsent; by default nowhere, so that a run that is taken up again goes on without it.</summary>
    public Func<string, IResidualStore> Residuals { get; init; } = static _ => new MemoryResidualStore();

    /// <summary>Says why the run is told to stop, when it is.</summary>
    public Func<string> StopReason { get; init; } = static () => "stopped on request";

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Where logs go.</summary>
    public ILoggerFactory LoggerFactory { get; init; } = NullLoggerFactory.Instance;
}
