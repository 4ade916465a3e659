using System.CommandLine;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Measuring;
using FedActors.Scripts.Measuring.Mailbox;
using FedActors.Scripts.Measuring.Transport;

namespace FedActors.Scripts.Commands;

/// <summary><c>bench runtime</c>: what <c>bench mailbox</c> and <c>bench transport</c> measure, in one table.</summary>
internal static class BenchRuntimeCommand
{
    private static readonly TimeSpan UsualDuration = TimeSpan.FromMinutes(2);

    public static Command Create(CommandRunner runner)
    {
        var command = new FedCommand(
            "runtime",
            "Measures the whole actor runtime in one table: what bench mailbox and bench transport do, which share the time. " + BenchCommand.OwnProcess,
            new Example("fedactors bench runtime", "every figure beside raw and beside what the project asks of it"),
            new Example("fedactors bench runtime --only tell", "tells alone: within a process, over TCP, with TLS"));
        BenchCommand.BindApart(runner, command, UsualDuration, All, [.. MailboxComparisons.Notes.Select(note => "local " + note), .. TransportComparisons.Notes]);
        return command;
    }

    private static IReadOnlyList<Comparison> All(TimeProvider time) =>
        [.. MailboxComparisons.All(time).Select(comparison => comparison with { Name = "local " + comparison.Name }), .. TransportComparisons.All(time)];
}
