using System.Globalization;
using FedActors.FL.Data;
using FedActors.FL.Numerics;

namespace FedActors.Scripts.Measuring.Decentralised;

/// <summary>Sites with few rows of many features and classes: their models are as large as is wanted, and soon trained.</summary>
internal sealed class WideSites : IFederatedData
{
    private const int Rows = 10;
    private const int Classes = 1_000;

    /// <summary>Creates the sites.</summary>
    /// <param name="sites">How many.</param>
    /// <param name="megabytes">About how large a model of <c>softmax</c> is.</param>
    public WideSites(int sites, int megabytes)
    {
        int features = megabytes * (1_000_000 / sizeof(float) / Classes);
        ModelBytes = ((long)features + 1) * Classes * sizeof(float);
        Manifest = new DataManifest
        {
            Name = "wide",
            Features = features,
            Classes = Classes,
            ClassNames = [.. Enumerable.Range(0, Classes).Select(label => string.Create(CultureInfo.InvariantCulture, $"c{label}"))],
            Sites = [.. Enumerable.Range(0, sites).Select(i => new SiteFile(((char)('A' + i)).ToString(), "memory", Rows, string.Empty))],
        };
    }

    public DataManifest Manifest { get; }

    /// <summary>Bytes of a model's parameters.</summary>
    public long ModelBytes { get; }

    public DataSet LoadSite(string site)
    {
        RandomStream random = RandomStream.For(1, "wide", site);
        float[] values = new float[Rows * Manifest.Features];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (float)random.NextGaussian();
        }

        return new DataSet(Manifest.Features, Classes, values, [.. Enumerable.Range(0, Rows)]);
    }

    public DataSet LoadEvaluation() => throw new DataFileException(Manifest.Name, null, "there is no evaluation data", "None is needed.");
}
