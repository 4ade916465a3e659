using FedActors.Actors;
using FedActors.FL.Data;
using FedActors.FL.Models;
using FedActors.FL.Roles;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Configuration;
using FedActors.Scripts.Monitoring;
using FedActors.Scripts.Runs;
using FedActors.Scripts.Trainers;
using FedActors.Storage.Training;
using Microsoft.Extensions.Logging;

namespace FedActors.Scripts.Roles;

/// <summary>A provider as a process of its own.</summary>
internal static class ProviderRole
{
    /// <summary>Drives a run to its end. When the process is told to end before, the run is left as it is: the next provider goes on with it.</summary>
    /// <param name="context">The command.</param>
    /// <param name="config">The configuration.</param>
    /// <param name="wanted">Which run to take up.</param>
    /// <param name="stopping">Ends the process in order.</param>
    public static async Task<CommandResult> ExecuteAsync(CommandContext context, FedConfig config, (RunChoice Choice, string? Run) wanted, CancellationToken stopping)
    {
        using ILoggerFactory log = context.Log(LogLevel.Information);
        using PackageFile? package = PackageFile.Open(config.Package);
        using SqliteTrainingStore store = Stores.OpenForWriting(config.Storage);
        await using RoundScreen display = new PlainRoundScreen(context.Output.Progress, TextWriter.Null, RoundText.Columns);
        using var observer = new DisplayObserver(display, context.Output, config.DataSource, context.Time);
        await using MetricsEndpoint? metrics = await MetricsEndpoint.StartAsync(config, CoordinatedRoles.ProviderName, context, stopping).ConfigureAwait(false);
        await using ActorSystem system = RoleNode.Create(CoordinatedRoles.ProviderName, config, context, log);
        Strangers.Warn(config.Transport, context);
        await RoleNode.ListenAsync(system, config.Transport.Host, config.Transport.ProviderPort, context, stopping).ConfigureAwait(false);
        ProviderSetup setup = Setup(config, store, observer, system) with { Choice = wanted.Choice, RunId = wanted.Run, Package = package?.Offer };
        if (package is not null)
        {
            system.Spawn(CoordinatedRoles.Packages(package), CoordinatedRoles.PackagesName);
            context.Output.Progress?.WriteLine($"the provider hands out the package {package.Offer.Checksum}, {package.Offer.Bytes:N0} bytes");
        }

        ActorRef provider = system.Spawn(CoordinatedRoles.Provider(setup), CoordinatedRoles.ProviderName);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        Task<bool> asked = StopRequests.WaitAsync(store, () => observer.RunId, context.Time, ended.Token);
        Task first = await Task.WhenAny(setup.Completion.Task, asked, system.WhenTerminated).ConfigureAwait(false);
        if (first == asked && await asked.ConfigureAwait(false))
        {
            await provider.TellAsync(new StopRun("stopped by an operator")).ConfigureAwait(false);
            await Task.WhenAny(setup.Completion.Task, system.WhenTerminated).ConfigureAwait(false);
        }

        await ended.CancelAsync().ConfigureAwait(false);
        await asked.ConfigureAwait(false);
        if (system.WhenTerminated.IsFaulted)
        {
            // The provider failed more often than its supervisor may restart it.
            await system.WhenTerminated.ConfigureAwait(false);
        }

        if (!setup.Completion.Task.IsCompletedSuccessfully)
        {
            return Left(context, store, observer.RunId);
        }

        RunResult result = await setup.Completion.Task.ConfigureAwait(false);
        return RunVerdict.Of(store, config.Storage.TrainingStore, result);
    }

    private static ProviderSetup Setup(FedConfig config, ITrainingStore store, IRunObserver observer, ActorSystem system)
    {
        // A provider's machine needs no data; where it has the manifest, the model follows from it, and else from the first member's data.
        DataManifest? manifest = ModelChoice.FindManifest(config.DataSource);
        ModelSpecification? model = manifest is null ? null : ModelChoice.Specify(manifest, config.Federation.Training.Model);
        if (model is not null)
        {
            ModelChoice.CheckCompression(model, config.Federation.Compression);
        }

        return new ProviderSetup
        {
            Options = config.Federation,
            Store = store,
            Data = manifest?.Name ?? config.DataSource,
            Configuration = config.Json,
            Specification = model,
            ExpectsEvaluator = manifest is null || manifest.Evaluation is not null,
            Observer = observer,
            Traffic = () => (system.Remote.BytesSent, system.Remote.BytesReceived),
        };
    }

    private static CommandResult Left(CommandContext context, ITrainingStore store, string? runId)
    {
        if (context.DeadlinePassed)
        {
            throw new CommandFailure(ExitCode.Timeout, "timeout", "The run was not done within --timeout. Start the provider again, and it goes on.");
        }

        RunRecord? run = runId is null ? null : store.FindRun(runId);
        return new CommandResult
        {
            Data = run is null ? null : RunJson.Run(run, RunState.Interrupted),
            Text = output => output.WriteLine(run is null ? "stopped before a run began" : $"stopped after {run.CommittedRounds} of {Counted.Of(run.Rounds, "round")} of run {run.Id}; the next provider goes on with it"),
        };
    }
}
