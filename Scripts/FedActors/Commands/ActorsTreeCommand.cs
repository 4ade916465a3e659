using System.CommandLine;
using FedActors.FL.Protocol;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Runs;

namespace FedActors.Scripts.Commands;

/// <summary><c>actors tree</c>.</summary>
internal static class ActorsTreeCommand
{
    public static Command Create(CommandRunner runner)
    {
        var command = new FedCommand(
            "tree",
            "Asks running nodes for their actors and shows them under their parents.",
            new Example("fedactors actors tree", "all nodes that up has started here"),
            new Example("fedactors actors tree --node fed.example.org -o json", "a provider elsewhere, and its members"));
        Option<string?> from = ActorsCommand.From(command);
        runner.Bind(command, async (context, stopping) =>
        {
            IReadOnlyList<ObservedNode> nodes = await ActorsCommand.LookAsync(context, context.Arguments.GetValue(from), TimeSpan.Zero, stopping).ConfigureAwait(false);
            return new CommandResult { Data = ActorsCommand.Json(nodes), Text = output => Write(output, nodes) };
        });
        return command;
    }

    private static void Write(TextWriter output, IReadOnlyList<ObservedNode> nodes)
    {
        var table = new TextTable("actor", "state", ">queued", ">handled", ">restarts");
        foreach (NodeActors node in nodes.Select(n => n.Now).Where(n => n.Fault is null))
        {
            table.Add(node.Node, string.Empty, string.Empty, string.Empty, string.Empty);
            foreach (ActorLine actor in node.Actors)
            {
                string[] path = actor.Name.Split('/');
                table.Add(
                    $"{new string(' ', 2 * path.Length)}{path[^1]}",
                    ObservedNode.StateOf(actor) + (actor.IsInHandler ? ", in its code" : string.Empty),
                    $"{actor.Queued:N0}",
                    $"{actor.Handled:N0}",
                    $"{actor.Restarts:N0}");
            }
        }

        table.Write(output);
        ActorsCommand.WriteFaults(output, nodes);
    }
}
