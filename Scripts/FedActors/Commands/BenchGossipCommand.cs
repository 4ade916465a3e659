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
        Option<int> megabytes = Count(command, "--megabytes", "About how large a model is.", UsualMegabytes, 1, MaxMegabytes);
        Option<int> peers = Count(command, "--peers", "How many peers.", UsualPeers, 2, MaxPeers);
        Option<int> rounds = Count(command, "--rounds", "Rounds that each trains and publishes.", UsualRounds, 1, MaxRounds);
        var idle = new Option<TimeSpan>("--idle")
        {
            Description = "How long to watch afterwards what peers send that agree, for instance 1m; not at all if it is not given.",
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

    private static Option<int> Count(Command command, string name, string description, int usual, int least, int most)
    {
        var option = new Option<int>(name) { Description = description, HelpName = "count", DefaultValueFactory = _ => usual };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && !(int.TryParse(result.Tokens[0].Value, CultureInfo.InvariantCulture, out int value) && value >= least && value <= most))
            {
                result.AddError($"{name} is \"{result.Tokens[0].Value}\": it must be from {least} to {most}.");
            }
        });
        command.Options.Add(option);
        return option;
    }
}
