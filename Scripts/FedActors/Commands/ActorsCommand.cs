using System.CommandLine;
using System.Text.Json.Nodes;
using FedActors.FL.Protocol;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Configuration;
using FedActors.Scripts.Roles;
using FedActors.Scripts.Runs;

namespace FedActors.Scripts.Commands;

/// <summary><c>actors tree|top</c>.</summary>
internal static class ActorsCommand
{
    /// <summary>What help says of it.</summary>
    public const string Description = "Shows the actors of running nodes: state, mailbox depth, rate and restarts.";

    public static Command Create(CommandRunner runner)
    {
        var command = new FedCommand("actors", Description);
        command.Subcommands.Add(ActorsTreeCommand.Create(runner));
        command.Subcommands.Add(ActorsTopCommand.Create(runner));
        return command;
    }

    /// <summary>Where to ask.</summary>
    public static Option<string?> From(Command command)
    {
        var option = new Option<string?>("--node") { Description = $"A running node to ask, with all that are connected with it. Without it, those that up has started here, or else {ConfigKeys.Provider.Path}.", HelpName = "host:port" };
        command.Options.Add(option);
        return option;
    }

    /// <summary>Looks once, or twice with a pause between, so that rates are known.</summary>
    /// <exception cref="CommandFailure">Nobody answers.</exception>
    public static async Task<IReadOnlyList<ObservedNode>> LookAsync(CommandContext context, string? named, TimeSpan pause, CancellationToken stopping)
    {
        await using var questions = new ActorQuestions(context, context.Config(), named);
        IReadOnlyList<NodeActors> first = await questions.AskAsync(stopping).ConfigureAwait(false);
        if (first.All(node => node.Fault is not null))
        {
            throw new CommandFailure(
                ExitCode.Connection,
                "unreachable",
                $"No node tells its actors{string.Concat(first.Take(3).Select(node => $"; {node.Node}: {node.Fault!.TrimEnd('.')}"))}. fedactors up starts nodes; --node names one elsewhere.");
        }

        if (pause == TimeSpan.Zero)
        {
            return [.. first.Select(node => new ObservedNode(node, null, TimeSpan.Zero))];
        }

        long looked = context.Time.GetTimestamp();
        await Task.Delay(pause, context.Time, stopping).ConfigureAwait(false);
        IReadOnlyList<NodeActors> second = await questions.AskAsync(stopping).ConfigureAwait(false);
        TimeSpan between = context.Time.GetElapsedTime(looked);
        return [.. second.Select(node => new ObservedNode(node, first.FirstOrDefault(before => before.Node == node.Node), between))];
    }

    public static JsonObject Json(IReadOnlyList<ObservedNode> nodes) => new()
    {
        ["nodes"] = RunJson.List(nodes, node => new JsonObject
        {
            ["node"] = node.Now.Node,
            ["fault"] = node.Now.Fault,
            ["omitted"] = node.Now.Omitted,
            ["actors"] = RunJson.List(node.Now.Actors, actor => new JsonObject
            {
                ["actor"] = actor.Name,
                ["state"] = ObservedNode.StateOf(actor),
                ["in_handler"] = actor.IsInHandler,
                ["queued"] = actor.Queued,
                ["handled"] = actor.Handled,
                ["rate"] = RunJson.Number(node.RateOf(actor)),
                ["restarts"] = actor.Restarts,
            }),
        }),
    };

    /// <summary>Says what could not be asked.</summary>
    public static void WriteFaults(TextWriter output, IReadOnlyList<ObservedNode> nodes)
    {
        foreach (NodeActors node in nodes.Select(n => n.Now).Where(n => n.Fault is not null))
        {
            output.WriteLine($"{node.Node} does not tell: {node.Fault}");
        }

        foreach (NodeActors node in nodes.Select(n => n.Now).Where(n => n.Omitted > 0))
        {
            output.WriteLine($"{node.Node} has {node.Omitted:N0} more");
        }
    }
}
