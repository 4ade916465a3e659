using System.CommandLine;
using System.Globalization;
using FedActors.FL.Protocol;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Runs;

namespace FedActors.Scripts.Commands;

/// <summary><c>actors top</c>.</summary>
internal static class ActorsTopCommand
{
    private const int UsualCount = 20;

    // Long enough for a rate, and short enough to wait for.
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    public static Command Create(CommandRunner runner)
    {
        var command = new FedCommand(
            "top",
            "Looks at the actors of running nodes twice, a second apart, and shows the busiest.",
            new Example("fedactors actors top", "of all nodes that up has started here"),
            new Example("fedactors actors top --count 5 -o json", "the five busiest, for a program"));
        Option<string?> from = ActorsCommand.From(command);
        Option<int> count = RangedOption.Of(command, "--count", "How many are shown.", UsualCount, 1, NodeActors.MaxActors);
        runner.Bind(command, async (context, stopping) =>
        {
            IReadOnlyList<ObservedNode> nodes = await ActorsCommand.LookAsync(context, context.Arguments.GetValue(from), Pause, stopping).ConfigureAwait(false);
            IReadOnlyList<ObservedNode> busiest = Busiest(nodes, context.Arguments.GetValue(count));
            return new CommandResult { Data = ActorsCommand.Json(busiest), Text = output => Write(output, busiest) };
        });
        return command;
    }

    /// <summary>Actors by their rate, then by what waits for them; of nodes that were left without any, those that did not tell.</summary>
    private static IReadOnlyList<ObservedNode> Busiest(IReadOnlyList<ObservedNode> nodes, int count)
    {
        (ObservedNode Node, ActorLine Actor)[] chosen =
            [.. nodes.SelectMany(node => node.Now.Actors.Select(actor => (node, actor))).OrderByDescending(a => a.node.RateOf(a.actor) ?? 0).ThenByDescending(a => a.actor.Queued).Take(count)];
        return [.. nodes.Select(node => node with { Now = node.Now with { Actors = [.. chosen.Where(c => c.Node == node).Select(c => c.Actor)] } }).Where(node => node.Now.Actors.Count > 0 || node.Now.Fault is not null)];
    }

    private static void Write(TextWriter output, IReadOnlyList<ObservedNode> nodes)
    {
        var table = new TextTable("node", "actor", "state", ">a second", ">queued", ">handled", ">restarts");
        foreach ((ObservedNode node, ActorLine actor) in nodes.SelectMany(n => n.Now.Actors.Select(a => (n, a))).OrderByDescending(a => a.n.RateOf(a.a) ?? 0).ThenByDescending(a => a.a.Queued))
        {
            table.Add(
                node.Now.Node,
                actor.Name,
                ObservedNode.StateOf(actor) + (actor.IsInHandler ? ", in its code" : string.Empty),
                node.RateOf(actor)?.ToString("n1", CultureInfo.InvariantCulture) ?? "-",
                $"{actor.Queued:N0}",
                $"{actor.Handled:N0}",
                $"{actor.Restarts:N0}");
        }

        table.Write(output);
        ActorsCommand.WriteFaults(output, [.. nodes.Where(n => n.Now.Fault is not null)]);
    }
}
