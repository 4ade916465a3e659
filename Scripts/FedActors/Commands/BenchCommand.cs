using System.CommandLine;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Configuration;
using FedActors.Scripts.Measuring;
using FedActors.Scripts.Processes;

namespace FedActors.Scripts.Commands;

/// <summary><c>bench</c>: one subcommand for each part of the program.</summary>
internal static class BenchCommand
{
    /// <summary>What help says of it.</summary>
    public const string Description = "Measures this machine: parts of the program beside bare code that does the same work.";

    /// <summary>What help says of measurements in a process of their own.</summary>
    public const string OwnProcess = "In a process with the runtime's usual settings, the compiler's profiling among them.";

    private const int MaxRepetitions = 1000;

    public static Command Create(CommandRunner runner)
    {
        var command = new FedCommand("bench", Description);
        command.Subcommands.Add(BenchAggregationCommand.Create(runner));
        command.Subcommands.Add(BenchTrainingCommand.Create(runner));
        command.Subcommands.Add(BenchStrategiesCommand.Create(runner));
        command.Subcommands.Add(BenchCompressionCommand.Create(runner));
        command.Subcommands.Add(BenchTransportCommand.Create(runner));
        command.Subcommands.Add(BenchHostileCommand.Create(runner));
        command.Subcommands.Add(BenchAttacksCommand.Create(runner));
        command.Subcommands.Add(BenchProtocolsCommand.Create(runner));
        command.Subcommands.Add(BenchTopologiesCommand.Create(runner));
        command.Subcommands.Add(BenchGossipCommand.Create(runner));
        command.Subcommands.Add(BenchMailboxCommand.Create(runner));
        command.Subcommands.Add(BenchRuntimeCommand.Create(runner));
        command.Subcommands.Add(BenchCrdtCommand.Create(runner));
        return command;
    }

    /// <summary>About how long the whole measurement takes.</summary>
    public static Option<TimeSpan> Duration(Command command, TimeSpan usual)
    {
        var option = new Option<TimeSpan>("--duration")
        {
            Description = $"About how long all of it takes, for instance 10s or 2m; at most an hour. {DurationText.Spoken(usual)} if it is not given.",
            HelpName = "duration",
            DefaultValueFactory = _ => usual,
            CustomParser = result =>
            {
                string text = result.Tokens[^1].Value;
                if (DurationText.TryParse(text, out TimeSpan duration) && duration > TimeSpan.Zero && duration <= TimeSpan.FromHours(1))
                {
                    return duration;
                }

                result.AddError($"--duration is \"{text}\": write a duration of at most an hour, for instance 10s or 2m.");
                return usual;
            },
        };
        command.Options.Add(option);
        return option;
    }

    /// <summary>How often each workload is measured.</summary>
    public static Option<int> Repetitions(Command command, int usual = 7) =>
        RangedOption.Of(command, "--repetitions", "How often each workload is measured.", usual, 1, MaxRepetitions);

    /// <summary>Which workloads are measured: all, or those whose names contain a text.</summary>
    public static Option<string?> Only(Command command)
    {
        var option = new Option<string?>("--only") { Description = "Measures the workloads whose names contain this text: all the time is theirs.", HelpName = "text" };
        command.Options.Add(option);
        return option;
    }

    /// <summary>The comparisons that were asked for.</summary>
    /// <exception cref="CommandFailure">There is none of that name.</exception>
    public static IReadOnlyList<Comparison> Chosen(IReadOnlyList<Comparison> all, string? only) => Named(all, comparison => comparison.Name, only);

    /// <inheritdoc cref="Chosen"/>
    public static IReadOnlyList<T> Named<T>(IReadOnlyList<T> all, Func<T, string> name, string? only)
    {
        T[] chosen = [.. all.Where(each => only is null || name(each).Contains(only, StringComparison.OrdinalIgnoreCase))];
        return chosen.Length > 0
            ? chosen
            : throw CommandFailure.Usage($"--only is \"{only}\": no workload has that in its name. There are: {string.Join(", ", all.Select(name))}.");
    }

    /// <summary>Has a command measure comparisons in a process as others have it who embed the libraries.</summary>
    public static void BindApart(CommandRunner runner, Command command, TimeSpan usual, Func<TimeProvider, IReadOnlyList<Comparison>> comparisons, IReadOnlyList<string> notes)
    {
        Option<TimeSpan> duration = Duration(command, usual);
        Option<int> repetitions = Repetitions(command);
        Option<string?> only = Only(command);
        Option<bool> launched = StartCommand.WithLauncher(command);
        runner.Bind(command, (context, stopping) => TunedProcess.Measurement.RunAsync(
            context,
            context.Arguments.GetValue(launched),
            ending => MeasureAsync(
                context,
                command.Name,
                new InterleavedRuns(context.Arguments.GetValue(repetitions), context.Arguments.GetValue(duration)),
                Chosen(comparisons(context.Time), context.Arguments.GetValue(only)),
                notes,
                ending),
            stopping));
    }

    /// <summary>Measures, and shows what came of it.</summary>
    public static async Task<CommandResult> MeasureAsync(
        CommandContext context, string subject, InterleavedRuns runs, IReadOnlyList<Comparison> comparisons, IReadOnlyList<string> notes, CancellationToken stopping)
    {
        context.Output.Notice($"Measuring for about {DurationText.Spoken(runs.Time)}; whatever else runs on this machine spoils the figures.");
        try
        {
            var table = new MeasuredTable(subject, await runs.MeasureAsync(comparisons, stopping).ConfigureAwait(false), runs, notes);
            return new CommandResult { Data = table.Json(), Text = table.Write };
        }
        finally
        {
            foreach (Workload workload in comparisons.SelectMany(c => new[] { c.Ours, c.Raw }).OfType<Workload>().Distinct())
            {
                await workload.DisposeAsync().ConfigureAwait(false);
            }
        }
    }
}
