using System.CommandLine;
using FedActors.FL.Configuration;
using FedActors.FL.Data;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Measuring.Strategies;
using FedActors.Scripts.Runs;

namespace FedActors.Scripts.Commands;

/// <summary><c>bench strategies</c>: what strategies reach on one data set.</summary>
internal static class BenchStrategiesCommand
{
    private const int MaxCount = 1000;

    public static Command Create(CommandRunner runner)
    {
        var command = new FedCommand(
            "strategies",
            "Runs every strategy on a data set in one process, and models on all its rows in one place: accuracy, rounds, bytes and time.",
            new Example("fedactors bench strategies --data fashion", "Fashion-MNIST in two shards a site, made by data split"),
            new Example("fedactors bench strategies --data fashion --rounds 2 --central-epochs 1 -o json", "a quick look"));
        var data = new Option<string>("--data") { Description = "landsat, or a folder with a manifest and an evaluation.", HelpName = "source", DefaultValueFactory = _ => LandsatData.Name };
        command.Options.Add(data);
        var model = new Option<string>("--model") { Description = "The model that sites train.", HelpName = "kind", DefaultValueFactory = _ => "mlp:128" };
        command.Options.Add(model);
        Option<int> rounds = RangedOption.Of(command, "--rounds", "Rounds of each run.", 20, 1, MaxCount);
        Option<int> epochs = RangedOption.Of(command, "--central-epochs", "Passes over all rows in one place.", 12, 1, MaxCount);
        Option<float> rate = RangedOption.Of(command, "--learning-rate", "The sites' learning rate.", 0.05f, 0f, 10f, "number", over: true);
        runner.Bind(command, async (context, stopping) =>
        {
            IFederatedData source = FederatedData.Open(context.Arguments.GetRequiredValue(data));
            if (source.Manifest.Evaluation is null)
            {
                throw CommandFailure.Usage($"The data set {source.Manifest.Name} has no evaluation to score models on: split it with a hold-out.");
            }

            var training = new TrainingOptions
            {
                Model = context.Arguments.GetRequiredValue(model), Rounds = context.Arguments.GetValue(rounds), LocalEpochs = 1, LearningRate = context.Arguments.GetValue(rate),
            };
            ModelChoice.Specify(source.Manifest, training.Model);
            StrategyTable table = await new StrategyTrials(source, training, context.Arguments.GetValue(epochs), context.Time)
                .RunAsync(context.Output.Notice, stopping).ConfigureAwait(false);
            return new CommandResult { Data = table.Json(), Text = table.Write };
        });
        return command;
    }
}
