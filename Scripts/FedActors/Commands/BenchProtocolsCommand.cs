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
        Option<double> slowness = Number(command, "--slowness", "How many times as long a step takes the slow site.", "times", 10, 1, 1000);
        Option<double> target = Number(command, "--target", "The accuracy at which a run has arrived.", "share", 0.82, 0.3, 0.825);
        runner.Bind(command, async (context, stopping) =>
        {
            ProtocolContest contest = new(context.Arguments.GetValue(slowness), context.Arguments.GetValue(target));
            ProtocolTable table = new(contest, await contest.RunAsync(stopping).ConfigureAwait(false));
            return new CommandResult { Data = table.Json(), Text = table.Write };
        });
        return command;
    }

    private static Option<double> Number(Command command, string name, string description, string unit, double usual, double least, double most)
    {
        var option = new Option<double>(name) { Description = description, HelpName = unit, DefaultValueFactory = _ => usual };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && (!double.TryParse(result.Tokens[0].Value, CultureInfo.InvariantCulture, out double value) || !(value >= least && value <= most)))
            {
                result.AddError(string.Create(CultureInfo.InvariantCulture, $"{name} is \"{result.Tokens[0].Value}\": it must be from {least} to {most}."));
            }
        });
        command.Options.Add(option);
        return option;
    }
}
