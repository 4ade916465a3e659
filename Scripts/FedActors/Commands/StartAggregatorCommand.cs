using System.CommandLine;
using FedActors.FL.Roles;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Configuration;
using FedActors.Scripts.Roles;

namespace FedActors.Scripts.Commands;

/// <summary><c>start aggregator</c>.</summary>
internal static class StartAggregatorCommand
{
    public static Command Create(CommandRunner runner)
    {
        var command = new FedCommand(
            "aggregator",
            "Reduces the sites' updates to one model.",
            new Example("fedactors start aggregator", "for a provider on this machine"),
            new Example("fedactors start aggregator --provider fed.example.org:5001", "for one elsewhere"));
        ConfigFlags flags = StartCommand.ProviderFlags(command);
        Option<bool> listen = StartCommand.Listen(command, ConfigKeys.AggregatorPort);
        Option<bool> launched = StartCommand.WithLauncher(command);
        runner.Bind(command, async (context, stopping) =>
        {
            FedConfig config = context.NodeConfig(flags);
            using CancellationTokenSource until = StartCommand.Until(context, launched, stopping);
            return await MemberRole.ExecuteAsync(
                context,
                config,
                new MemberPost(CoordinatedRoles.AggregatorName),
                context.Arguments.GetValue(listen) ? config.Transport.AggregatorPort : null,
                place => CoordinatedRoles.Aggregator(new AggregatorSetup { MemberId = CoordinatedRoles.AggregatorName, Provider = place.Provider, Completion = place.Completion }),
                until.Token).ConfigureAwait(false);
        });
        return command;
    }
}
