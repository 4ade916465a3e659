using System.CommandLine;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Configuration;
using FedActors.Scripts.Roles;

namespace FedActors.Scripts.Commands;

/// <summary><c>start provider|combiner|aggregator|evaluator|worker|peer|reporter</c>: one role, for a machine of its own.</summary>
internal static class StartCommand
{
    /// <summary>What help says of it.</summary>
    public const string Description = "Starts one role in a process of its own.";

    public static Command Create(CommandRunner runner)
    {
        var command = new FedCommand("start", Description);
        command.Subcommands.Add(StartProviderCommand.Create(runner));
        command.Subcommands.Add(StartCombinerCommand.Create(runner));
        command.Subcommands.Add(StartAggregatorCommand.Create(runner));
        command.Subcommands.Add(StartEvaluatorCommand.Create(runner));
        command.Subcommands.Add(StartWorkerCommand.Create(runner));
        command.Subcommands.Add(StartPeerCommand.Create(runner));
        command.Subcommands.Add(StartReporterCommand.Create(runner));
        return command;
    }

    /// <summary>Where members find their provider.</summary>
    public static ConfigFlags ProviderFlags(Command command) => new ConfigFlags()
        .Add(command, "--provider", "host:port", ConfigKeys.Provider)
        .Add(command, "--host", "address", ConfigKeys.Host);

    /// <summary>Set by whoever starts the process: <c>up</c> for members, others for work in a process of its own.</summary>
    public static Option<bool> WithLauncher(Command command)
    {
        var option = new Option<bool>(LauncherPipe.Option) { Description = "End when standard input ends.", Hidden = true };
        command.Options.Add(option);
        return option;
    }

    /// <summary>Ends with the process's signals, and with its launcher if it has one.</summary>
    public static CancellationTokenSource Until(CommandContext context, Option<bool> withLauncher, CancellationToken stopping) =>
        context.Arguments.GetValue(withLauncher) ? LauncherPipe.Link(stopping) : CancellationTokenSource.CreateLinkedTokenSource(stopping);

    /// <summary>Members need no port; a person may want one all the same.</summary>
    public static Option<bool> Listen(Command command, ConfigKey<int> port)
    {
        var option = new Option<bool>("--listen") { Description = $"Listen as well, on {port.Path} ({port.Default}). Not needed to take part: the connection to the provider is used both ways." };
        command.Options.Add(option);
        return option;
    }
}
