using System.CommandLine;
using System.Text.Json.Nodes;
using FedActors.Actors.Transport;
using FedActors.FL.Gossip;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Configuration;
using FedActors.Scripts.Roles;
using FedActors.Scripts.Runs;

namespace FedActors.Scripts.Commands;

/// <summary><c>peers list</c>.</summary>
internal static class PeersListCommand
{
    public static Command Create(CommandRunner runner)
    {
        var command = new FedCommand(
            "list",
            "Lists the peers that a running peer knows: state, address, round, version and how long they have been silent. Where none runs, what their stores hold.",
            new Example("fedactors peers list", "asks a peer that up has started here, or reads the stores"),
            new Example("fedactors peers list --peer fed.example.org:5210 -o json", "asks one elsewhere"));
        Option<string?> from = PeersCommand.From(command);
        var stored = new Option<bool>("--stored") { Description = "Ask nobody: read the stores in the storage folder." };
        command.Options.Add(stored);
        runner.Bind(command, async (context, stopping) =>
        {
            FedConfig config = context.Config();
            IReadOnlyList<TransportAddress> addresses = context.Arguments.GetValue(stored) ? [] : PeerQuestions.Addresses(config, context.Arguments.GetValue(from));
            foreach (TransportAddress address in addresses)
            {
                PeerAnswer answer = await PeerQuestions.AskAsync(context, config, address, stopping).ConfigureAwait(false);
                if (answer.Status is { } status)
                {
                    return Known(status);
                }

                if (context.Arguments.GetValue(from) is not null)
                {
                    throw new CommandFailure(ExitCode.Connection, "unreachable", $"No peer answers at {address}: {answer.Fault!.TrimEnd('.')}.");
                }
            }

            return Stored(config.Storage);
        });
        return command;
    }

    private static CommandResult Known(PeerStatus status) => new()
    {
        Data = GossipJson.StatusWithPeers(status),
        Text = output => GossipText.WriteViews(output, status),
    };

    private static CommandResult Stored(StorageConfig storage)
    {
        IReadOnlyList<StoredPeer> peers = StoredPeer.ReadAll(storage);
        if (peers.Count == 0)
        {
            throw new CommandFailure(ExitCode.InvalidState, "store_missing", $"No peer runs here, and there is no gossip store in {storage.Peers} or {storage.RunPeers}. fedactors up gossip starts peers; --peer asks one elsewhere.");
        }

        return new CommandResult
        {
            Data = new JsonObject { ["stored"] = RunJson.List(peers, p => p.Json()) },
            Text = output => StoredPeer.Write(output, peers),
        };
    }
}
