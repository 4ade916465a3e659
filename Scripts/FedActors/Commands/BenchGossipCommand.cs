using System.CommandLine;
using System.Globalization;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Configuration;
using FedActors.Scripts.Measuring.Decentralised;

namespace FedActors.Scripts.Commands;

/// <summary><c>bench gossip</c>: whether peers still answer while large models cross their connections.</summary>
internal static class BenchGossipCommand
{
    private const int UsualMegabytes = 100;
    private const int UsualPeers = 2;
    private const int UsualRounds = 3;
    private const int MaxMegabytes = 250;
    private const int MaxPeers = 8;
    private const int MaxRounds = 1000;

    public static Command Create(CommandRunner runner)
    {
        var command = new FedCommand(
            "gossip",
            "Lets peers in this process exchange large models over loopback TCP, with stores on the disk, and measures pings over the same connections, turns, bytes and memory.",
            new Example("fedactors bench gossip", "two peers with models of 100 MB"),
            new Example("fedactors bench gossip --megabytes 1 --peers 8 --idle 1m", "eight peers; bytes for each body, and those of a network that has settled"),
            new Example("fedactors bench gossip --megabytes 20 --peers 4 -o json", "for a record"));
        Option<int> megabytes = RangedOption.Of(command, "--megabytes", "About how large a model is.", UsualMegabytes, 1, MaxMegabytes);
        Option<int> peers = RangedOption.Of(command, "--peers", "How many peers.", UsualPeers, 2, MaxPeers);
        Option<int> rounds = RangedOption.Of(command, "--rounds", "Rounds that each trains and publishes.", UsualRounds, 1, MaxRounds);
        var idle = new Option<TimeSpan>("--idle")
        {
            Description = "How long to watch afterwards what peers send that agree, for instance 1m; at most an hour. Not at all if it is not given.",
            HelpName = "duration",
            CustomParser = result =>
            {
                if (DurationText.TryParse(result.Tokens[^1].Value, out TimeSpan time) && time > TimeSpan.Zero && time <= TimeSpan.FromHours(1))
                {
                    return time;
                }

                result.AddError($"--idle is \"{result.Tokens[^1].Value}\": write a duration of at most an hour, for instance 30s or 2m.");
                return TimeSpan.Zero;
            },
        };
        command.Options.Add(idle);
        runner.Bind(command, async (context, stopping) =>
        {
            context.Output.Notice("Measuring; whatever else runs on this machine spoils the figures.");
            await using var run = new LargeModelRun(
                context.Arguments.GetValue(peers), context.Arguments.GetValue(rounds), context.Arguments.GetValue(megabytes), context.Arguments.GetValue(idle), context.Time);
            LargeModelReport report = await run.RunAsync(stopping).ConfigureAwait(false);
            return new CommandResult { Data = report.Json(), Text = report.Write };
        });
        return command;
    }
}
