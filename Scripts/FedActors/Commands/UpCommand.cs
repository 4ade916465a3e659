using System.CommandLine;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Configuration;
using FedActors.Scripts.Processes;
using FedActors.Scripts.Runs;

namespace FedActors.Scripts.Commands;

/// <summary><c>up coordinated|gossip</c>.</summary>
internal static class UpCommand
{
    /// <summary>What help says of it.</summary>
    public const string Description = "Starts a whole federation as separate processes of this machine.";

    public static Command Create(CommandRunner runner)
    {
        var command = new FedCommand("up", Description);
        command.Subcommands.Add(Coordinated(runner));
        command.Subcommands.Add(UpGossipCommand.Create(runner));
        return command;
    }

    private static FedCommand Coordinated(CommandRunner runner)
    {
        var command = new FedCommand(
            "coordinated",
            "Starts a provider, an aggregator, an evaluator and a worker for each site, over TCP; restarts what dies; ends with the run. Goes on with an unfinished run of the same configuration.",
            new Example("fedactors up coordinated", "the embedded data, provider on port 5001"),
            new Example("fedactors up coordinated --port 0 --detach", "on a free port, in the background; then ps, runs watch, down"));
        ConfigFlags flags = new ConfigFlags().WithFile(command).ForRun(command)
            .Add(command, "--host", "address", ConfigKeys.Host)
            .Add(command, "--port", "port", ConfigKeys.ProviderPort)
            .Add(command, "--package", "file", ConfigKeys.PackageFile)
            .Add(command, "--allow-package", "none|any|sha256", ConfigKeys.AllowPackage);
        Option<bool> alwaysNew = StartProviderCommand.New(command);
        UpOptions options = UpOptions.Of(command, "the provider listens");
        runner.Bind(command, (context, stopping) =>
        {
            ConfigLoad load = context.LoadConfig(flags);
            load.Values.Set(ConfigKeys.Mode, "coordinated", "up coordinated");
            var request = new UpRequest(
                RunInputs.Load(load, isNetwork: true), context.Arguments.GetValue(alwaysNew), context.Arguments.GetValue(options.NoRestart), context.Arguments.GetValue(options.Detached));
            return context.Arguments.GetValue(options.Detach) && !request.IsDetached
                ? Detaching.StartAsync(context, request.Inputs.Config, Arguments(request), stopping)
                : LocalFederation.ExecuteAsync(context, request, stopping);
        });
        return command;
    }

    private static string[] Arguments(UpRequest request) =>
    [
        "up", "coordinated",
        .. request.AlwaysNew ? new[] { "--new" } : [],
        .. request.NoRestart ? new[] { "--no-restart" } : [],
    ];
}
