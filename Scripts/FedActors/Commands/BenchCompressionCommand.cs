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
        command.Options.Add(data);
        var model = new Option<string>("--model") { Description = "The model that sites train.", HelpName = "kind", DefaultValueFactory = _ => usual.Model };
        command.Options.Add(model);
        Option<int> rounds = RangedOption.Of(command, "--rounds", "Rounds of each run.", usual.Rounds, 1, MaxCount);
        Option<int> epochs = RangedOption.Of(command, "--local-epochs", "Passes over a site's data in a round.", usual.LocalEpochs, 1, MaxCount);
        Option<float> rate = RangedOption.Of(command, "--learning-rate", "The sites' learning rate.", usual.LearningRate, 0f, 10f, "number", over: true);
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
}
