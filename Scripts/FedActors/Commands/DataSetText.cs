using System.Text.Json.Nodes;
using FedActors.FL.Data;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Runs;

namespace FedActors.Scripts.Commands;

/// <summary>A data set that was made, for people and programs.</summary>
internal static class DataSetText
{
    public static CommandResult Made(DataManifest manifest, string folder) => new()
    {
        Data = new JsonObject
        {
            ["folder"] = folder,
            ["name"] = manifest.Name,
            ["features"] = manifest.Features,
            ["classes"] = manifest.Classes,
            ["sites"] = RunJson.List(manifest.Sites, Part),
            ["evaluation"] = manifest.Evaluation is { } held ? Part(held) : null,
            ["provenance"] = manifest.Provenance,
        },
        Text = output =>
        {
            output.WriteLine($"{manifest.Name}: {manifest.Features} features, {manifest.Classes} classes, in {folder}");
            var table = new TextTable("site", ">rows", "file");
            foreach (SiteFile site in manifest.Sites)
            {
                table.Add(site.Name, $"{site.Rows:N0}", site.File);
            }

            if (manifest.Evaluation is { } evaluation)
            {
                table.Add($"{evaluation.Name} (evaluation)", $"{evaluation.Rows:N0}", evaluation.File);
            }

            table.Write(output);
            output.WriteLine($"Look it over with: fedactors data inspect {folder}");
        },
    };

    private static JsonObject Part(SiteFile part) => new() { ["name"] = part.Name, ["file"] = part.File, ["rows"] = part.Rows, ["sha256"] = part.Sha256 };
}
