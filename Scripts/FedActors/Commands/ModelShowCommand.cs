using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using FedActors.FL.Models;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Runs;

namespace FedActors.Scripts.Commands;

/// <summary><c>model show</c>.</summary>
internal static class ModelShowCommand
{
    public static Command Create(CommandRunner runner)
    {
        var command = new FedCommand(
            "show",
            "Shows a stored model: its tensors, their range, its hash, and how it was scored.",
            new Example("fedactors model show", "the newest run's last model"),
            new Example("fedactors model show 7f3a --round best", "a run's best"));
        Argument<string?> run = RunsCommand.TakesRun(command);
        Option<string> round = ModelCommand.Round(command);
        Option<string?> peer = ModelCommand.Peer(command);
        runner.Bind(command, (context, _) => Task.FromResult(Show(ModelCommand.Find(context, run, round, peer))));
        return command;
    }

    private static CommandResult Show(StoredModel model)
    {
        (TensorShape Shape, float Least, float Greatest)[] tensors = [.. Enumerable.Range(0, model.Parameters.Layout.Tensors.Length).Select(i => Range(model.Parameters, i))];
        return new CommandResult
        {
            Data = new JsonObject
            {
                ["run_id"] = model.RunId,
                ["peer"] = model.Peer,
                ["round"] = model.Round,
                ["model"] = model.Plan.Specification.Kind,
                ["features"] = model.Plan.Specification.Features,
                ["classes"] = model.Plan.Specification.Classes,
                ["parameters"] = model.Parameters.Count,
                ["parameter_hash"] = model.ParameterHash,
                ["accuracy"] = RunJson.Number(model.Accuracy),
                ["loss"] = RunJson.Number(model.Loss),
                ["tensors"] = RunJson.List(tensors, t => new JsonObject { ["tensor"] = t.Shape.ToString(), ["minimum"] = RunJson.Number(t.Least), ["maximum"] = RunJson.Number(t.Greatest) }),
            },
            Text = output =>
            {
                output.WriteLine($"{model.Owner}, round {model.Round}: {model.Plan.Specification.Kind}, {Counted.Of(model.Plan.Specification.Features, "feature")}, {model.Plan.Specification.Classes} classes, {model.Parameters.Count:N0} parameters");
                output.WriteLine($"hash {model.ParameterHash}");
                output.WriteLine($"accuracy {RoundText.Number(model.Accuracy, "0.0000")}  loss {RoundText.Number(model.Loss, "0.0000")}");
                var table = new TextTable("tensor", ">least", ">greatest");
                foreach ((TensorShape shape, float least, float greatest) in tensors)
                {
                    table.Add(shape.ToString(), Number(least), Number(greatest));
                }

                table.Write(output);
            },
        };
    }

    private static (TensorShape Shape, float Least, float Greatest) Range(ParameterVector parameters, int tensor)
    {
        (float least, float greatest) = (float.PositiveInfinity, float.NegativeInfinity);
        foreach (float value in parameters.Tensor(tensor))
        {
            least = Math.Min(least, value);
            greatest = Math.Max(greatest, value);
        }

        return (parameters.Layout.Tensors[tensor], least, greatest);
    }

    private static string Number(float value) => value.ToString("0.0000", CultureInfo.InvariantCulture);
}
