using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using FedActors.FL.Data;
using FedActors.FL.Data.Preparation;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Configuration;
using FedActors.Scripts.Runs;

namespace FedActors.Scripts.Commands;

/// <summary><c>data inspect</c>.</summary>
internal static class DataInspectCommand
{
    public static Command Create(CommandRunner runner)
    {
        var command = new FedCommand(
            "inspect",
            "Shows shapes and class counts of every site, and warns of missing classes, numbers that are none, repeated rows and rows that leak into the evaluation.",
            new Example("fedactors data inspect", "the configured data set; the embedded one where none is"),
            new Example("fedactors data inspect dataset", "a folder with a manifest"),
            new Example("fedactors data inspect eurosat_features.npz -o json", "a single file, for a program"));
        Argument<string?> source = command.Takes<string?>("source", "landsat, a folder with a manifest, or an npz file; the configured data set where none is given.", ArgumentArity.ZeroOrOne);
        runner.Bind(command, (context, _) =>
        {
            ConfigLoad load = context.LoadConfig();
            string named = context.Arguments.GetValue(source) ?? load.Values.Get(ConfigKeys.DataSource);
            return Task.FromResult(Result(DataInspection.Inspect(named)));
        });
        return command;
    }

    private static CommandResult Result(InspectionReport report)
    {
        int unusable = report.Warnings.Count(w => w.Code == "unusable");
        return new CommandResult
        {
            Data = new JsonObject
            {
                ["source"] = report.Source,
                ["name"] = report.Manifest?.Name,
                ["features"] = report.Manifest?.Features,
                ["classes"] = report.Manifest?.Classes,
                ["class_names"] = report.Manifest is { } m ? RunJson.List(m.ClassNames, n => (JsonNode)n) : null,
                ["parts"] = RunJson.List(report.Parts, Part),
                ["warnings"] = RunJson.List(report.Warnings, w => new JsonObject { ["code"] = w.Code, ["part"] = w.Part, ["text"] = w.Text }),
            },
            Text = output => Write(output, report),
            ExitCode = unusable > 0 ? ExitCode.InvalidState : ExitCode.Ok,
            ErrorCode = unusable > 0 ? "invalid_data" : null,
            Message = unusable > 0 ? $"{unusable} parts of {report.Source} cannot be used." : null,
        };
    }

    private static JsonObject Part(PartReport part) => new()
    {
        ["name"] = part.Name,
        ["arrays"] = part.Arrays,
        ["rows"] = part.Rows,
        ["features"] = part.Features,
        ["class_counts"] = RunJson.List(part.ClassCounts, c => (JsonNode)c),
        ["minimum"] = RunJson.Number(part.Minimum),
        ["maximum"] = RunJson.Number(part.Maximum),
    };

    private static void Write(TextWriter output, InspectionReport report)
    {
        if (report.Manifest is { } manifest)
        {
            output.WriteLine($"{manifest.Name}: {Counted.Of(manifest.Features, "feature")}, {manifest.Classes} classes: {string.Join(", ", manifest.ClassNames.Select((n, i) => $"{i} {n}"))}");
        }

        int classes = report.Parts.Count == 0 ? 0 : report.Parts.Max(p => p.ClassCounts.Count);
        var table = new TextTable(["part", ">rows", .. Enumerable.Range(0, classes).Select(i => $">{i}"), ">least", ">greatest", "arrays"]);
        foreach (PartReport part in report.Parts)
        {
            table.Add([part.Name, $"{part.Rows:N0}", .. part.ClassCounts.Select(c => $"{c:N0}"), Number(part.Minimum), Number(part.Maximum), part.Arrays]);
        }

        table.Write(output);
        foreach (InspectionWarning warning in report.Warnings)
        {
            output.WriteLine($"{warning.Part}: {warning.Code}: {warning.Text}");
        }

        output.WriteLine(report.Warnings.Count == 0 ? "Nothing to warn of." : report.Warnings.Count == 1 ? "1 warning." : $"{report.Warnings.Count} warnings.");
    }

    private static string Number(float? value) => value is { } number ? number.ToString("0.####", CultureInfo.InvariantCulture) : "-";
}
