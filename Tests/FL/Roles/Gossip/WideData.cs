using FedActors.FL.Data;
using FedActors.FL.Numerics;

namespace FedActors.Tests.FL.Roles.Gossip;

/// <summary>Few rows of many features, so that models are large and training is short.</summary>
internal sealed class WideData : IFederatedData
{
    private const int Rows = 10;
    private const int Classes = 10;

    private readonly int _features;

    public WideData(int sites, int features)
    {
        _features = features;
        Manifest = new DataManifest
        {
            Name = "wide", Features = features, Classes = Classes, ClassNames = [.. Enumerable.Range(0, Classes).Select(label => $"c{label}")],
            Sites = [.. Enumerable.Range(0, sites).Select(i => new SiteFile(((char)('A' + i)).ToString(), "memory", Rows, ""))],
        };
    }

    public DataManifest Manifest { get; }

    public DataSet LoadSite(string site)
    {
        RandomStream random = RandomStream.For(1, "wide", site);
        float[] values = new float[Rows * _features];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (float)random.NextGaussian();
        }

        return new DataSet(_features, Classes, values, [.. Enumerable.Range(0, Rows).Select(row => row % Classes)]);
    }

    public DataSet LoadEvaluation() => throw new DataFileException("wide", null, "there is no evaluation data", "None is needed.");
}
