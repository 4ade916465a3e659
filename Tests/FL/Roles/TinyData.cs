using FedActors.FL.Data;
using FedActors.FL.Models;
using FedActors.FL.Numerics;

namespace FedActors.Tests.FL.Roles;

/// <summary>A small data set made from a seed: four features, three classes that a line tells apart, as many sites as wanted.</summary>
internal sealed class TinyData : IFederatedData
{
    public const int Features = 4;
    public const int Classes = 3;

    private readonly Dictionary<string, DataSet> _sites = [];
    private readonly DataSet _evaluation;

    public TinyData(int sites = 4, int rowsPerSite = 60)
    {
        List<SiteFile> files = [];
        for (int i = 0; i < sites; i++)
        {
            string site = ((char)('A' + i)).ToString();
            _sites[site] = Draw((ulong)i, rowsPerSite + i);
            files.Add(new SiteFile(site, "memory", rowsPerSite + i, ""));
        }

        _evaluation = Draw(99, 100);
        Manifest = new DataManifest
        {
            Name = "tiny", Features = Features, Classes = Classes, ClassNames = ["x", "y", "z"], Sites = files,
            Evaluation = new SiteFile("evaluation", "memory", 100, ""),
        };
    }

    public static ModelSpecification Model { get; } = new(ModelSpecification.Softmax, Features, Classes);

    public DataManifest Manifest { get; }

    public DataSet LoadSite(string site) => _sites[site];

    public DataSet LoadEvaluation() => _evaluation;

    private static DataSet Draw(ulong seed, int rows)
    {
        RandomStream chance = new(seed);
        float[] values = new float[rows * Features];
        int[] labels = new int[rows];
        for (int row = 0; row < rows; row++)
        {
            labels[row] = chance.NextInt(Classes);
            for (int feature = 0; feature < Features; feature++)
            {
                values[(row * Features) + feature] = (float)(chance.NextGaussian() + (feature == labels[row] ? 2 : 0));
            }
        }

        return new DataSet(Features, Classes, values, labels);
    }
}
