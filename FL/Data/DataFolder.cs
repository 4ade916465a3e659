using FedActors.FL.Data.OnDemand;

namespace FedActors.FL.Data;

/// <summary>A data set in a folder: a manifest, an npz file for each site, or an npy file of examples and one of labels, and the same for evaluation.</summary>
/// <remarks>A site's own machine needs the manifest and its own file only.</remarks>
public sealed class DataFolder : IFederatedData
{
    private readonly string _folder;
    private readonly DataLimits _limits;
    private readonly OnDemandOptions? _onDemand;

    /// <summary>Opens a folder and checks its manifest. The files are checked as they are loaded.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="limits">How much a file may ask for; null for the defaults.</param>
    /// <param name="onDemand">From what size on examples are read as they are needed; null to hold all of them.</param>
    /// <exception cref="DataFileException">The manifest is missing or unsound.</exception>
    public DataFolder(string folder, DataLimits? limits = null, OnDemandOptions? onDemand = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        _folder = folder;
        _limits = limits ?? new DataLimits();
        _onDemand = onDemand;
        Manifest = DataManifest.Load(folder);
    }

    /// <inheritdoc/>
    public DataManifest Manifest { get; }

    /// <inheritdoc/>
    public DataSet LoadSite(string site) =>
        Load(Manifest.FindSite(site) ?? throw new DataFileException(
            Path.Combine(_folder, DataManifest.FileName),
            null,
            $"there is no site {site}",
            $"Choose one of: {string.Join(", ", Manifest.Sites.Select(entry => entry.Name))}."));

    /// <inheritdoc/>
    public DataSet LoadEvaluation() =>
        Load(Manifest.Evaluation ?? throw new DataFileException(
            Path.Combine(_folder, DataManifest.FileName), null, "there are no evaluation examples", "Run without an evaluator, or split the data with a hold-out."));

    /// <summary>Reads a file as it is, without holding it against the manifest.</summary>
    internal LabelledExamples Read(SiteFile site)
    {
        if (site.Labels is { } labels)
        {
            return LabelledExamples.Of(PathOf(site), "examples", NpyReader.Read(PathOf(site), _limits), labels.File, NpyReader.Read(PathOf(labels.File), _limits));
        }

        using NpzReader reader = NpzReader.Open(PathOf(site), _limits);
        return LabelledExamples.Read(reader);
    }

    /// <summary>Refuses a file that is not the one the manifest was made with.</summary>
    internal void CheckHash(SiteFile site)
    {
        CheckHash(PathOf(site), site.Sha256);
        if (site.Labels is { } labels)
        {
            CheckHash(PathOf(labels.File), labels.Sha256);
        }
    }

    private static void CheckHash(string path, string sha256)
    {
        string hash = DataFiles.Hash(path);
        if (hash != sha256)
        {
            throw new DataFileException(path, null, $"its SHA-256 is {hash}; the manifest says {sha256}", "Copy the file again from where the manifest came from, or create both again.");
        }
    }

    private DataSet Load(SiteFile site)
    {
        CheckHash(site);
        DataSet? apart = _onDemand is null
            ? null
            : new OnDemandExamples(PathOf(site), site.Sha256, _onDemand, _limits, site.Labels is { } labels ? PathOf(labels.File) : null).TryOpen(Manifest.Features, Manifest.Classes);
        DataSet data = apart ?? Read(site).ToDataSet(Manifest.Features, Manifest.Classes);
        return data.Count == site.Rows
            ? data
            : throw new DataFileException(PathOf(site), null, $"it has {data.Count} rows; the manifest says {site.Rows}", "Create the file and the manifest again.");
    }

    private string PathOf(SiteFile site) => PathOf(site.File);

    private string PathOf(string file) => Path.Combine(_folder, file);
}
