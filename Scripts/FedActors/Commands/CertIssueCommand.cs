using System.CommandLine;
using System.Text.Json.Nodes;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Runs;
using FedActors.Scripts.Security;

namespace FedActors.Scripts.Commands;

/// <summary><c>cert issue</c>.</summary>
internal static class CertIssueCommand
{
    public static Command Create(CommandRunner runner)
    {
        var command = new FedCommand(
            "issue",
            "Issues one more certificate from an authority that init-ca or generate made.",
            new Example("fedactors cert issue worker-e --host 10.0.0.7", "certs/worker-e.pem and certs/worker-e.key"),
            new Example("fedactors cert issue worker-e --role worker", "good for a worker and for nothing else"));
        Argument<string> name = command.Takes<string>("name", "The node's name.");
        Option<string> folder = CertCommand.Folder(command);
        Option<string[]> hosts = CertCommand.Hosts(command);
        Option<string[]> roles = CertCommand.Roles(command);
        Option<int> days = CertCommand.Days(command, CertCommand.NodeDays);
        runner.Bind(command, (context, _) =>
        {
            string node = context.Arguments.GetRequiredValue(name);
            var set = new CertificateSet(context.Arguments.GetRequiredValue(folder), context.Time);
            DateTimeOffset end = set.Issue(node, context.Arguments.GetRequiredValue(hosts), context.Arguments.GetRequiredValue(roles), context.Arguments.GetValue(days), context.Yes);
            return Task.FromResult(new CommandResult
            {
                Data = new JsonObject { ["certificate"] = set.CertificateFile(node), ["key"] = set.KeyFile(node), ["not_after"] = RunJson.Time(end) },
                Text = output => output.WriteLine($"{set.CertificateFile(node)}, {set.KeyFile(node)}, valid until {end:u}"),
            });
        });
        return command;
    }
}
