using System.CommandLine;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Configuration;
using FedActors.Scripts.Processes;
using FedActors.Scripts.Runs;

namespace FedActors.Scripts.Commands;

/// <summary><c>up gossip</c>.</summary>
internal static class UpGossipCommand
{
    /// <summary>Reporters whose ports fit between the first one's and the peers'.</summary>
    private const int MaxReporters = 5;

    public static FedCommand Create(CommandRunner runner)
    {
        var command = new FedCommand(
            "gossip",
            "Starts a peer for each site, over TCP, and reporters if some are wanted; restarts what dies; ends when all peers hold one final mean. Goes on with what the peers knew.",
            new Example("fedactors up gossip", "the embedded data, peers from port 5210"),
            new Example("fedactors up gossip --reporters 1 --topology ring --fresh", "watched by a reporter, in a ring, from the beginning"),
            new Example("fedactors up gossip --port 0 --detach --stay", "on free ports, in the background, until down"));
        ConfigFlags flags = new ConfigFlags().WithFile(command).Always(ConfigKeys.Mode, "gossip", "up gossip")
            .Add(command, "--peers", "count", ConfigKeys.Peers)
            .Add(command, "--rounds", "count", ConfigKeys.Rounds)
            .Add(command, "--epochs", "count", ConfigKeys.LocalEpochs)
            .Add(command, "--batch-size", "count", ConfigKeys.BatchSize)
            .Add(command, "--learning-rate", "step", ConfigKeys.LearningRate)
            .Add(command, "--seed", "seed", ConfigKeys.Seed)
            .Add(command, "--data", "source", ConfigKeys.DataSource)
            .Add(command, "--topology", "kind", ConfigKeys.TopologyKind)
            .Add(command, "--host", "address", ConfigKeys.Host)
            .Add(command, "--port", "port", ConfigKeys.PeerPort)
            .AddList(command, "--seeds", "host:port", ConfigKeys.Seeds);
        Option<int> reporters = RangedOption.Of(command, "--reporters", "Reporters to start; none is needed.", 0, 0, MaxReporters);
        Option<bool> fresh = StartPeerCommand.Fresh(command);
        var stay = new Option<bool>("--stay") { Description = "Leave the peers gossiping when they agree, until they are told to stop." };
        command.Options.Add(stay);
        UpOptions options = UpOptions.Of(command, "the peers listen");
        runner.Bind(command, (context, stopping) =>
        {
            ConfigLoad load = context.LoadConfig(flags);
            load.Values.Set(ConfigKeys.Mode, "gossip", "up gossip");
            FreePorts(load.Values);
            var request = new UpPeersRequest(
                RunInputs.Load(load, isNetwork: true), context.Arguments.GetValue(reporters), context.Arguments.GetValue(fresh), context.Arguments.GetValue(options.NoRestart), context.Arguments.GetValue(stay),
                context.Arguments.GetValue(options.Detached));
            return context.Arguments.GetValue(options.Detach) && !request.IsDetached
                ? Detaching.StartAsync(context, request.Inputs.Config, Arguments(request), stopping)
                : LocalPeers.ExecuteAsync(context, request, stopping);
        });
        return command;
    }

    /// <summary>Who asks for a free port for peers wants no fixed one for reporters either, unless they say so.</summary>
    private static void FreePorts(ConfigValues values)
    {
        if (values.Get(ConfigKeys.PeerPort) != 0)
        {
            return;
        }

        foreach (ConfigKey<int> port in new[] { ConfigKeys.ReporterPort, ConfigKeys.ReporterHttpPort }.Where(port => !values.IsSet(port)))
        {
            values.Set(port, 0, $"as {ConfigKeys.PeerPort.Path}");
        }
    }

    private static string[] Arguments(UpPeersRequest request) =>
    [
        "up", "gossip", "--reporters", $"{request.Reporters}",
        .. request.Fresh ? new[] { "--fresh" } : [],
        .. request.Stays ? new[] { "--stay" } : [],
        .. request.NoRestart ? new[] { "--no-restart" } : [],
    ];
}
