using System.Text.Json.Nodes;
using FedActors.FL.Numerics;
using FedActors.FL.Roles;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Configuration;
using FedActors.Scripts.Runs;
using FedActors.Scripts.Trainers;
using FedActors.Storage;
using FedActors.Storage.Training;

namespace FedActors.Scripts.Processes;

/// <summary>What <c>up</c> was asked for.</summary>
internal sealed record UpRequest(RunInputs Inputs, bool AlwaysNew, bool NoRestart, bool IsDetached)
{
    /// <summary>How many combiners each tier has, from the provider down; none where workers register at the provider.</summary>
    public IReadOnlyList<int> Combiners { get; init; } = [];
}

/// <summary>A federation as processes of this machine, from the first to the last.</summary>
internal static class LocalFederation
{
    /// <summary>Starts everything, shows the run, and puts everything away.</summary>
    public static async Task<CommandResult> ExecuteAsync(CommandContext context, UpRequest request, CancellationToken stopping)
    {
        FedConfig config = request.Inputs.Config;
        Federation.CheckMetricsPorts(config, request.Inputs.Data.Manifest.Sites.Count, request.Combiners);
        if (request.IsDetached && !OperatingSystem.IsWindows())
        {
            PosixCalls.LeaveTerminal();
        }

        var ledger = new ProcessLedger(config.Storage.Path);
        using FileClaim claim = ledger.TryClaim() ?? throw AlreadyUp(config);
        string runId = ChooseRun(request, context.Time.GetUtcNow());
        using RotatingLog? log = request.IsDetached ? new RotatingLog(Path.Combine(config.Storage.Path, "logs", "up.log")) : null;
        await using RoundScreen display = log is null ? RoundScreens.For(context, RoundText.Columns) : ScreenIn(log, RoundText.Columns);
        var federation = new Federation(WriteConfig(config), config.Transport, context.Verbose, request.Combiners, config.MetricsPort);
        var run = new ProviderEvents(display, context.Output, request.Inputs.Data.Manifest.Name, id => StoredRounds(config, id));
        var options = new LauncherOptions
        {
            Ledger = ledger,
            LogFolder = Path.Combine(config.Storage.Path, "logs"),
            MaxRestarts = request.NoRestart ? 0 : config.Processes.MaxRestarts,
            RestartWindow = config.Processes.RestartWindow,
            Chance = RandomStream.For((ulong)Environment.ProcessId, "restart").NextDouble,
            Time = context.Time,
            OnNote = display.Note,
            OnLine = context.Verbose ? (child, line) => display.Note($"{child.Name}: {line}") : (_, _) => { },
            OnEvent = (child, name, data) =>
            {
                if (name == "listening" && child.Role == "provider")
                {
                    federation.ProviderListensOn(data!["port"]!.GetValue<int>());
                }
                else if (name == "listening" && child.Role == "combiner")
                {
                    federation.CombinerListensOn(child.Name, data!["port"]!.GetValue<int>());
                }

                run.On(child, name, data);
            },
        };
        await using var launcher = new Launcher(options);
        ChildEnd end = await launcher.RunAsync(
            federation.Provider(runId), federation.Combiners, (host, port) => federation.Members(request.Inputs.Data.Manifest, host, port), stopping).ConfigureAwait(false);
        await display.DisposeAsync().ConfigureAwait(false);
        return Verdict(context, config, runId, end, launcher.Restarts);
    }

    private static CommandResult Verdict(CommandContext context, FedConfig config, string runId, ChildEnd end, int restarts)
    {
        if (end.Kind == ChildEndKind.GivenUp)
        {
            throw new CommandFailure(ExitCode.RunFailed, "child_failed", $"The provider died more often than Processes:MaxRestarts within Processes:RestartWindow, the last time with exit code {end.ExitCode}. {config.Storage.Path}/logs/provider.log says more; up goes on with the run.");
        }

        if (context.DeadlinePassed)
        {
            throw new CommandFailure(ExitCode.Timeout, "timeout", "The run was not done within --timeout, and everything was stopped. up goes on with it.");
        }

        // The store says more of a run than the provider's last word, which stands where the store was what failed.
        if (FindVerdict(config, runId) is { } verdict)
        {
            verdict.Data!.AsObject()["restarts"] = restarts;
            verdict = end.Envelope is { } said && end.Kind == ChildEndKind.Done ? As(said, verdict) : verdict;
            return end.Kind == ChildEndKind.Stopped && verdict.ErrorCode == "interrupted" ? Stopped(verdict) : verdict;
        }

        CommandResult bare = As(end.Envelope ?? [], new CommandResult());
        return bare with { Text = bare.ExitCode == ExitCode.Ok ? output => output.WriteLine("stopped before a run began") : null };
    }

