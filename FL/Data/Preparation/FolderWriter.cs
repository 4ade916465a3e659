namespace FedActors.FL.Data.Preparation;

/// <summary>Writes a data set into a folder: the npz files first, the manifest last, so that a manifest never promises what is not there.</summary>
internal static class FolderWriter
{
    /// <summary>Refuses a folder that holds a data set already.</summary>
    /// <exception cref="DataFileException">There is a manifest, and <paramref name="overwrite"/> is false.</exception>
    public static void CheckFree(string folder, bool overwrite)
    {
        string manifest = Path.Combine(folder, DataManifest.FileName);
        if (!overwrite && File.Exists(manifest))
        {
            throw new DataFileException(manifest, null, "there is a data set already", "Choose another folder, or --yes to replace it.");
        }
    }

    /// <summary>Writes every part and the manifest.</summary>
    /// <param name="folder">Where to; made if it is missing.</param>
    /// <param name="draft">The manifest without its files.</param>
    /// <param name="sites">Each site and its examples.</param>
    /// <param name="evaluation">The examples that no site trains on, under their name, or null.</param>
    public static DataManifest Write(
        string folder, DataManifest draft, IReadOnlyList<KeyValuePair<string, DataSet>> sites, KeyValuePair<string, DataSet>? evaluation)
    {
        DataManifest manifest = draft with
        {
            Sites = [.. sites.Select(site => WritePart(folder, site))],
            Evaluation = evaluation is { } part ? WritePart(folder, part) : null,
        };
        manifest.Save(folder);
        return manifest;
    }

    private static SiteFile WritePart(string folder, KeyValuePair<string, DataSet> part)
    {
        (string name, DataSet data) = part;
        string file = name + ".npz";
        string path = Path.Combine(folder, file);
        NpzWriter.Write(path,
        [
            new("X", NpyArray.Of(data.Values.ToArray(), data.Count, data.Features)),
            new("y", NpyArray.Of(Array.ConvertAll(data.Labels.ToArray(), label => (long)label), data.Count)),
        ]);
        return new SiteFile(name, file, data.Count, DataFiles.Hash(path));
    }
}
