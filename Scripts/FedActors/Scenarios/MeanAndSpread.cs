using System.Globalization;
using System.Text.Json.Nodes;
using FedActors.Scripts.Runs;

namespace FedActors.Scripts.Scenarios;

/// <summary>A figure over several seeds: its mean, and the sample's standard deviation.</summary>
/// <param name="Mean">NaN where there is none.</param>
/// <param name="Deviation">0 for a single one.</param>
/// <param name="Count">How many seeds have it.</param>
internal sealed record MeanAndSpread(double Mean, double Deviation, int Count)
{
    /// <summary>Of those that are numbers.</summary>
    public static MeanAndSpread Of(IEnumerable<double?> figures)
    {
        double[] known = [.. figures.OfType<double>().Where(double.IsFinite)];
        if (known.Length == 0)
        {
            return new MeanAndSpread(double.NaN, 0, 0);
        }

        double mean = known.Average();
        double squares = known.Sum(figure => (figure - mean) * (figure - mean));
        return new MeanAndSpread(mean, known.Length == 1 ? 0 : Math.Sqrt(squares / (known.Length - 1)), known.Length);
    }

    /// <summary>For people.</summary>
    public string Text(string format) => Count switch
    {
        0 => "-",
        1 => Mean.ToString(format, CultureInfo.InvariantCulture),
        _ => string.Create(CultureInfo.InvariantCulture, $"{Mean.ToString(format, CultureInfo.InvariantCulture)} ± {Deviation.ToString(format, CultureInfo.InvariantCulture)}"),
    };

    /// <summary>For programs.</summary>
    public JsonObject Json() => new() { ["mean"] = RunJson.Number(Mean), ["deviation"] = RunJson.Number(Deviation), ["count"] = Count };
}
