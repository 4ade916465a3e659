using System.Collections.Frozen;
using System.CommandLine;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Commands;
using FedActors.Scripts.Processes;
using FedActors.Simulation.Coordinated;
using FedActors.Simulation.Gossip;
using FedActors.Simulation.Schedules;

namespace FedActors.Scripts.Simulating;

/// <summary>What a person says of a campaign: which mode, how many schedules, or the one to look at.</summary>
internal sealed class CampaignArguments
{
    /// <summary>As many as the tests run, and enough to reach all there is to reach.</summary>
    public const int UsualSchedules = 2000;

    // With fewer schedules a campaign is over before another process pays.
    private const int FewestForAProcess = 500;

    private const int UsualLines = 60;

    private static readonly FrozenDictionary<string, Func<ISimulator>> Modes = new Dictionary<string, Func<ISimulator>>
    {
        ["coordinated"] = static () => new CoordinatedSimulator(),
        ["gossip"] = static () => new GossipSimulator(),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private readonly Option<string> _mode;
    private readonly Option<ulong?> _seed;
    private readonly Option<int> _lines;
    private readonly Option<bool> _whole = new("--whole") { Description = "Shows a failing schedule as it was drawn, with the faults that it does not take." };
    private readonly Option<int> _schedules;
    private readonly Option<ulong> _first;
    private readonly Option<int> _jobs;
    private readonly Option<bool> _withLauncher;

    /// <summary>Adds the options to a command.</summary>
    public CampaignArguments(Command command)
    {
        _mode = new Option<string>("--mode") { Description = "Which kind of federation: coordinated or gossip.", HelpName = "mode", DefaultValueFactory = static _ => "coordinated" };
        _mode.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && !Modes.ContainsKey(result.Tokens[0].Value))
            {
                result.AddError($"--mode is \"{result.Tokens[0].Value}\": it must be {string.Join(" or ", Modes.Keys.Order(StringComparer.Ordinal))}.");
            }
        });
        command.Options.Add(_mode);
        _seed = Number<ulong?>(command, "--seed", "Runs the one schedule of this seed and shows its timeline.");
        _lines = RangedOption.Of(command, "--lines", "Lines of the timeline, counted from its end.", UsualLines, 1, int.MaxValue);
        command.Options.Add(_whole);
        _schedules = RangedOption.Of(command, "--schedules", "How many schedules to run.", UsualSchedules, 1, int.MaxValue);
        _first = Number<ulong>(command, "--first-seed", "Seed of the first of them; the others follow.");
        _first.DefaultValueFactory = static _ => 1;
        _jobs = RangedOption.Of(command, "--jobs", "Schedules that run side by side.", Environment.ProcessorCount, 1, 1024);
        _withLauncher = StartCommand.WithLauncher(command);
    }

    /// <summary>Runs what was asked for.</summary>
    public Task<CommandResult> RunAsync(CommandContext context, CancellationToken stopping)
    {
        ParseResult arguments = context.Arguments;
        string mode = arguments.GetValue(_mode)!;
        if (arguments.GetValue(_seed) is { } seed)
        {
            return Task.FromResult(ScheduleReplay.Run(Modes[mode](), mode, seed, arguments.GetValue(_lines), arguments.GetValue(_whole)));
        }

        int schedules = arguments.GetValue(_schedules);
        SimulatedCampaign campaign = new(context, Modes[mode], mode, arguments.GetValue(_first), schedules, arguments.GetValue(_jobs));
        return arguments.GetValue(_withLauncher) || schedules >= FewestForAProcess
            ? TunedProcess.Campaign.RunAsync(context, arguments.GetValue(_withLauncher), campaign.RunAsync, stopping)
            : campaign.RunAsync(stopping);
    }

    private static Option<T> Number<T>(Command command, string name, string description)
    {
        var option = new Option<T>(name) { Description = description, HelpName = "number" };
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
}
