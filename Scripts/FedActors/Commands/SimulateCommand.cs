using System.CommandLine;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Simulating;
using FedActors.Simulation.Campaigns;
using FedActors.Simulation.Coordinated;

namespace FedActors.Scripts.Commands;

/// <summary><c>simulate</c>: runs under faults in virtual time.</summary>
internal static class SimulateCommand
{
    /// <summary>What help says of it.</summary>
    public const string Description = "Runs whole federations under faults in virtual time, and looks for what must never happen.";

    /// <summary>As many as the tests run, and enough to reach all there is to reach.</summary>
    private const int UsualSchedules = 2000;

    private const int UsualLines = 60;

    public static Command Create(CommandRunner runner)
    {
        var command = new FedCommand(
            "simulate",
            Description,
            new Example("fedactors simulate", $"{UsualSchedules:N0} schedules of faults, with the rate at which they run"),
            new Example("fedactors simulate --schedules 1000000", "a long campaign"),
            new Example("fedactors simulate --seed 387", "one schedule again, exactly, with what happened last"));
        Option<ulong?> seed = Number<ulong?>(command, "--seed", "Runs the one schedule of this seed and shows its timeline.", "number");
        Option<int> lines = Positive(command, "--lines", "Lines of the timeline, counted from its end.", UsualLines, int.MaxValue);
        Option<int> schedules = Positive(command, "--schedules", "How many schedules to run.", UsualSchedules, int.MaxValue);
        Option<ulong> first = Number<ulong>(command, "--first-seed", "Seed of the first of them; the others follow.", "number");
        Option<int> jobs = Positive(command, "--jobs", "Schedules that run side by side.", Environment.ProcessorCount, 1024);
        first.DefaultValueFactory = _ => 1;
        runner.Bind(command, (context, stopping) =>
        {
            ParseResult arguments = context.Arguments;
            if (arguments.GetValue(seed) is { } one)
            {
                return Task.FromResult(ScheduleReplay.Run(one, arguments.GetValue(lines)));
            }

            var campaign = new SimulatedCampaign(context, arguments.GetValue(first), arguments.GetValue(schedules), arguments.GetValue(jobs));
            return campaign.RunAsync(stopping);
        });
        return command;
    }

    private static Option<T> Number<T>(Command command, string name, string description, string help)
    {
        var option = new Option<T>(name) { Description = description, HelpName = help };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && !ulong.TryParse(result.Tokens[0].Value, out _))
            {
                result.AddError($"{name} is \"{result.Tokens[0].Value}\": it must be a whole number from 0 to {ulong.MaxValue}.");
            }
        });
        command.Options.Add(option);
        return option;
    }

    private static Option<int> Positive(Command command, string name, string description, int usual, int most)
    {
        var option = new Option<int>(name) { Description = description, HelpName = "count", DefaultValueFactory = _ => usual };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && (!int.TryParse(result.Tokens[0].Value, out int value) || value < 1 || value > most))
            {
                result.AddError($"{name} is \"{result.Tokens[0].Value}\": it must be from 1 to {most:N0}.");
            }
        });
        command.Options.Add(option);
        return option;
    }
}
