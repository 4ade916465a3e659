namespace FedActors.FL.Data;

/// <summary>A data set that is spread over sites. Each site loads its own part and no other.</summary>
public interface IFederatedData
{
    /// <summary>What the data set is.</summary>
    DataManifest Manifest { get; }

    /// <summary>A site's examples, as they are stored: not standardised.</summary>
    /// <param name="site">The name of one of the manifest's sites.</param>
    /// <exception cref="DataFileException">There is no such site, or its file is missing, damaged or does not fit the manifest.</exception>
    DataSet LoadSite(string site);

    /// <summary>The examples that no site trains on, not standardised.</summary>
    /// <exception cref="DataFileException">There are none, or their file is missing, damaged or does not fit the manifest.</exception>
    DataSet LoadEvaluation();
}
