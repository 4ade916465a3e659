using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using FedActors.FL.Configuration;
using FedActors.FL.Data;
using FedActors.FL.Training;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Configuration;
using FedActors.Scripts.Runs;
using FedActors.Scripts.Trainers;

namespace FedActors.Scripts.Commands;

/// <summary><c>model predict</c>.</summary>
internal static class ModelPredictCommand
{
    public static Command Create(CommandRunner runner)
    {
        var command = new FedCommand(
            "predict",
            "Predicts the class of examples with a stored model, or with the predict program of the package that the run was trained by.",
            new Example("fedactors model predict --data new.npz --to classes.npz", "the last run's last model; X in new.npz is not standardised"),
            new Example("fedactors model predict 7f3a --round best --data new.npy --to classes.npz", "a run's best"),
            new Example("fedactors model predict --data new.npy --to classes.csv", "the classes for a spreadsheet"),
            new Example("fedactors model predict --data new.npz --to classes.npz --package trainer.tar.gz --allow-package any", "by the run's package, from a file where it is not kept here"));
        Argument<string?> run = RunsCommand.TakesRun(command);
        Option<string> round = ModelCommand.Round(command);
        Option<string?> peer = ModelCommand.Peer(command);
        var data = new Option<string>("--data") { Description = "The examples: an npy file, or an npz file with an array X.", HelpName = "file", Required = true };
        var to = new Option<string>("--to") { Description = $"The file for the classes; its ending decides the form: {ClassFile.Endings}.", HelpName = "file", Required = true };
        var package = new Option<string?>("--package") { Description = "The package that the run was trained by, where the storage folder does not have it.", HelpName = "file" };
        command.Options.Add(data);
        command.Options.Add(to);
        command.Options.Add(package);
        ConfigFlags flags = TrainerOptions.Limits(new ConfigFlags(), command);
        runner.Bind(command, (context, stopping) =>
        {
            string path = context.Arguments.GetRequiredValue(to);
            ClassFile.MustBeKnown(path);
            OutputFile.MustBeFree(path, context.Yes);
            StoredModel model = ModelCommand.Find(context, run, round, peer);
            FedConfig config = context.Config(flags);
            DataSet raw = FeatureFile.Read(context.Arguments.GetRequiredValue(data), model.Plan.Specification.Features, model.Plan.Specification.Classes);
            DataSet examples = new Standardiser(model.Plan.Mean.ToArray(), model.Plan.Scale.ToArray()).Apply(raw);
            int[] predicted = Predict(context, config, model, examples, context.Arguments.GetValue(package), stopping);
            OutputFile.Write(path, ClassFile.Of(path, predicted), context.Yes);
            return Task.FromResult(Result(model, path, predicted));
        });
        return command;
    }

    private static int[] Predict(CommandContext context, FedConfig config, StoredModel model, DataSet examples, string? file, CancellationToken stopping)
    {
        if (model.Plan.Package is not { } offer)
        {
            return file is null
                ? Prediction.Predict(model.Plan.Specification, model.Parameters, examples, stopping)
                : throw CommandFailure.Usage($"{model.Owner} was not trained by a package: leave --package out.");
        }

        if (!offer.Has(EntryPoint.Predict))
        {
            return Prediction.Predict(model.Plan.Specification, model.Parameters, examples, stopping);
        }

        try
        {
            TrainerProcess process = Open(config, model, offer, file).Process(EntryPoint.Predict, config.Trainer.Usual());
            string folder = config.Storage.TrainerFolder(string.Create(CultureInfo.InvariantCulture, $"predict-{Environment.ProcessId}"));
            return ExternalPredictor.Predict(process, (model.Plan.Specification, model.Parameters), model.Round, examples, folder, context.Time, stopping);
        }
        catch (TrainerException e)
        {
            throw new CommandFailure(ExitCode.InvalidState, "trainer_package", e.Message, e);
        }
    }

    private static TrainerPackage Open(FedConfig config, StoredModel model, PackageOffer offer, string? file)
    {
        if (!config.Trainer.Allows(offer.Checksum))
        {
            throw new TrainerException($"{model.Owner} was trained by the package {offer.Checksum}, whose program predicts, and {ConfigKeys.AllowPackage.Path} is \"{config.Trainer.AllowPackage}\". Give --allow-package {offer.Checksum} to run it.");
        }

        string kept = Path.Combine(config.Storage.Packages, $"{offer.Checksum}.tar.gz");
        if (file is null && !File.Exists(kept))
        {
            throw new TrainerException($"{model.Owner} was trained by the package {offer.Checksum}, which is not in {config.Storage.Packages}: give it with --package.");
        }

        return TrainerPackage.Open(file ?? kept, offer.Checksum, config.Storage.Packages, string.Create(CultureInfo.InvariantCulture, $"predict-{Environment.ProcessId}"));
    }

    private static CommandResult Result(StoredModel model, string path, int[] predicted)
    {
        int[] counts = new int[model.Plan.Specification.Classes];
        foreach (int label in predicted)
        {
            counts[label]++;
        }

        return new CommandResult
        {
            Data = new JsonObject
            {
                ["file"] = path, ["run_id"] = model.RunId, ["peer"] = model.Peer, ["round"] = model.Round, ["examples"] = predicted.Length,
                ["count_by_class"] = new JsonArray([.. counts.Select(count => (JsonNode)count)]),
            },
            Text = output => output.WriteLine($"the class of {Counted.Of(predicted.Length, "example")} by round {model.Round} of {model.Owner} in {path}; {string.Join(", ", counts.Select((count, label) => $"class {label}: {count}"))}"),
        };
    }
}
