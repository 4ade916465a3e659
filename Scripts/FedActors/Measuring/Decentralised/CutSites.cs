using System.Globalization;
using FedActors.FL.Data;

namespace FedActors.Scripts.Measuring.Decentralised;

/// <summary>A data set whose sites are cut into parts of equal size, each a site: more peers on the same ground.</summary>
internal sealed class CutSites : IFederatedData
{
    private readonly IFederatedData _whole;
    private readonly int _parts;

    public CutSites(IFederatedData whole, int parts)
    {
        (_whole, _parts) = (whole, parts);
        Manifest = whole.Manifest with
        {
            Sites = [.. whole.Manifest.Sites.SelectMany(site => Enumerable.Range(0, parts).Select(part => site with { Name = NameOf(site.Name, part), Rows = Rows(site.Rows, part).Count() }))],
        };
    }

    public DataManifest Manifest { get; }

    public DataSet LoadSite(string site)
    {
        foreach (SiteFile whole in _whole.Manifest.Sites)
        {
            for (int part = 0; part < _parts; part++)
            {
                if (NameOf(whole.Name, part) == site)
                {
                    DataSet all = _whole.LoadSite(whole.Name);
                    return all.Select([.. Rows(all.Count, part)]);
                }
            }
        }

        throw new ArgumentException($"There is no site {site}.", nameof(site));
    }

    public DataSet LoadEvaluation() => _whole.LoadEvaluation();

    private IEnumerable<int> Rows(int count, int part)
    {
        int from = (int)((long)count * part / _parts);
        return Enumerable.Range(from, (int)((long)count * (part + 1) / _parts) - from);
    }

    private static string NameOf(string site, int part) => string.Create(CultureInfo.InvariantCulture, $"{site}{part + 1}");
}
