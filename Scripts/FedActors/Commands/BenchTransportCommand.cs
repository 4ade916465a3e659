using System.CommandLine;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Measuring;
using FedActors.Scripts.Measuring.Transport;

namespace FedActors.Scripts.Commands;

/// <summary><c>bench transport</c>: what happens between two nodes.</summary>
internal static class BenchTransportCommand
{
    private const int Megabyte = 1_000_000;

    private static readonly TimeSpan UsualDuration = TimeSpan.FromMinutes(1);
    private static readonly Quantity Messages = new(string.Empty, "messages/s", Better.Higher) { Scale = 1e6, ScaledUnit = "M/s" };
    private static readonly Quantity Allocated = new("allocated", "B/message", Better.Lower);
    private static readonly Quantity Answers = new(string.Empty, "answers/s", Better.Higher) { Scale = 1e6, ScaledUnit = "M/s" };
    private static readonly Quantity Median = new("p50", "us", Better.Lower);
    private static readonly Quantity Most = new("p99", "us", Better.Lower);
    private static readonly Quantity Bytes = new(string.Empty, "B/s", Better.Higher) { Scale = 1e9, ScaledUnit = "GB/s" };
    private static readonly Quantity Stream = new("the stream", "B/s", Better.Higher) { Scale = 1e9, ScaledUnit = "GB/s" };

    public static Command Create(CommandRunner runner)
    {
        var command = new FedCommand(
            "transport",
            "Measures two nodes in this process over loopback, plain and with TLS, beside bare sockets and SslStream in the same run.",
            new Example("fedactors bench transport", "medians and ratios as a table"),
            new Example("fedactors bench transport --only ask --duration 1m --repetitions 101", "one question, in short turns with the raw echo: the median of many ratios"),
            new Example("fedactors bench transport --duration 2m --repetitions 21 -o json", "for a record"));
        Option<TimeSpan> duration = BenchCommand.Duration(command, UsualDuration);
        Option<int> repetitions = BenchCommand.Repetitions(command);
        Option<string?> only = BenchCommand.Only(command);
        runner.Bind(command, (context, stopping) => BenchCommand.MeasureAsync(
            context,
            "transport",
            new InterleavedRuns(context.Arguments.GetValue(repetitions), context.Arguments.GetValue(duration)),
            BenchCommand.Chosen([.. Comparisons("tcp", tls: false, context.Time), .. Comparisons("tls", tls: true, context.Time)], context.Arguments.GetValue(only)),
            Notes(),
            stopping));
        return command;
    }

    private static IEnumerable<Comparison> Comparisons(string name, bool tls, TimeProvider time)
    {
        var raw = new RawModelStream(tls, 10 * Megabyte, time);
        return
        [
            new($"{name} tell", [Messages, Allocated], new RemotePingPong(tls, time), new RawTells(tls, time)),
            new($"{name} calls", [Answers], new RemoteCalls(tls, time), null),
            new($"{name} ask", [Median, Most], new RemoteAsking(tls, time), new RawEcho(tls, time)),
            new($"{name} 1 MB messages", [Bytes], new ModelStream(tls, Megabyte, givesBack: true, time), new RawModelStream(tls, Megabyte, time)),
            new($"{name} 10 MB messages", [Bytes], new ModelStream(tls, 10 * Megabyte, givesBack: true, time), raw),
            new($"{name} 10 MB messages, kept", [Bytes], new ModelStream(tls, 10 * Megabyte, givesBack: false, time), raw),
            new($"{name} ask beside 10 MB", [Median, Most, Stream], new AskingBesideModels(tls, 10 * Megabyte, time), null),
        ];
    }

    private static IReadOnlyList<string> Notes() =>
    [
        $"tell: {RemotePingPong.Pairs} pairs, a player on one node and a wall on the other, {RemotePingPong.InFlight} balls in flight for each, both ways counted. calls: {RemoteCalls.InFlight} questions at once. ask: one after the other.",
        $"messages: {ModelStream.InFlight} under way, each acknowledged; their receiver gives their memory back, but for those that are kept, which are collected. beside: a question about every millisecond while 10 MB messages stream.",
        "raw: queue to queue over one connection, one way (tell); a few bytes there and back (ask); the same bytes with acknowledgements from one buffer into another (messages). No names, types, limits, sessions or supervision.",
    ];
}
