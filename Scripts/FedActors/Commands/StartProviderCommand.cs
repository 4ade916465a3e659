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
            .Add(command, "--port", "port", ConfigKeys.ProviderPort);
        Option<bool> alwaysNew = New(command);
        var run = new Option<string?>("--run") { Description = "Set by up for a provider that it starts again.", HelpName = "id", Hidden = true };
        command.Options.Add(run);
        Option<bool> launched = StartCommand.WithLauncher(command);
        runner.Bind(command, async (context, stopping) =>
        {
            using CancellationTokenSource until = StartCommand.Until(context, launched, stopping);
            (RunChoice Choice, string? Run) wanted = context.Arguments.GetValue(run) is { } id
                ? (RunChoice.GivenOrNew, id)
                : (context.Arguments.GetValue(alwaysNew) ? RunChoice.New : RunChoice.UnfinishedOrNew, null);
            return await ProviderRole.ExecuteAsync(context, context.Config(flags), wanted, until.Token).ConfigureAwait(false);
        });
        return command;
    }

    /// <summary>Shared with <c>up</c>.</summary>
    public static Option<bool> New(Command command)
    {
        var option = new Option<bool>("--new") { Description = "Begin a new run even if one of the same configuration is unfinished." };
        command.Options.Add(option);
        return option;
    }
}
