using FedActors.FL.Roles;
using FedActors.FL.Rounds;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Monitoring;
using FedActors.Scripts.Trainers;
using FedActors.Storage.Training;
using Microsoft.Extensions.Logging;

namespace FedActors.Scripts.Runs;

/// <summary>A run with all roles in this process: <c>run</c> and <c>runs resume</c>.</summary>
internal static class LocalRun
{
    /// <summary>Drives the run to its end, shows it, and gives its verdict.</summary>
    /// <param name="context">The command.</param>
    /// <param name="inputs">Configuration and data.</param>
    /// <param name="resume">The run to take up, or null for a new one.</param>
    /// <param name="stopping">Ends the run after what it has committed.</param>
    public static async Task<CommandResult> ExecuteAsync(CommandContext context, RunInputs inputs, string? resume, CancellationToken stopping)
    {
        string storePath = inputs.Config.Storage.TrainingStore;
        using PackageFile? package = PackageFile.OpenForMembers(inputs.Config);
        using SqliteTrainingStore store = Stores.OpenForWriting(inputs.Config.Storage);
        RunResult result;
        await using (RoundScreen display = RoundScreens.For(context, RoundText.Columns))
        {
            using ILoggerFactory log = context.Log(LogLevel.Warning, display.LogWriter);
            using var observer = new DisplayObserver(display, context.Output, inputs.Data.Manifest.Name, context.Time);
            await using MetricsEndpoint? metrics = await MetricsEndpoint.StartAsync(inputs.Config, "run", context, stopping).ConfigureAwait(false);
            var setup = new CoordinatedRunSetup
            {
                Options = inputs.Config.Federation,
                Data = inputs.Data,
                Store = store,
                Package = package,
                Packages = (member, source) => new MemberPackages(inputs.Config.Trainer, inputs.Config.Storage, member, () => source, context.Time, display.Note),
                Configuration = inputs.Config.Json,
                Choice = resume is null ? RunChoice.New : RunChoice.Given,
                RunId = resume,
                Observer = observer,
                Residuals = inputs.Config.Storage.Residuals,
                StopReason = () => context.DeadlinePassed ? "not done within --timeout" : stopping.IsCancellationRequested ? "interrupted" : "stopped by an operator",
                Time = context.Time,
                LoggerFactory = log,
            };
            result = await RunUntilStoppedAsync(setup, observer, stopping).ConfigureAwait(false);
        }

        CommandResult verdict = RunVerdict.Of(store, storePath, result);
        return result.Outcome != RunOutcome.Stopped || !stopping.IsCancellationRequested ? verdict
            : context.DeadlinePassed ? verdict with { ExitCode = ExitCode.Timeout, ErrorCode = "timeout" }
            : verdict with { ErrorCode = "interrupted" };
    }

    private static async Task<RunResult> RunUntilStoppedAsync(CoordinatedRunSetup setup, DisplayObserver observer, CancellationToken stopping)
    {
        using var asked = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        using var ended = new CancellationTokenSource();
        Task watching = WatchAsync();
        try
        {
            return await CoordinatedRun.ExecuteAsync(setup, asked.Token).ConfigureAwait(false);
        }
        finally
        {
            await ended.CancelAsync().ConfigureAwait(false);
            await watching.ConfigureAwait(false);
        }

        async Task WatchAsync()
        {
            if (await StopRequests.WaitAsync(setup.Store, () => observer.RunId, setup.Time, ended.Token).ConfigureAwait(false))
            {
                await asked.CancelAsync().ConfigureAwait(false);
            }
        }
    }
}
