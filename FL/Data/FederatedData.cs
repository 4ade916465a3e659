namespace FedActors.FL.Data;

/// <summary>Finds a data set by what a person calls it.</summary>
public static class FederatedData
{
    /// <summary>Opens a data set.</summary>
    /// <param name="source"><see cref="LandsatData.Name"/> for the embedded one, or the path of a folder with a manifest.</param>
    /// <param name="onDemand">From what size on examples are read as they are needed; null to hold all of them.</param>
    /// <exception cref="DataFileException">There is no such folder, or its manifest is missing or unsound.</exception>
    public static IFederatedData Open(string source, OnDemandOptions? onDemand = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(source);
        if (source == LandsatData.Name)
        {
            return new LandsatData();
        }

        if (File.Exists(source))
        {
            throw new DataFileException(source, null, "this is a file, and a data set of sites is a folder", "Make one of it with 'fedactors data split' or 'fedactors data prepare'.");
        }

        return Directory.Exists(source)
            ? new DataFolder(source, onDemand: onDemand)
            : throw new DataFileException(source, null, "there is no such folder", $"Give the folder of a {DataManifest.FileName}, or '{LandsatData.Name}' for the embedded data.");
    }
}
