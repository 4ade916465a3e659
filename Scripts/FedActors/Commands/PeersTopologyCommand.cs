using System.CommandLine;
using System.Text.Json.Nodes;
using FedActors.Actors.Transport;
using FedActors.FL.Gossip;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Configuration;
using FedActors.Scripts.Roles;
using FedActors.Scripts.Runs;

namespace FedActors.Scripts.Commands;

/// <summary><c>peers topology</c>.</summary>
internal static class PeersTopologyCommand
{
    public static Command Create(CommandRunner runner)
    {
        var command = new FedCommand(
            "topology",
            "Asks every peer that can be found whom it gossips with, and shows all of their links.",
            new Example("fedactors peers topology", "starting from a peer that up has started here"),
            new Example("fedactors peers topology --peer fed.example.org -o json", "starting from one elsewhere"));
        Option<string?> from = PeersCommand.From(command);
        runner.Bind(command, async (context, stopping) =>
        {
            FedConfig config = context.Config();
            IReadOnlyList<PeerAnswer> answers = await PeerQuestions.AskAllAsync(
                context, config, PeerQuestions.Addresses(config, context.Arguments.GetValue(from)), stopping).ConfigureAwait(false);
            PeerStatus[] statuses = [.. answers.Select(a => a.Status).OfType<PeerStatus>().DistinctBy(s => s.Peer).OrderBy(s => s.Peer, StringComparer.Ordinal)];
            return statuses.Length == 0
                ? throw new CommandFailure(ExitCode.Connection, "unreachable", $"No peer answers{string.Concat(answers.Take(3).Select(a => $"; {a.Address}: {a.Fault!.TrimEnd('.')}"))}. fedactors up gossip starts peers; --peer names one elsewhere.")
                : new CommandResult { Data = Data(statuses, answers), Text = output => Write(output, statuses, answers) };
        });
        return command;
    }

    private static JsonObject Data(PeerStatus[] statuses, IReadOnlyList<PeerAnswer> answers) => new()
    {
        ["peers"] = RunJson.List(statuses, GossipJson.StatusWithPeers),
        ["silent"] = RunJson.List(Silent(answers), a => new JsonObject { ["address"] = a.Address.ToString(), ["fault"] = a.Fault }),
        ["roots"] = statuses.Select(s => s.RootHash).Distinct().Count(),
    };

    private static void Write(TextWriter output, PeerStatus[] statuses, IReadOnlyList<PeerAnswer> answers)
    {
        string[] names = [.. statuses.SelectMany(s => s.Peers.Select(p => p.Peer)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        var table = new TextTable(["peer", .. names, "round", "state"]);
        foreach (PeerStatus status in statuses)
        {
            table.Add([status.Peer, .. names.Select(name => Link(status, name)), $"{status.Round}", GossipText.Short(status.RootHash)]);
        }

        table.Write(output);
        output.WriteLine("= neighbours   - neighbours that are not connected   + connected, but no neighbours   . through others   ! dead or left   ? unknown");
        foreach (PeerAnswer silent in Silent(answers))
        {
            output.WriteLine($"{silent.Address} does not answer: {silent.Fault}");
        }
    }

    private static string Link(PeerStatus status, string name) => (status.Peers.FirstOrDefault(p => p.Peer == name) is { } view ? GossipText.LinkOf(status, view) : (PeerLink?)null) switch
    {
        null => "?",
        PeerLink.Self => "itself",
        PeerLink.Connected => "=",
        PeerLink.Broken => "-",
        PeerLink.Spare => "+",
        PeerLink.Gone => "!",
        _ => ".",
    };

    private static IEnumerable<PeerAnswer> Silent(IReadOnlyList<PeerAnswer> answers) => answers.Where(a => a.Status is null);
}
