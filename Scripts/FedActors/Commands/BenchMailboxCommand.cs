using System.CommandLine;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Measuring.Mailbox;

namespace FedActors.Scripts.Commands;

/// <summary><c>bench mailbox</c>: what happens within one process.</summary>
internal static class BenchMailboxCommand
{
    private static readonly TimeSpan UsualDuration = TimeSpan.FromSeconds(20);

    public static Command Create(CommandRunner runner)
    {
        var command = new FedCommand(
            "mailbox",
            "Measures local actors beside bare channels in the same run: tells between pairs, questions, spawns, memory, restarts. " + BenchCommand.OwnProcess,
            new Example("fedactors bench mailbox", "medians and ratios as a table"),
            new Example("fedactors bench mailbox --duration 2m --repetitions 21 -o json", "for a record"));
        BenchCommand.BindApart(runner, command, UsualDuration, MailboxComparisons.All, MailboxComparisons.Notes);
        return command;
    }
}
