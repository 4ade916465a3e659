using System.CommandLine;
using System.Text.Json.Nodes;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Security;

namespace FedActors.Scripts.Commands;

/// <summary><c>cert revoke</c>.</summary>
internal static class CertRevokeCommand
{
    public static Command Create(CommandRunner runner)
    {
        var command = new FedCommand(
            "revoke",
            "Takes certificates back: writes the authority's revocation list, to which Transport:Tls:Revocations points at every node.",
            new Example("fedactors cert revoke worker-e", "certs/ca.crl, with certs/worker-e.pem in it and all that were in it before"));
        Argument<string[]> names = command.Takes<string[]>("names", "The nodes' names.", ArgumentArity.OneOrMore);
        Option<string> folder = CertCommand.Folder(command);
        Option<int> days = CertCommand.Days(command, CertCommand.NodeDays);
        runner.Bind(command, (context, _) =>
        {
            string[] revoked = context.Arguments.GetRequiredValue(names);
            var set = new CertificateSet(context.Arguments.GetRequiredValue(folder), context.Time);
            int count = set.Revoke(revoked, context.Arguments.GetValue(days));
            return Task.FromResult(new CommandResult
            {
                Data = new JsonObject { ["revocations"] = set.RevocationFile, ["count"] = count },
                Text = output => output.WriteLine(
                    $"{set.RevocationFile} revokes {count} {(count == 1 ? "certificate" : "certificates")}. Give it to every node as Transport:Tls:Revocations; running nodes read it again when it changes."),
            });
        });
        return command;
    }
}
