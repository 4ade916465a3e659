using System.CommandLine;
using FedActors.Scripts.Cli;

namespace FedActors.Scripts.Commands;

/// <summary><c>cert generate|init-ca|issue|revoke|verify</c>.</summary>
internal static class CertCommand
{
    /// <summary>A century, about.</summary>
    private const int MaxDays = 36_500;

    /// <summary>What help says of it.</summary>
    public const string Description = "Makes and checks the certificates by which the processes of a federation know each other.";

    /// <summary>An authority for as long as a federation may live.</summary>
    public const int AuthorityDays = 3650;

    /// <summary>A node's certificate for a year: long enough to forget, short enough to matter.</summary>
    public const int NodeDays = 365;

    public static Command Create(CommandRunner runner)
    {
        var command = new FedCommand("cert", Description);
        command.Subcommands.Add(CertGenerateCommand.Create(runner));
        command.Subcommands.Add(CertInitCaCommand.Create(runner));
        command.Subcommands.Add(CertIssueCommand.Create(runner));
        command.Subcommands.Add(CertRevokeCommand.Create(runner));
        command.Subcommands.Add(CertVerifyCommand.Create(runner));
        return command;
    }

    public static Option<string> Folder(Command command)
    {
        var option = new Option<string>("--to") { Description = "The folder.", HelpName = "folder", DefaultValueFactory = _ => "certs" };
        command.Options.Add(option);
        return option;
    }

    public static Option<int> Days(Command command, int days) => RangedOption.Of(command, "--days", "Days of validity.", days, 1, MaxDays, "days");

    public static Option<string[]> Roles(Command command)
    {
        var option = new Option<string[]>("--role")
        {
            Description = "A role to which the certificate is bound: provider, worker, aggregator, evaluator, combiner or operator. May be repeated; without it the certificate serves for every role.",
            HelpName = "role",
            DefaultValueFactory = _ => [],
        };
        option.AcceptOnlyFromAmong("provider", "worker", "aggregator", "evaluator", "combiner", "operator");
        command.Options.Add(option);
        return option;
    }

    public static Option<string[]> Hosts(Command command)
    {
        var option = new Option<string[]>("--host")
        {
            Description = "A host name or address that the certificate stands for, beside localhost, 127.0.0.1 and ::1. May be repeated.",
            HelpName = "name",
            DefaultValueFactory = _ => [],
        };
        command.Options.Add(option);
        return option;
    }
}
