using FedActors.FL.Numerics;

namespace FedActors.FL.Data;

/// <summary>Changes a site's features as another instrument or weather would: the same classes look different.</summary>
/// <remarks>The three of the system that this one descends from: haze, colour and contrast.</remarks>
public static class FeatureShift
{
    /// <summary>The kinds by name.</summary>
    public static IReadOnlyList<string> Kinds { get; } = ["haze", "colour", "contrast"];

    /// <summary>Shifts a data set.</summary>
    /// <param name="data">The data set; unchanged.</param>
    /// <param name="kind">haze: x · 0.8 + N(0, 0.05); colour: x + U(-0.15, 0.15), one for each feature; contrast: x · 1.2.</param>
    /// <param name="seed">The shift's seed.</param>
    /// <param name="site">The site's name: each site has a shift of its own.</param>
    /// <exception cref="ArgumentException">There is no such kind.</exception>
    public static DataSet Apply(DataSet data, string kind, ulong seed, string site)
    {
        ArgumentNullException.ThrowIfNull(data);
        RandomStream random = RandomStream.For(seed, "shift", site);
        float[] values = data.Values.ToArray();
        switch (kind)
        {
            case "haze":
                foreach (ref float value in values.AsSpan())
                {
                    value = (float)((value * 0.8) + (0.05 * random.NextGaussian()));
                }

                break;
            case "colour":
                double[] offsets = [.. Enumerable.Range(0, data.Features).Select(_ => (0.3 * random.NextDouble()) - 0.15)];
                for (int i = 0; i < values.Length; i++)
                {
                    values[i] = (float)(values[i] + offsets[i % data.Features]);
                }

                break;
            case "contrast":
                foreach (ref float value in values.AsSpan())
                {
                    value = (float)(value * 1.2);
                }

                break;
            default:
                throw new ArgumentException($"There is no shift '{kind}'; there are {string.Join(", ", Kinds)}.", nameof(kind));
        }

        return new DataSet(data.Features, data.Classes, values, data.Labels.ToArray());
    }
}
