using System.CommandLine;
using System.Globalization;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Measuring.Protocols;

namespace FedActors.Scripts.Commands;

/// <summary><c>bench protocols</c>: which protocol is first at an accuracy when one site is slow.</summary>
internal static class BenchProtocolsCommand
{
    public static Command Create(CommandRunner runner)
    {
        var command = new FedCommand(
            "protocols",
            "Lets protocols race to one accuracy on the built-in data in virtual time, with one site slower than the others, beside what their schedules predict.",
            new Example("fedactors bench protocols", "one site ten times slower"),
            new Example("fedactors bench protocols --slowness 4 --target 0.81 -o json", "another race"));
        Option<double> slowness = RangedOption.Of(command, "--slowness", "How many times as long a step takes the slow site.", 10.0, 1.0, 1000.0, "times");
        Option<double> target = RangedOption.Of(command, "--target", "The accuracy at which a run has arrived.", 0.82, 0.3, 0.825, "share");
        runner.Bind(command, async (context, stopping) =>
        {
            ProtocolContest contest = new(context.Arguments.GetValue(slowness), context.Arguments.GetValue(target));
            ProtocolTable table = new(contest, await contest.RunAsync(stopping).ConfigureAwait(false));
            return new CommandResult { Data = table.Json(), Text = table.Write };
        });
        return command;
    }
}
