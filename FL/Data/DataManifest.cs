using System.Text.Json;
using FedActors.FL.Models;

namespace FedActors.FL.Data;

/// <summary>What a data set is: the shape that all its sites agree on, and where each site's examples are.</summary>
/// <remarks>
/// Features and classes are stated, never counted from one site's labels: a site that happens to lack a class still trains the same model.
/// On disk it is <c>manifest.json</c> in the folder that holds the files.
/// </remarks>
public sealed record DataManifest
{
    /// <summary>The manifest's file name.</summary>
    public const string FileName = "manifest.json";

    /// <summary>The version of the format that this program writes, and the newest that it reads.</summary>
    public const int CurrentSchemaVersion = 1;

    /// <summary>Most sites; each is a name, a hash and a few numbers.</summary>
    public const int MaxSites = 4096;

    // Room for MaxSites sites and MaxClasses class names.
    private const long MaxFileBytes = 4 << 20;

    /// <summary>Version of the format.</summary>
    public int SchemaVersion { get; init; } = CurrentSchemaVersion;

    /// <summary>What the data set is called.</summary>
    public required string Name { get; init; }

    /// <summary>Numbers per example.</summary>
    public required int Features { get; init; }

    /// <summary>Classes told apart.</summary>
    public required int Classes { get; init; }

    /// <summary>A name for each class, in the order of the labels.</summary>
    public required IReadOnlyList<string> ClassNames { get; init; }

    /// <summary>The sites, in order of name.</summary>
    public required IReadOnlyList<SiteFile> Sites { get; init; }

    /// <summary>The examples that no site trains on, or null where this copy of the data set has none.</summary>
    public SiteFile? Evaluation { get; init; }

    /// <summary>Where the data come from, what was done to them, and their licence.</summary>
    public string Provenance { get; init; } = "";

    /// <summary>The model of a kind that fits these data.</summary>
    /// <param name="kind">For instance <see cref="ModelSpecification.Softmax"/>.</param>
    public ModelSpecification Specify(string kind) => new(kind, Features, Classes);

    /// <summary>The site of a name, or null.</summary>
    public SiteFile? FindSite(string name)
    {
        foreach (SiteFile site in Sites)
        {
            if (site.Name == name)
            {
                return site;
            }
        }

        return null;
    }

    /// <summary>Reads and checks a folder's manifest.</summary>
    /// <param name="folder">The folder that holds <see cref="FileName"/>.</param>
    /// <exception cref="DataFileException">It is missing, not a manifest, of a newer version, or contradicts itself; every fault is named.</exception>
    public static DataManifest Load(string folder)
    {
        string path = Path.Combine(folder, FileName);
        DataManifest? manifest;
        try
        {
            using FileStream stream = DataFiles.OpenRead(path);
            if (stream.Length > MaxFileBytes)
            {
                throw new DataFileException(path, null, $"the manifest has {stream.Length} bytes; at most {MaxFileBytes} are read", DataPlace.Renew);
            }

            manifest = JsonSerializer.Deserialize(stream, ManifestJson.Default.DataManifest);
        }
        catch (JsonException e)
        {
            throw new DataFileException(path, null, $"this is not a data manifest ({e.Message})", "Create it with 'fedactors data split' or 'fedactors data prepare'.", e);
        }

        IReadOnlyList<string> faults = manifest is null ? ["it is null"] : ManifestRules.FindFaults(manifest);
        return faults.Count == 0 ? manifest! : throw new DataFileException(path, null, string.Join("; ", faults), "Create it again with 'fedactors data split' or 'fedactors data prepare'.");
    }

    /// <summary>Writes the manifest into a folder.</summary>
    /// <exception cref="ArgumentException">It contradicts itself; every fault is named.</exception>
    /// <exception cref="DataFileException">It cannot be written.</exception>
    public void Save(string folder)
    {
        IReadOnlyList<string> faults = ManifestRules.FindFaults(this);
        if (faults.Count > 0)
        {
            throw new ArgumentException(string.Join("; ", faults));
        }

        DataFiles.WriteWhole(Path.Combine(folder, FileName), stream => JsonSerializer.Serialize(stream, this, ManifestJson.Default.DataManifest));
    }
}
