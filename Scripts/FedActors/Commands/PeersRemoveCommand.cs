using System.CommandLine;
using System.Text.Json.Nodes;
using FedActors.Actors.Transport;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Configuration;
using FedActors.Scripts.Roles;

namespace FedActors.Scripts.Commands;

/// <summary><c>peers remove</c>.</summary>
internal static class PeersRemoveCommand
{
    public static Command Create(CommandRunner runner)
    {
        var command = new FedCommand(
            "remove",
            "Removes a peer that is gone for good: its models leave all means and all stores. Should it come back after all, it takes part under its next incarnation.",
            new Example("fedactors peers remove C", "asks a peer that up has started here to remove C"),
            new Example("fedactors peers remove C --peer 127.0.0.1:5210", "asks that one"));
        var name = new Argument<string>("name") { Description = "The peer that is gone." };
        command.Arguments.Add(name);
        Option<string?> from = PeersCommand.From(command);
        runner.Bind(command, async (context, stopping) =>
        {
            FedConfig config = context.Config();
            string peer = context.Arguments.GetValue(name)!;
            IReadOnlyList<TransportAddress> addresses = PeerQuestions.Addresses(config, context.Arguments.GetValue(from));
            RemovalAnswer answer = await PeerQuestions.RemoveAsync(context, config, addresses, peer, stopping).ConfigureAwait(false);
            return answer switch
            {
                { Reply: null } => throw new CommandFailure(ExitCode.Connection, "unreachable", $"No peer answers at {string.Join(" or ", addresses)}: {answer.Fault.TrimEnd('.')}. One must run to be told; --peer says where."),
                { Reply.Refusal: { } refusal } => throw new CommandFailure(ExitCode.InvalidState, "not_removed", $"{peer} is not removed. {refusal}"),
                { Reply: { } reply } => new CommandResult
                {
                    Data = new JsonObject { ["removed"] = peer, ["incarnation"] = reply.Incarnation, ["told"] = answer.Address!.ToString() },
                    Text = output => output.WriteLine($"removed {peer}, incarnation {reply.Incarnation}. All peers delete what it had published as soon as they hear of it."),
                },
            };
        });
        return command;
    }
}
