using System.Text.Json.Nodes;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Configuration;

namespace FedActors.Scripts.Processes;

/// <summary>Starts a federation that outlives this process.</summary>
internal static class Detaching
{
    /// <summary>Starts it, and returns when its provider, or every peer and reporter, listens.</summary>
    public static async Task<CommandResult> StartAsync(CommandContext context, FedConfig config, IReadOnlyList<string> command, CancellationToken stopping)
    {
        var ledger = new ProcessLedger(config.Storage.Path);

        // The launcher claims the folder for itself; claimed and released here, a folder in use or out of reach is told before anything is started.
        (ledger.TryClaim() ?? throw LocalFederation.AlreadyUp(config)).Dispose();

        string file = LocalFederation.WriteConfig(config);
        var listening = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        string? first = null;
        JsonObject? result = null;
        await using ChildProcess launcher = ChildProcess.Start(
            [.. command, "--config", file, "--output", "jsonl", "--detached"],
            (name, data) =>
            {
                if (name == "listening" && IsFirst(config, $"{data!["process"]}"))
                {
                    first ??= $"{data["data"]!["host"]}:{data["data"]!["port"]}";
                    if (!config.IsGossip)
                    {
                        listening.TrySetResult(first);
                    }
                }
                else if (name == "up")
                {
                    listening.TrySetResult(first!);
                }
                else if (name == "result")
                {
                    result = data as JsonObject;
                }
            },
            _ => { });
        Task<int> ended = launcher.WaitAsync(stopping);
        if (await Task.WhenAny(listening.Task, ended).ConfigureAwait(false) == ended)
        {
            int code = await ended.ConfigureAwait(false);
            throw new CommandFailure(
                result is null ? ExitCode.RunFailed : (ExitCode)code,
                result?["error_code"]?.GetValue<string>() ?? "child_failed",
                result?["data"]?["message"]?.GetValue<string>() ?? $"The federation did not come up (exit code {code}). {config.Storage.Path}/logs says more.");
        }

        return Result(launcher.Identity, await listening.Task.ConfigureAwait(false), config);
    }

    private static bool IsFirst(FedConfig config, string process) => !config.IsGossip || !process.StartsWith("reporter", StringComparison.Ordinal);

    private static CommandResult Result(ProcessIdentity launcher, string address, FedConfig config) => new()
    {
        Data = new JsonObject
        {
            ["process"] = launcher.Id,
            [config.IsGossip ? "peer" : "provider"] = address,
            ["store"] = config.IsGossip ? config.Storage.Peers : config.Storage.TrainingStore,
        },
        Text = output =>
        {
            output.WriteLine($"The federation is up: process {launcher.Id}, {(config.IsGossip ? "first peer" : "provider")} at {address}.");
            output.WriteLine($"fedactors ps, fedactors {(config.IsGossip ? "peers list" : "runs watch")}, fedactors down. Logs are in {Path.Combine(config.Storage.Path, "logs")}.");
        },
    };
}
