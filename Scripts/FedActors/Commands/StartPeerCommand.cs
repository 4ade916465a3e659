using System.CommandLine;
using FedActors.Actors.Transport;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Configuration;
using FedActors.Scripts.Roles;

namespace FedActors.Scripts.Commands;

/// <summary><c>start peer</c>.</summary>
internal static class StartPeerCommand
{
    public static FedCommand Create(CommandRunner runner)
    {
        var command = new FedCommand(
            "peer",
            "Trains on one site's data and agrees with other peers, with nobody in charge. Goes on with what it knew. Gossips until it is told to stop, so that others can still join.",
            new Example("fedactors start peer --site A", "the first peer, on port 5210 of this machine"),
            new Example("fedactors start peer --site B --port 5211 --seed 127.0.0.1", "a second one, which knows the first"),
            new Example("fedactors start peer --site B --data /data/eurosat --host 0.0.0.0 --seed fed.example.org", "with data of your own, for other machines; use TLS"));
        ConfigFlags flags = new ConfigFlags().Always(ConfigKeys.Mode, "gossip", "start peer")
            .Add(command, "--host", "address", ConfigKeys.Host)
            .Add(command, "--port", "port", ConfigKeys.PeerPort)
            .Add(command, "--data", "source", ConfigKeys.DataSource)
            .Add(command, "--peers", "count", ConfigKeys.Peers)
            .Add(command, "--rounds", "count", ConfigKeys.Rounds)
            .Add(command, "--epochs", "count", ConfigKeys.LocalEpochs)
            .Add(command, "--topology", "kind", ConfigKeys.TopologyKind)
            .AddList(command, "--seed", "host:port", ConfigKeys.Seeds)
            .AddList(command, "--reporter", "host:port", ConfigKeys.Reporters);
        var site = new Option<string>("--site") { Description = "The site whose data this peer holds.", HelpName = "name", Required = true };
        var id = new Option<string?>("--id") { Description = "The peer's name, the same over restarts; the site's where none is given.", HelpName = "name" };
        var advertise = new Option<string?>("--advertise") { Description = "Where others reach this peer, if that is not where it listens.", HelpName = "host:port" };
        var untilAgreed = new Option<bool>("--until-agreed") { Description = "End when all peers that are there hold one final mean, rather than gossip on." };
        Option<bool> fresh = Fresh(command);
        command.Options.Add(site);
        command.Options.Add(id);
        command.Options.Add(advertise);
        command.Options.Add(untilAgreed);
        Option<bool> launched = StartCommand.WithLauncher(command);
        runner.Bind(command, async (context, stopping) =>
        {
            string name = context.Arguments.GetRequiredValue(site);
            var request = new PeerRequest(
                context.Arguments.GetValue(id) ?? name, name, Address(context.Arguments.GetValue(advertise)), context.Arguments.GetValue(untilAgreed), context.Arguments.GetValue(fresh));
            FedConfig config = context.NodeConfig(flags);
            using CancellationTokenSource until = StartCommand.Until(context, launched, stopping);
            return await PeerRole.ExecuteAsync(context, config, request, until.Token).ConfigureAwait(false);
        });
        return command;
    }

    /// <summary>Shared with <c>up</c>.</summary>
    public static Option<bool> Fresh(Command command)
    {
        var option = new Option<bool>("--fresh") { Description = "Begin anew: forget what was learned before." };
        command.Options.Add(option);
        return option;
    }

    private static TransportAddress? Address(string? text) =>
        text is null ? null
        : AddressText.TryParse(text, defaultPort: 0, out TransportAddress? address) ? address
        : throw CommandFailure.Usage($"--advertise is \"{text}\": it must be a host name or an address, with a port if that is not the one it listens on.");
}
