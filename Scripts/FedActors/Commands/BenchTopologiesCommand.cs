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
        Option<int> parts = RangedOption.Of(command, "--parts", "Parts that each site is cut into; each is a peer.", UsualParts, 1, MaxParts);
        Option<int> rounds = RangedOption.Of(command, "--rounds", "Rounds of training.", UsualRounds, 1, MaxRounds);
        Option<double> mixing = RangedOption.Of(command, "--mixing", "What the neighbours' average counts for.", UsualMixing, 0.0, 1.0, "share", over: true);
        runner.Bind(command, async (context, stopping) =>
        {
            var data = new CutSites(new LandsatData(), context.Arguments.GetValue(parts));
            var campaign = new TopologyCampaign(data, context.Arguments.GetValue(rounds), context.Arguments.GetValue(mixing));
            TopologyTable table = await campaign.RunAsync(stopping).ConfigureAwait(false);
            return new CommandResult { Data = table.Json(), Text = table.Write };
        });
        return command;
    }
}
