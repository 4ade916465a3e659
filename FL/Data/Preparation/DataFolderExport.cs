namespace FedActors.FL.Data.Preparation;

/// <summary>Writes a data set that is in memory into a folder.</summary>
public static class DataFolderExport
{
    /// <summary>Writes every site's file, the evaluation's, and the manifest.</summary>
    /// <param name="data">The data set.</param>
    /// <param name="folder">Where to; made if it is missing.</param>
    /// <param name="overwrite">Whether a data set that is there already may be replaced.</param>
    /// <returns>The manifest that was written.</returns>
    /// <exception cref="DataFileException">The folder cannot be written, or holds a data set.</exception>
    public static DataManifest Write(IFederatedData data, string folder, bool overwrite)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        FolderWriter.CheckFree(folder, overwrite);
        return FolderWriter.Write(
            folder, data.Manifest,
            [.. data.Manifest.Sites.Select(site => KeyValuePair.Create(site.Name, data.LoadSite(site.Name)))],
            data.Manifest.Evaluation is { } evaluation ? KeyValuePair.Create(evaluation.Name, data.LoadEvaluation()) : null);
    }
}
