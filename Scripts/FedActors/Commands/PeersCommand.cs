using System.CommandLine;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Configuration;

namespace FedActors.Scripts.Commands;

/// <summary><c>peers list|topology|remove</c>.</summary>
internal static class PeersCommand
{
    /// <summary>What help says of it.</summary>
    public const string Description = "Shows the peers of gossip mode: who knows whom, how fresh their models are, and their versions.";

    public static Command Create(CommandRunner runner)
    {
        var command = new FedCommand("peers", Description);
        command.Subcommands.Add(PeersListCommand.Create(runner));
        command.Subcommands.Add(PeersTopologyCommand.Create(runner));
        command.Subcommands.Add(PeersRemoveCommand.Create(runner));
        return command;
    }

    /// <summary>Where to ask; without it those that <c>up</c> started, and the configured seeds.</summary>
    public static Option<string?> From(Command command)
    {
        var option = new Option<string?>("--peer") { Description = $"A running peer to ask; with {ConfigKeys.PeerPort.Path} where it names no port. Without it, those that up has started here.", HelpName = "host:port" };
        command.Options.Add(option);
        return option;
    }
}
