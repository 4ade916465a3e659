using System.CommandLine;
using System.Text.Json.Nodes;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Security;

namespace FedActors.Scripts.Commands;

/// <summary><c>cert init-ca</c>.</summary>
internal static class CertInitCaCommand
{
    public static Command Create(CommandRunner runner)
    {
        var command = new FedCommand(
            "init-ca",
            "Makes an authority, which issues the certificates of a federation. Keep its key away from all nodes.",
            new Example("fedactors cert init-ca --to authority", "authority/ca.pem and authority/ca.key"));
        Option<string> folder = CertCommand.Folder(command);
        Option<int> days = CertCommand.Days(command, CertCommand.AuthorityDays);
        var name = new Option<string>("--name") { Description = "The authority's common name.", HelpName = "name", DefaultValueFactory = _ => "FedActors authority" };
        command.Options.Add(name);
        runner.Bind(command, (context, _) =>
        {
            var set = new CertificateSet(context.Arguments.GetRequiredValue(folder), context.Time);
            set.CreateAuthority(context.Arguments.GetRequiredValue(name), context.Arguments.GetValue(days), context.Yes);
            return Task.FromResult(new CommandResult
            {
                Data = new JsonObject { ["authority"] = set.AuthorityFile, ["authority_key"] = set.AuthorityKeyFile },
                Text = output => output.WriteLine($"{set.AuthorityFile} for every node; {set.AuthorityKeyFile} for none."),
            });
        });
        return command;
    }
}