    /// <summary>A result that ends as the provider's did.</summary>
    private static CommandResult As(JsonObject envelope, CommandResult result) => result with
    {
        ExitCode = (ExitCode)(envelope["exit_code"]?.GetValue<int>() ?? (int)ExitCode.Ok),
        ErrorCode = envelope["error_code"]?.GetValue<string>(),
        Message = envelope["data"]?["message"]?.GetValue<string>(),
    };

    private static CommandResult? FindVerdict(FedConfig config, string runId)
    {
        if (!File.Exists(config.Storage.TrainingStore))
        {
            return null;
        }

        using SqliteTrainingStore store = Stores.OpenForReading(config.Storage);
        return store.FindRun(runId) is { } run ? RunVerdict.Of(store, config.Storage.TrainingStore, run, isDriven: false) : null;
    }

    /// <summary>The unfinished run of the same rules, or the name for a new one.</summary>
    private static string ChooseRun(UpRequest request, DateTimeOffset now)
    {
        FedConfig config = request.Inputs.Config;
        using PackageFile? package = PackageFile.OpenForMembers(config);
        string fingerprint = RunFingerprint.Of(config.Federation, request.Inputs.Data.Manifest.Name, package?.Offer.Checksum);
        if (request.AlwaysNew || !File.Exists(config.Storage.TrainingStore))
        {
            return RunFingerprint.NewRunId(fingerprint, now);
        }

        using SqliteTrainingStore store = Stores.OpenForReading(config.Storage);
        return store.FindUnfinished(fingerprint)?.Id ?? RunFingerprint.NewRunId(fingerprint, now);
    }

    /// <summary>Whoever stops a federation gets what was asked for; the run waits in its store.</summary>
    private static CommandResult Stopped(CommandResult verdict) => verdict with
    {
        ExitCode = ExitCode.Ok,
        ErrorCode = null,
        Message = null,
        Text = output =>
        {
            verdict.Text!(output);
            output.WriteLine("Everything is stopped. up goes on with the run.");
        },
    };

    /// <summary>Shows rounds in a log, where no person watches.</summary>
    public static RoundScreen ScreenIn(RotatingLog log, RoundColumns columns)
    {
        var writer = new LineWriter(log.WriteLine);
        return new PlainRoundScreen(writer, writer, columns);
    }

    private static IReadOnlyList<RoundRecord> StoredRounds(FedConfig config, string runId)
    {
        using SqliteTrainingStore store = Stores.OpenForReading(config.Storage);
        return store.ListRounds(runId);
    }

    /// <summary>The effective configuration as a file for the processes that are started.</summary>
    /// <exception cref="CommandFailure">It cannot be written.</exception>
    public static string WriteConfig(FedConfig config)
    {
        string path = Path.Combine(config.Storage.Path, "processes.config.json");
        try
        {
            Directory.CreateDirectory(config.Storage.Path);
            File.WriteAllText(path, config.Json);
            return path;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CommandFailure(ExitCode.InvalidState, "store_disk", $"{path} cannot be written ({exception.Message.TrimEnd('.')}). Free some space, or set Storage:Path to another folder. Nothing was started.", exception);
        }
    }

    public static CommandFailure AlreadyUp(FedConfig config) =>
        new(ExitCode.InvalidState, "already_up", $"A federation is up already with the storage folder {config.Storage.Path}. fedactors ps shows it, fedactors down stops it; or set Storage:Path to another folder.");
}
