using System.Text.Json.Nodes;
using FedActors.FL.Data;
using FedActors.FL.Data.Preparation;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Runs;

namespace FedActors.Scripts.Commands;

/// <summary>A data set that was made, for people and programs.</summary>
internal static class DataSetText
{
    /// <summary>More columns do not fit a screen; the picture and JSON show them.</summary>
    private const int MaxClassColumns = 12;

    /// <summary>A site with fewer rows learns nothing of its own, and its model says much of each of them.</summary>
    private const int FewRows = 10;

    public static CommandResult Made(DataManifest manifest, string folder, ClassCounts counts) => new()
    {
        Data = new JsonObject
        {
            ["folder"] = folder,
            ["name"] = manifest.Name,
            ["features"] = manifest.Features,
            ["classes"] = manifest.Classes,
            ["sites"] = RunJson.List(manifest.Sites, Part),
            ["rows_by_class"] = new JsonObject([.. counts.Sites.Select((site, i) => KeyValuePair.Create<string, JsonNode?>(site, RunJson.List(counts.Rows[i], rows => (JsonNode)rows)))]),
            ["evaluation"] = manifest.Evaluation is { } held ? Part(held) : null,
            ["tiny_sites"] = Tiny(manifest),
            ["provenance"] = manifest.Provenance,
        },
        Text = output =>
        {
            output.WriteLine($"{manifest.Name}: {Counted.Of(manifest.Features, "feature")}, {manifest.Classes} classes, in {folder}");
            string[] classes = counts.Classes.Count <= MaxClassColumns ? [.. counts.Classes.Select(name => ">" + name)] : [];
            var table = new TextTable(["site", ">rows", .. classes, "file"]);
            for (int i = 0; i < manifest.Sites.Count; i++)
            {
                SiteFile site = manifest.Sites[i];
                table.Add([site.Name, $"{site.Rows:N0}", .. counts.Rows[i].Take(classes.Length).Select(rows => $"{rows:N0}"), site.File]);
            }

            if (manifest.Evaluation is { } evaluation)
            {
                table.Add([$"{evaluation.Name} (evaluation)", $"{evaluation.Rows:N0}", .. classes.Select(_ => ""), evaluation.File]);
            }

            table.Write(output);
            if (Tiny(manifest) is > 0 and int tiny)
            {
                output.WriteLine($"warning: {tiny} of {Counted.Of(manifest.Sites.Count, "site")} {(tiny == 1 ? "has" : "have")} fewer than {FewRows} rows. Make fewer sites, unless that is what you want to see.");
            }

            output.WriteLine(manifest.Provenance);
            output.WriteLine($"Look it over with: fedactors data inspect {folder}");
        },
    };

    private static int Tiny(DataManifest manifest) => manifest.Sites.Count(site => site.Rows < FewRows);

    private static JsonObject Part(SiteFile part) => new() { ["name"] = part.Name, ["file"] = part.File, ["rows"] = part.Rows, ["sha256"] = part.Sha256 };
}
