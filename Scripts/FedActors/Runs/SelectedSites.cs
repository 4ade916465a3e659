using FedActors.FL.Data;

namespace FedActors.Scripts.Runs;

/// <summary>A data set with only its first sites.</summary>
internal sealed class SelectedSites(IFederatedData all, int count) : IFederatedData
{
    public DataManifest Manifest { get; } = all.Manifest with { Sites = [.. all.Manifest.Sites.Take(count)] };

    public DataSet LoadSite(string site) => all.LoadSite(site);

    public DataSet LoadEvaluation() => all.LoadEvaluation();
}
