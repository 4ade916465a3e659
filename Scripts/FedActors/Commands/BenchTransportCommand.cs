using System.CommandLine;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Measuring.Transport;

namespace FedActors.Scripts.Commands;

/// <summary><c>bench transport</c>: what happens between two nodes.</summary>
internal static class BenchTransportCommand
{
    private static readonly TimeSpan UsualDuration = TimeSpan.FromMinutes(1);

    public static Command Create(CommandRunner runner)
    {
        var command = new FedCommand(
            "transport",
            "Measures two nodes over loopback, plain and with TLS, beside bare sockets and SslStream in the same run. " + BenchCommand.OwnProcess,
            new Example("fedactors bench transport", "medians and ratios as a table"),
            new Example("fedactors bench transport --only ask --duration 1m --repetitions 101", "one question, in short turns with the raw echo: the median of many ratios"),
            new Example("fedactors bench transport --duration 2m --repetitions 21 -o json", "for a record"));
        BenchCommand.BindApart(runner, command, UsualDuration, TransportComparisons.All, TransportComparisons.Notes);
        return command;
    }
}
