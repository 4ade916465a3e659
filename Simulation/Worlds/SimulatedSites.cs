using FedActors.FL.Data;
using FedActors.FL.Models;
using FedActors.FL.Numerics;

namespace FedActors.Simulation.Worlds;

/// <summary>Small sites whose data come from their names, and which are the same in every schedule.</summary>
public sealed class SimulatedSites
{
    /// <summary>The site whose data score a model.</summary>
    public const string Evaluation = "evaluator";

    private const int Features = 4;
    private const int Classes = 3;
    private const int Rows = 12;

    private readonly Dictionary<string, (DataSet Data, FeatureMoments Moments)> _sites = new(StringComparer.Ordinal);

    /// <summary>Makes the sites that schedules use.</summary>
    public SimulatedSites()
    {
        foreach (string site in (string[])["A", "B", "C", "D", "E", "F", Evaluation])
        {
            DataSet data = Draw(site);
            _sites.Add(site, (data, FeatureMoments.Of(data)));
        }
    }

    /// <summary>The model that fits them.</summary>
    public static ModelSpecification Model { get; } = new(ModelSpecification.Softmax, Features, Classes);

    /// <summary>A site's examples.</summary>
    public DataSet DataOf(string site) => _sites[site].Data;

    /// <summary>A site's moments.</summary>
    public FeatureMoments MomentsOf(string site) => _sites[site].Moments;

    private static DataSet Draw(string site)
    {
        RandomStream chance = RandomStream.For(0, "site", site);
        int rows = Rows + chance.NextInt(Rows);
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
