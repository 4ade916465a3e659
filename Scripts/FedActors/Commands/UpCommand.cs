using System.CommandLine;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Configuration;
using FedActors.Scripts.Processes;
using FedActors.Scripts.Runs;

namespace FedActors.Scripts.Commands;

/// <summary><c>up coordinated</c>.</summary>
internal static class UpCommand
{
    /// <summary>What help says of it.</summary>
    public const string Description = "Starts a whole federation as separate processes of this machine.";

    public static Command Create(CommandRunner runner)
    {
        var command = new FedCommand("up", Description);
        command.Subcommands.Add(Coordinated(runner));
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
            .Add(command, "--port", "port", ConfigKeys.ProviderPort);
        Option<bool> alwaysNew = StartProviderCommand.New(command);
        var noRestart = new Option<bool>("--no-restart") { Description = "Leave processes that die as they are." };
        var detach = new Option<bool>("--detach") { Description = "Return when the provider listens, and leave everything running." };
        var detached = new Option<bool>("--detached") { Hidden = true, Description = "Set by --detach for the process that stays." };
        command.Options.Add(noRestart);
        command.Options.Add(detach);
        command.Options.Add(detached);
        runner.Bind(command, (context, stopping) =>
        {
            RunInputs inputs = RunInputs.Load(context.LoadConfig(flags));
            var request = new UpRequest(inputs, context.Arguments.GetValue(alwaysNew), context.Arguments.GetValue(noRestart), context.Arguments.GetValue(detached));
            return context.Arguments.GetValue(detach) && !request.IsDetached
                ? Detaching.StartAsync(context, request, stopping)
                : LocalFederation.ExecuteAsync(context, request, stopping);
        });
        return command;
    }
}
