using System.Diagnostics;

namespace FedActors.FL.Data;

/// <summary>The embedded default: Statlog Landsat Satellite, four ground strips as sites A to D, the official test split as evaluation.</summary>
/// <remarks>
/// 3x3 pixels of four spectral bands, raw 0 to 255; the class is that of the middle pixel. The strips differ: A holds no red soil,
/// C no cotton. Licence CC BY 4.0; see data/landsat/SOURCE.txt.
/// </remarks>
public sealed class LandsatData : IFederatedData
{
    /// <summary>What the data set is called.</summary>
    public const string Name = "landsat";

    private const string Resource = "landsat.npz";
    private const string Sha256 = "de6d307bd6800b805993ff5c89a9b0a9a1791006431f32c945f953bc3b683410";
    private const string Evaluation = "evaluation";

    private static readonly string[] ClassNames =
        ["red soil", "cotton crop", "grey soil", "damp grey soil", "vegetation stubble", "very damp grey soil"];

    private readonly Dictionary<string, DataSet> _parts = [];

    /// <summary>Unpacks the embedded data, 0.9 MB, in a few milliseconds.</summary>
    public LandsatData()
    {
        Stream resource = typeof(LandsatData).Assembly.GetManifestResourceStream(Resource)
            ?? throw new UnreachableException($"The assembly lacks its resource {Resource}.");
        using NpzReader reader = NpzReader.Open(resource, Resource);
        LabelledExamples all = LabelledExamples.Read(reader);
        DataSet data = all.ToDataSet(all.Features, ClassNames.Length);
        ReadOnlySpan<long> split = reader.Read("split").Values<long>();
        ReadOnlySpan<long> groups = reader.Read("groups").Values<long>();
        List<SiteFile> sites = [];
        for (int group = 0; group < 4; group++)
        {
            string site = ((char)('A' + group)).ToString();
            _parts[site] = data.Select(Rows(split, 0, groups, group));
            sites.Add(new SiteFile(site, Resource, _parts[site].Count, Sha256));
        }

        _parts[Evaluation] = data.Select(Rows(split, 1, groups, null));
        Manifest = new DataManifest
        {
            Name = Name,
            Features = data.Features,
            Classes = data.Classes,
            ClassNames = ClassNames,
            Sites = sites,
            Evaluation = new SiteFile(Evaluation, Resource, _parts[Evaluation].Count, Sha256),
            Provenance = "Srinivasan, A. (1993), Statlog (Landsat Satellite), doi:10.24432/C55887, CC BY 4.0. Sites are quarters of the file in scan order.",
        };
    }

    /// <inheritdoc/>
    public DataManifest Manifest { get; }

    /// <inheritdoc/>
    public DataSet LoadSite(string site) =>
        Manifest.FindSite(site) is not null
            ? _parts[site]
            : throw new DataFileException(Resource, null, $"there is no site {site}", $"Choose one of: {string.Join(", ", Manifest.Sites.Select(entry => entry.Name))}.");

    /// <inheritdoc/>
    public DataSet LoadEvaluation() => _parts[Evaluation];

    private static int[] Rows(ReadOnlySpan<long> split, long wantedSplit, ReadOnlySpan<long> groups, long? wantedGroup)
    {
        List<int> rows = [];
        for (int row = 0; row < split.Length; row++)
        {
            if (split[row] == wantedSplit && (wantedGroup is null || groups[row] == wantedGroup))
            {
                rows.Add(row);
            }
        }

        return [.. rows];
    }
}
