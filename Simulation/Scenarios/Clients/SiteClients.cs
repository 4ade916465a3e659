using FedActors.FL.Data;

namespace FedActors.Simulation.Scenarios;

/// <summary>The sites of a data set as clients: what <c>run</c> makes of it, without its actors.</summary>
public sealed class SiteClients : IVirtualClients
{
    private readonly SiteFile[] _sites;
    private readonly DataSet[] _data;

    /// <summary>Loads every site.</summary>
    /// <exception cref="DataFileException">A site's data cannot be read.</exception>
    public SiteClients(IFederatedData data)
    {
        ArgumentNullException.ThrowIfNull(data);
        _sites = [.. data.Manifest.Sites.OrderBy(site => site.Name, StringComparer.Ordinal)];
        _data = [.. _sites.Select(site => data.LoadSite(site.Name))];
        (DataName, Features, Classes) = (data.Manifest.Name, data.Manifest.Features, data.Manifest.Classes);
        Evaluation = data.Manifest.Evaluation is null ? null : data.LoadEvaluation();
    }

    /// <inheritdoc/>
    public string DataName { get; }

    /// <inheritdoc/>
    public int Count => _sites.Length;

    /// <inheritdoc/>
    public int Features { get; }

    /// <inheritdoc/>
    public int Classes { get; }

    /// <inheritdoc/>
    public DataSet? Evaluation { get; private set; }

    /// <inheritdoc/>
    public long ResidentBytes => (_data.Sum(data => (long)data.Values.Length + data.Count) + (Evaluation?.Values.Length ?? 0)) * sizeof(float);

    /// <inheritdoc/>
    public string NameOf(int client) => _sites[client].Name;

    /// <inheritdoc/>
    public int SamplesOf(int client) => _data[client].Count;

    /// <inheritdoc/>
    public DataSet Load(int client, ClientBuffer buffer) => _data[client];

    /// <inheritdoc/>
    public void Standardise(Standardiser standardiser)
    {
        ArgumentNullException.ThrowIfNull(standardiser);
        for (int site = 0; site < _data.Length; site++)
        {
            _data[site] = standardiser.Apply(_data[site]);
        }

        Evaluation = Evaluation is null ? null : standardiser.Apply(Evaluation);
    }
}
