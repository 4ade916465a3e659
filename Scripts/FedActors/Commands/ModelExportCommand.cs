using System.CommandLine;
using System.Text.Json.Nodes;
using FedActors.FL.Data;
using FedActors.FL.Models;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Runs;

namespace FedActors.Scripts.Commands;

/// <summary><c>model export</c>.</summary>
internal static class ModelExportCommand
{
    public static Command Create(CommandRunner runner)
    {
        var command = new FedCommand(
            "export",
            "Writes a stored model as an npz file for NumPy: its tensors, and the mean and scale by which features are standardised before it.",
            new Example("fedactors model export --to model.npz", "then: softmax(((x - mean) / scale) @ W + b)"),
            new Example("fedactors model export 7f3a --round best --to best.npz --yes", "a run's best, replacing the file"),
            new Example("fedactors model export --peer A --to a.npz", "the mean that a peer of this machine settled on"));
        Argument<string?> run = RunsCommand.TakesRun(command);
        Option<string> round = ModelCommand.Round(command);
        Option<string?> peer = ModelCommand.Peer(command);
        var to = new Option<string>("--to") { Description = "The file, which must end in .npz.", HelpName = "file", Required = true };
        command.Options.Add(to);
        runner.Bind(command, (context, _) =>
        {
            string path = context.Arguments.GetRequiredValue(to);
            if (!path.EndsWith(".npz", StringComparison.OrdinalIgnoreCase))
            {
                throw CommandFailure.Usage($"--to {path}: the file must end in .npz, which it is.");
            }

            OutputFile.MustBeFree(path, context.Yes);
            StoredModel model = ModelCommand.Find(context, run, round, peer);
            using var file = new MemoryStream();
            NpzWriter.Write(file, [.. Arrays(model)]);
            OutputFile.Write(path, file.ToArray(), context.Yes);
            return Task.FromResult(new CommandResult
            {
                Data = new JsonObject { ["file"] = path, ["run_id"] = model.RunId, ["peer"] = model.Peer, ["round"] = model.Round, ["parameter_hash"] = model.ParameterHash },
                Text = output => output.WriteLine($"round {model.Round} of {model.Owner} in {path}: {model.Parameters.Layout}, mean, scale"),
            });
        });
        return command;
    }

    private static IEnumerable<KeyValuePair<string, NpyArray>> Arrays(StoredModel model)
    {
        ParameterLayout layout = model.Parameters.Layout;
        for (int i = 0; i < layout.Tensors.Length; i++)
        {
            yield return new(layout.Tensors[i].Name, NpyArray.Of(model.Parameters.Tensor(i).ToArray(), layout.Tensors[i].Dimensions));
        }

        yield return new("mean", NpyArray.Of(model.Plan.Mean.ToArray(), model.Plan.Mean.Length));
        yield return new("scale", NpyArray.Of(model.Plan.Scale.ToArray(), model.Plan.Scale.Length));
        yield return new("round", NpyArray.Of(new long[] { model.Round }, 1));
    }
}
