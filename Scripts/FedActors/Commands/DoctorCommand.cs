using System.CommandLine;
using System.Text.Json.Nodes;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Configuration;
using FedActors.Scripts.Doctor;
using FedActors.Scripts.Runs;

namespace FedActors.Scripts.Commands;

/// <summary><c>doctor</c>.</summary>
internal static class DoctorCommand
{
    /// <summary>What help says of it.</summary>
    public const string Description = "Checks what a federation needs on this machine: configuration, data, disk, store, clock, port, certificates, and whether the provider and combiners, or in gossip mode a seed, answer.";

    public static Command Create(CommandRunner runner)
    {
        var command = new FedCommand(
            "doctor",
            Description,
            new Example("fedactors doctor", "before the first run, or when something hangs"),
            new Example("fedactors doctor --provider fed.example.org:5001", "from a site's machine"),
            new Example("fedactors doctor --mode gossip --seed fed.example.org:5210", "the same for a peer"));
        ConfigFlags flags = StartCommand.ProviderFlags(command).Add(command, "--mode", "mode", ConfigKeys.Mode).AddList(command, "--seed", "host:port", ConfigKeys.Seeds);
        runner.Bind(command, async (context, stopping) => Result(await CheckAsync(context, flags, stopping).ConfigureAwait(false)));
        return command;
    }

    private static async Task<IReadOnlyList<CheckResult>> CheckAsync(CommandContext context, ConfigFlags flags, CancellationToken stopping)
    {
        ConfigLoad load = context.LoadConfig(flags);
        if (load.Faults.Count > 0)
        {
            return [.. load.Faults.Select(f => CheckResult.Fail("configuration", f.ToString()))];
        }

        FedConfig config = FedConfig.From(load.Values);
        return
        [
            CheckResult.Ok("program", $"fedactors {typeof(DoctorCommand).Assembly.GetName().Version?.ToString(3)} on {System.Runtime.InteropServices.RuntimeInformation.FrameworkDescription}, {System.Runtime.InteropServices.RuntimeInformation.OSDescription.Trim()}, {Environment.ProcessorCount} cores"),
            CheckResult.Ok("configuration", "it is valid"),
            DataChecks.Run(config.DataSource),
            .. StorageChecks.Run(config.Storage, context.Time),
            .. GossipChecks.Stores(config),
            .. config.IsGossip ? [GossipChecks.Topology(config)] : Array.Empty<CheckResult>(),
            await NetworkChecks.PortAsync(config, context.Time, stopping).ConfigureAwait(false),
            await NetworkChecks.CertificatesAsync(config.Transport.Tls, context.Time, stopping).ConfigureAwait(false),
            .. config.IsGossip
                ? await NodeChecks.SeedsAsync(config, context, stopping).ConfigureAwait(false)
                : await NodeChecks.ProvidersAsync(config, load.Values.IsSet(ConfigKeys.Provider), context, stopping).ConfigureAwait(false),
        ];
    }

    private static CommandResult Result(IReadOnlyList<CheckResult> checks)
    {
        int failed = checks.Count(c => c.State == CheckState.Fail);
        return new CommandResult
        {
            Data = new JsonObject { ["checks"] = RunJson.List(checks, c => new JsonObject { ["name"] = c.Name, ["state"] = Name(c.State), ["text"] = c.Text }) },
            Text = output =>
            {
                var table = new TextTable("check", "state", "finding");
                foreach (CheckResult check in checks)
                {
                    table.Add(check.Name, Name(check.State), check.Text);
                }

                table.Write(output);
            },
            ExitCode = failed > 0 ? ExitCode.InvalidState : ExitCode.Ok,
            ErrorCode = failed > 0 ? "doctor" : null,
            Message = failed > 0 ? $"{failed} of {Counted.Of(checks.Count, "check")} failed." : null,
        };
    }

    private static string Name(CheckState state) => state.ToString().ToLowerInvariant();
}
