namespace FedActors.FL.Data.Preparation;

/// <summary>Who got what: how many rows of each class every site has.</summary>
/// <param name="Classes">The classes' names.</param>
/// <param name="Sites">The sites' names.</param>
/// <param name="Rows">For each site, its rows of each class.</param>
public sealed record ClassCounts(IReadOnlyList<string> Classes, IReadOnlyList<string> Sites, IReadOnlyList<IReadOnlyList<int>> Rows)
{
    /// <summary>Counts a data set's sites.</summary>
    /// <exception cref="DataFileException">A site's file cannot be read.</exception>
    public static ClassCounts Of(IFederatedData data)
    {
        ArgumentNullException.ThrowIfNull(data);
        DataManifest manifest = data.Manifest;
        return new ClassCounts(
            manifest.ClassNames, [.. manifest.Sites.Select(site => site.Name)], [.. manifest.Sites.Select(site => data.LoadSite(site.Name).CountByClass())]);
    }
}
