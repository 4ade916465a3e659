using System.CommandLine;
using FedActors.FL.Roles;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Configuration;
using FedActors.Scripts.Roles;

namespace FedActors.Scripts.Commands;

/// <summary><c>start provider</c>.</summary>
internal static class StartProviderCommand
{
    public static Command Create(CommandRunner runner)
    {
        var command = new FedCommand(
            "provider",
            "Drives a run: waits for its members, asks for training round by round, and keeps what comes of it. Goes on with an unfinished run of the same configuration.",
            new Example("fedactors start provider", "on this machine only, port 5001"),
            new Example("fedactors start provider --host 0.0.0.0 --workers 3 --rounds 50", "for other machines; use TLS"));
        ConfigFlags flags = new ConfigFlags().WithFile(command).ForRun(command)
            .Add(command, "--host", "address", ConfigKeys.Host)
            .Add(command, "--port", "port", ConfigKeys.ProviderPort)
            .Add(command, "--package", "file", ConfigKeys.PackageFile)
            .Add(command, "--package-checksum", "sha256", ConfigKeys.PackageChecksum);
        Option<bool> alwaysNew = New(command);
        var runId = new Option<string?>("--run")
        {
            Description = "Take up this run, or begin it under this id; if it has ended, only report its end. So a provider that is started again never begins another run.",
            HelpName = "id",
        };
        command.Options.Add(runId);
        Option<bool> launched = StartCommand.WithLauncher(command);
        runner.Bind(command, async (context, stopping) =>
        {
            using CancellationTokenSource until = StartCommand.Until(context, launched, stopping);
            (RunChoice Choice, string? Run) wanted = Choose(context.Arguments.GetValue(alwaysNew), context.Arguments.GetValue(runId));
            return await ProviderRole.ExecuteAsync(context, context.NodeConfig(flags), wanted, until.Token).ConfigureAwait(false);
        });
        return command;
    }

    private static (RunChoice Choice, string? Run) Choose(bool alwaysNew, string? runId)
    {
        if (runId is not null && (alwaysNew || runId.Length is 0 or > 32 || !runId.All(char.IsAsciiHexDigitLower)))
        {
            throw CommandFailure.Usage(alwaysNew ? "--new and --run exclude each other." : $"--run is \"{runId}\": it must be 1 to 32 of the digits 0 to 9 and a to f.");
        }

        return runId is not null ? (RunChoice.GivenOrNew, runId) : (alwaysNew ? RunChoice.New : RunChoice.UnfinishedOrNew, null);
    }

    /// <summary>Shared with <c>up</c>.</summary>
    public static Option<bool> New(Command command)
    {
        var option = new Option<bool>("--new") { Description = "Begin a new run even if one of the same configuration is unfinished." };
        command.Options.Add(option);
        return option;
    }
}
