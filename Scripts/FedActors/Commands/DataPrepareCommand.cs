using System.CommandLine;
using FedActors.FL.Data.Preparation;
using FedActors.Scripts.Cli;

namespace FedActors.Scripts.Commands;

/// <summary><c>data prepare</c>.</summary>
internal static class DataPrepareCommand
{
    public static Command Create(CommandRunner runner)
    {
        var command = new FedCommand(
            "prepare",
            "Makes the EuroSAT regions: A with haze, B with a colour cast, C with raised contrast, and D unshifted, held out for evaluation.",
            new Example("fedactors data prepare eurosat_features.npz --to dataset", "then run --data dataset"));
        Argument<string> source = command.Takes<string>("features", "An npz file with features [examples, features] and labels 0 to 9 [examples].");
        Option<string> to = DataCommand.To(command);
        Option<double> holdOut = DataCommand.HoldOut(command);
        Option<ulong> seed = DataCommand.Seed(command);
        runner.Bind(command, (context, _) =>
        {
            string folder = context.Arguments.GetRequiredValue(to);
            var options = new EuroSatOptions { Seed = context.Arguments.GetValue(seed), HoldOut = context.Arguments.GetValue(holdOut), Overwrite = context.Yes };
            return Task.FromResult(DataCommand.Make(() => EuroSatPreparation.Prepare(context.Arguments.GetRequiredValue(source), folder, options), folder));
        });
        return command;
    }
}
