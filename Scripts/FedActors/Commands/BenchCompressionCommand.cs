using System.CommandLine;
using FedActors.FL.Configuration;
using FedActors.FL.Data;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Measuring.Compression;
using FedActors.Scripts.Runs;

namespace FedActors.Scripts.Commands;

/// <summary><c>bench compression</c>: what compressions of updates cost and save on one data set.</summary>
internal static class BenchCompressionCommand
{
    private const int MaxCount = 1000;

    public static Command Create(CommandRunner runner)
    {
        var command = new FedCommand(
            "compression",
            "Runs a data set in one process under many compressions of updates: accuracy, bytes and time.",
            new Example("fedactors bench compression", "the built-in data"),
            new Example("fedactors bench compression --data fashion --model mlp:128 --rounds 15 --local-epochs 1 --learning-rate 0.05", "Fashion-MNIST, made by data split"));
        var usual = new TrainingOptions();
        var data = new Option<string>("--data") { Description = "landsat, or a folder with a manifest and an evaluation.", HelpName = "source", DefaultValueFactory = _ => LandsatData.Name };
        var model = new Option<string>("--model") { Description = "The model that sites train.", HelpName = "kind", DefaultValueFactory = _ => usual.Model };
        Option<int> rounds = Count("--rounds", "Rounds of each run.", usual.Rounds);
        Option<int> epochs = Count("--local-epochs", "Passes over a site's data in a round.", usual.LocalEpochs);
        var rate = new Option<float>("--learning-rate") { Description = "The sites' learning rate.", HelpName = "number", DefaultValueFactory = _ => usual.LearningRate };
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

            TrainingOptions training = usual with
            {
                Model = context.Arguments.GetRequiredValue(model), Rounds = context.Arguments.GetValue(rounds),
                LocalEpochs = context.Arguments.GetValue(epochs), LearningRate = context.Arguments.GetValue(rate),
            };
            ModelChoice.Specify(source.Manifest, training.Model);
            CompressionTable table = await new CompressionTrials(source, training, context.Time).RunAsync(context.Output.Notice, stopping).ConfigureAwait(false);
            return new CommandResult { Data = table.Json(), Text = table.Write };
        });
        return command;
    }

    private static Option<int> Count(string name, string description, int usual)
    {
        var option = new Option<int>(name) { Description = description, HelpName = "count", DefaultValueFactory = _ => usual };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && (!int.TryParse(result.Tokens[0].Value, out int value) || value is < 1 or > MaxCount))
            {
                result.AddError($"{name} is \"{result.Tokens[0].Value}\": it must be from 1 to {MaxCount:N0}.");
            }
        });
        return option;
    }
}
