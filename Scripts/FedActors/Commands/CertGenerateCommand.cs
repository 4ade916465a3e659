using System.CommandLine;
using System.Text.Json.Nodes;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Configuration;
using FedActors.Scripts.Runs;
using FedActors.Scripts.Security;

namespace FedActors.Scripts.Commands;

/// <summary><c>cert generate</c>: an authority and certificates in one go.</summary>
internal static class CertGenerateCommand
{
    public static Command Create(CommandRunner runner)
    {
        var command = new FedCommand(
            "generate",
            "Makes an authority and a certificate for each node that is named, or one called node for all processes of one machine.",
            new Example("fedactors cert generate", "certs/ca.pem, certs/node.pem and their keys, for this machine"),
            new Example("fedactors cert generate provider worker-a worker-b --host fed.example.org", "one for each machine"));
        Argument<string[]> names = command.Takes<string[]>("names", "The nodes' names.", ArgumentArity.ZeroOrMore);
        Option<string> folder = CertCommand.Folder(command);
        Option<string[]> hosts = CertCommand.Hosts(command);
        Option<int> days = CertCommand.Days(command, CertCommand.NodeDays);
        runner.Bind(command, (context, _) =>
        {
            string[] nodes = context.Arguments.GetValue(names) is { Length: > 0 } given ? given : ["node"];
            var set = new CertificateSet(context.Arguments.GetRequiredValue(folder), context.Time);
            foreach (string file in nodes.SelectMany(n => new[] { set.CertificateFile(n), set.KeyFile(n) }))
            {
                OutputFile.MustBeFree(file, context.Yes);
            }

            set.CreateAuthority("FedActors authority", CertCommand.AuthorityDays, context.Yes);
            foreach (string node in nodes)
            {
                set.Issue(node, context.Arguments.GetRequiredValue(hosts), [], context.Arguments.GetValue(days), context.Yes);
            }

            return Task.FromResult(Result(set, nodes));
        });
        return command;
    }

    private static CommandResult Result(CertificateSet set, IReadOnlyList<string> nodes) => new()
    {
        Data = new JsonObject
        {
            ["authority"] = set.AuthorityFile,
            ["authority_key"] = set.AuthorityKeyFile,
            ["nodes"] = RunJson.List(nodes, n => new JsonObject { ["name"] = n, ["certificate"] = set.CertificateFile(n), ["key"] = set.KeyFile(n) }),
        },
        Text = output =>
        {
            output.WriteLine($"authority  {set.AuthorityFile}  for every node");
            output.WriteLine($"           {set.AuthorityKeyFile}  for no node: whoever has it can make nodes that all others believe");
            foreach (string node in nodes)
            {
                output.WriteLine($"{node,-9}  {set.CertificateFile(node)}  {set.KeyFile(node)}");
            }

            output.WriteLine();
            output.WriteLine($"Use with: --set {ConfigKeys.TlsMode.Path}=mutual --set {ConfigKeys.TlsCertificate.Path}={set.CertificateFile(nodes[0])} --set {ConfigKeys.TlsKey.Path}={set.KeyFile(nodes[0])} --set {ConfigKeys.TlsAuthority.Path}={set.AuthorityFile}");
        },
    };
}
