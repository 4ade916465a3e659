using System.CommandLine;
using System.Globalization;
using FedActors.FL.Data;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Measuring.Decentralised;

namespace FedActors.Scripts.Commands;

/// <summary><c>bench topologies</c>: how fast peers become one that average with their neighbours alone.</summary>
internal static class BenchTopologiesCommand
{
    private const int UsualParts = 2;
    private const int UsualRounds = 20;
    private const double UsualMixing = 0.5;
    private const int MaxParts = 16;
    private const int MaxRounds = 1000;

    public static Command Create(CommandRunner runner)
    {
        var command = new FedCommand(
            "topologies",
            "Lets peers learn in every topology, each averaging with its neighbours alone, and sets the rounds to consensus beside what the spectral gap promises.",
            new Example("fedactors bench topologies", "eight peers on the embedded data, each of its sites cut in two"),
            new Example("fedactors bench topologies --parts 4 --mixing 1", "sixteen peers that take all of their neighbours' average"));
        var parts = new Option<int>("--parts") { Description = "Parts that each site is cut into; each is a peer.", HelpName = "count", DefaultValueFactory = _ => UsualParts };
        var rounds = new Option<int>("--rounds") { Description = "Rounds of training.", HelpName = "count", DefaultValueFactory = _ => UsualRounds };
        var mixing = new Option<double>("--mixing") { Description = "What the neighbours' average counts for.", HelpName = "share", DefaultValueFactory = _ => UsualMixing };
        Check(parts, value => value is >= 1 and <= MaxParts, $"from 1 to {MaxParts}");
        Check(rounds, value => value is >= 1 and <= MaxRounds, $"from 1 to {MaxRounds}");
        Check(mixing, value => value is > 0 and <= 1, "over 0 and at most 1");
        command.Options.Add(parts);
        command.Options.Add(rounds);
        command.Options.Add(mixing);
        runner.Bind(command, async (context, stopping) =>
        {
            var data = new CutSites(new LandsatData(), context.Arguments.GetValue(parts));
            var campaign = new TopologyCampaign(data, context.Arguments.GetValue(rounds), context.Arguments.GetValue(mixing));
            TopologyTable table = await campaign.RunAsync(stopping).ConfigureAwait(false);
            return new CommandResult { Data = table.Json(), Text = table.Write };
        });
        return command;
    }

    private static void Check<T>(Option<T> option, Predicate<T> isRight, string allowed)
        where T : IParsable<T> => option.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && !(T.TryParse(result.Tokens[0].Value, CultureInfo.InvariantCulture, out T? value) && isRight(value)))
            {
                result.AddError($"{option.Name} is \"{result.Tokens[0].Value}\": it must be {allowed}.");
            }
        });
}
