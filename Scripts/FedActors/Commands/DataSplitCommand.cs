using System.CommandLine;
using FedActors.FL.Data.Preparation;
using FedActors.Scripts.Cli;

namespace FedActors.Scripts.Commands;

/// <summary><c>data split</c>.</summary>
internal static class DataSplitCommand
{
    public static Command Create(CommandRunner runner)
    {
        var command = new FedCommand(
            "split",
            "Spreads the rows of one file over sites, and holds some of them out for evaluation.",
            new Example("fedactors data split all.npz --sites 5 --to dataset", "dealt out at random"),
            new Example("fedactors data split all.npz --sites 10 --partition dirichlet --alpha 0.5 --to dataset --picture split.svg", "sites that differ, and a picture of who got what"),
            new Example("fedactors data split all.npz --groups hospital --hold-out-array test", "as the file's own columns say"),
            new Example("fedactors data split train-images-idx3-ubyte.gz --evaluation t10k-images-idx3-ubyte.gz --hold-out 0 --to fashion", "pictures in MNIST's form; labels lie beside them"),
            new Example("fedactors data split table.csv --labels species --to dataset", "a table with a column of labels, which are numbers from 0"));
        Argument<string> source = command.Takes<string>("file", "npz with X [examples, features] and y [examples], or features and labels; CSV; npy; or IDX, gzipped or not.");
        var labels = new Option<string?>("--labels") { Description = "The labels' file for npy and IDX, or the label column of a CSV; the last column where none is given. Labels are 0, 1, 2 and so on.", HelpName = "name" };
        var evaluation = new Option<string?>("--evaluation") { Description = "A file of examples that nobody trains on, instead of rows held out.", HelpName = "file" };
        var evaluationLabels = new Option<string?>("--evaluation-labels") { Description = "As --labels, for --evaluation.", HelpName = "name" };
        Option<string> to = DataCommand.To(command);
        var sites = new Option<int>("--sites") { Description = "Sites to deal rows out to at random.", HelpName = "count", DefaultValueFactory = _ => 4 };
        var groups = new Option<string?>("--groups") { Description = "An array [examples] of whole numbers: rows with the same number make a site. Sites are named A, B and so on in the numbers' order.", HelpName = "array" };
        Option<double> holdOut = DataCommand.HoldOut(command);
        var holdOutArray = new Option<string?>("--hold-out-array") { Description = "An array [examples] that is other than 0 for rows to hold out, instead of chance.", HelpName = "array" };
        var classes = new Option<int?>("--classes") { Description = "Classes told apart; the file's highest label and one where none is given.", HelpName = "count" };
        var classNames = new Option<string?>("--class-names") { Description = "Their names, separated by commas.", HelpName = "names" };
        var name = new Option<string?>("--name") { Description = "What the data set is called; the file's name where none is given.", HelpName = "name" };
        foreach (Option option in (Option[])[sites, groups, labels, evaluation, evaluationLabels, holdOutArray, classes, classNames, name])
        {
            command.Options.Add(option);
        }

        Option<ulong> seed = DataCommand.Seed(command);
        PartitionOptions partition = PartitionOptions.Of(command);
        runner.Bind(command, (context, _) =>
        {
            string folder = context.Arguments.GetRequiredValue(to);
            var options = new SplitOptions
            {
                Sites = context.Arguments.GetValue(sites),
                Partitioner = partition.Partitioner(context.Arguments),
                Shift = partition.Shift(context.Arguments),
                Groups = context.Arguments.GetValue(groups),
                Labels = context.Arguments.GetValue(labels),
                Evaluation = context.Arguments.GetValue(evaluation),
                EvaluationLabels = context.Arguments.GetValue(evaluationLabels),
                HoldOut = context.Arguments.GetValue(holdOut),
                HoldOutArray = context.Arguments.GetValue(holdOutArray),
                Classes = context.Arguments.GetValue(classes),
                ClassNames = context.Arguments.GetValue(classNames)?.Split(',', StringSplitOptions.TrimEntries),
                Name = context.Arguments.GetValue(name),
                Seed = context.Arguments.GetValue(seed),
                Overwrite = context.Yes,
            };
            return Task.FromResult(DataCommand.Make(() => DataSplit.Split(context.Arguments.GetRequiredValue(source), folder, options), folder, partition.Picture(context.Arguments)));
        });
        return command;
    }
}
