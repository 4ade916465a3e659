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
    public static Command Create(CommandRunner runner)
    {
        var command = new FedCommand(
            "strategies",
            "Runs every strategy on a data set in one process, and models on all its rows in one place: accuracy, rounds, bytes and time.",
            new Example("fedactors bench strategies --data fashion", "Fashion-MNIST in two shards a site, made by data split"),
            new Example("fedactors bench strategies --data fashion --rounds 2 --central-epochs 1 -o json", "a quick look"));
        var data = new Option<string>("--data") { Description = "landsat, or a folder with a manifest and an evaluation.", HelpName = "source", DefaultValueFactory = _ => LandsatData.Name };
        var model = new Option<string>("--model") { Description = "The model that sites train.", HelpName = "kind", DefaultValueFactory = _ => "mlp:128" };
        Option<int> rounds = Count("--rounds", "Rounds of each run.", 20);
        Option<int> epochs = Count("--central-epochs", "Passes over all rows in one place.", 12);
        var rate = new Option<float>("--learning-rate") { Description = "The sites' learning rate.", HelpName = "number", DefaultValueFactory = _ => 0.05f };
        foreach (Option option in (Option[])[data, model, rounds, epochs, rate])
        {
            command.Options.Add(option);
        }

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

    private static Option<int> Count(string name, string description, int usual)
    {
        var option = new Option<int>(name) { Description = description, HelpName = "count", DefaultValueFactory = _ => usual };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && (!int.TryParse(result.Tokens[0].Value, out int value) || value is < 1 or > 1000))
            {
                result.AddError($"{name} is \"{result.Tokens[0].Value}\": it must be from 1 to 1,000.");
            }
        });
        return option;
    }
}
