using System.CommandLine;
using FedActors.Actors;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Measuring;
using FedActors.Scripts.Measuring.Mailbox;

namespace FedActors.Scripts.Commands;

/// <summary><c>bench mailbox</c>: what happens within one process.</summary>
internal static class BenchMailboxCommand
{
    /// <summary>Enough that no core is ever without a pair to run.</summary>
    private const int PairsPerCore = 4;

    private static readonly TimeSpan UsualDuration = TimeSpan.FromSeconds(20);
    private static readonly Quantity Messages = new(string.Empty, "messages/s", Better.Higher) { Scale = 1e6, ScaledUnit = "M/s" };
    private static readonly Quantity Answers = new(string.Empty, "answers/s", Better.Higher) { Scale = 1e6, ScaledUnit = "M/s" };

    private static readonly Quantity Spawns = new(string.Empty, "spawns/s", Better.Higher) { Scale = 1e6, ScaledUnit = "M/s" };
    private static readonly Quantity IdleBytes = new("while idle", "bytes", Better.Lower);
    private static readonly Quantity RestartTime = new(string.Empty, "us", Better.Lower);

    public static Command Create(CommandRunner runner)
    {
        var command = new FedCommand(
            "mailbox",
            "Measures local actors beside bare channels in the same run: tells between pairs, questions, spawns, memory, restarts.",
            new Example("fedactors bench mailbox", "medians and ratios as a table"),
            new Example("fedactors bench mailbox --duration 2m --repetitions 21 -o json", "for a record"));
        Option<TimeSpan> duration = BenchCommand.Duration(command, UsualDuration);
        Option<int> repetitions = BenchCommand.Repetitions(command);
        Option<string?> only = BenchCommand.Only(command);
        runner.Bind(command, (context, stopping) => BenchCommand.MeasureAsync(
            context,
            "mailbox",
            new InterleavedRuns(context.Arguments.GetValue(repetitions), context.Arguments.GetValue(duration)),
            BenchCommand.Chosen(Comparisons(context.Time), context.Arguments.GetValue(only)),
            Notes(),
            stopping));
        return command;
    }

    private static IReadOnlyList<Comparison> Comparisons(TimeProvider time)
    {
        int pairs = Environment.ProcessorCount * PairsPerCore;
        var bare = new ActorSystemOptions { Time = time };
        ActorSystemOptions wrapped = bare with { ReceiveMiddleware = [static next => (context, envelope) => next(context, envelope)] };
        var channels = new RawPingPong(pairs, time);
        return
        [
            new("tell", [Messages], new PingPong(bare, pairs), channels),
            new("tell, one middleware", [Messages], new PingPong(wrapped, pairs), channels),
            new("ask", [Answers], new Asking(bare), new RawAsking(time)),
            new("spawn", [Spawns, IdleBytes], new Spawning(bare), new RawSpawning(time)),
            new("restart", [RestartTime], new Restarting(bare), new RawRestarting(time)),
        ];
    }

    private static IReadOnlyList<string> Notes() =>
    [
        $"tell: {Environment.ProcessorCount * PairsPerCore} pairs of actors, {PingPong.InFlight} messages in flight for each, both ways counted. ask: one question after the other.",
        "spawn: a hundred thousand actors (5,000 if there is little time), until all have started; names included. restart: from a failure to the next instance, without backoff.",
        "raw: the same between bare bounded channels on the thread pool, without supervision, deadlines or paths; spawn: such a channel and a name in a table; restart: an exception thrown and caught.",
    ];
}
