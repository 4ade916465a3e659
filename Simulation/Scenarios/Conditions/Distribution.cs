using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using FedActors.FL.Numerics;

namespace FedActors.Simulation.Scenarios;

/// <summary>Where numbers of one kind come from, such as the speeds of devices: a shape and its figures, as a scenario writes them.</summary>
/// <remarks>The same stream gives the same numbers on every machine.</remarks>
public sealed class Distribution
{
    /// <summary>Figures of a list; a scenario is written by people.</summary>
    private const int MaxFigures = 1000;

    /// <summary>What may be written, to follow "must be".</summary>
    public const string Allowed =
        "a number, or a distribution of numbers from 0: \"uniform 10 20\", \"exponential 30\" (its mean), \"lognormal 100 0.5\" (median and sigma), or \"list 100 100 10\" (one client after another)";

    private readonly Shape _shape;
    private readonly double[] _figures;

    private Distribution(Shape shape, double[] figures) => (_shape, _figures) = (shape, figures);

    private enum Shape
    {
        Constant,
        Uniform,
        Exponential,
        Lognormal,
        List,
    }

    /// <summary>Whether it always gives the same number.</summary>
    public bool IsConstant => _shape == Shape.Constant;

    /// <summary>Whether it gives nothing but 0.</summary>
    public bool IsZero => Array.TrueForAll(_figures, figure => figure == 0);

    /// <summary>The number in the middle: half of all that are drawn are at most this.</summary>
    public double Median => _shape switch
    {
        Shape.Uniform => (_figures[0] + _figures[1]) / 2,
        Shape.Exponential => _figures[0] * PortableMath.Log(2),
        Shape.List => _figures.Order().ElementAt(_figures.Length / 2),
        _ => _figures[0],
    };

    /// <summary>Always the same number.</summary>
    /// <param name="value">Finite, 0 or more.</param>
    public static Distribution Constant(double value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        return double.IsFinite(value) ? new Distribution(Shape.Constant, [value]) : throw new ArgumentOutOfRangeException(nameof(value), value, "The number must be finite.");
    }

    /// <summary>Reads what a scenario says; see <see cref="Allowed"/>.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out Distribution? distribution)
    {
        ArgumentNullException.ThrowIfNull(text);
        distribution = null;
        string[] words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (words.Length is 0 or > MaxFigures + 1)
        {
            return false;
        }

        bool isNamed = char.IsAsciiLetter(words[0][0]);
        if (!TryReadFigures(words.AsSpan(isNamed ? 1 : 0), out double[]? figures))
        {
            return false;
        }

        distribution = (isNamed ? words[0].ToLowerInvariant() : "", figures) switch
        {
            ("" or "constant", [_]) => new Distribution(Shape.Constant, figures),
            ("uniform", [var low, var high]) when low <= high => new Distribution(Shape.Uniform, figures),
            ("exponential", [_]) => new Distribution(Shape.Exponential, figures),
            ("lognormal", [_, _]) => new Distribution(Shape.Lognormal, figures),
            ("list", [_, ..]) => new Distribution(Shape.List, figures),
            _ => null,
        };
        return distribution is not null;
    }

    /// <summary>Draws a number.</summary>
    /// <param name="random">Where chance comes from.</param>
    /// <param name="index">Whose number it is: lists go round.</param>
    public double Draw(RandomStream random, int index)
    {
        ArgumentNullException.ThrowIfNull(random);
        return _shape switch
        {
            Shape.Constant => _figures[0],
            Shape.Uniform => _figures[0] + ((_figures[1] - _figures[0]) * random.NextDouble()),
            Shape.Exponential => -_figures[0] * PortableMath.Log(1 - random.NextDouble()),
            Shape.Lognormal => _figures[0] * PortableMath.Exp(Math.Clamp(_figures[1] * random.NextGaussian(), -MaxExponent, MaxExponent)),
            _ => _figures[index % _figures.Length],
        };
    }

    /// <summary>As a scenario writes it.</summary>
    public override string ToString()
    {
        string figures = string.Join(' ', _figures.Select(figure => figure.ToString("R", CultureInfo.InvariantCulture)));
        return _shape == Shape.Constant ? figures : $"{_shape.ToString().ToLowerInvariant()} {figures}";
    }

    // A factor of e^100 either way is no device any more, and its time would not fit a clock.
    private const double MaxExponent = 100;

    private static bool TryReadFigures(ReadOnlySpan<string> words, [NotNullWhen(true)] out double[]? figures)
    {
        figures = new double[words.Length];
        for (int i = 0; i < figures.Length; i++)
        {
            if (!double.TryParse(words[i], NumberStyles.Float, CultureInfo.InvariantCulture, out figures[i]) || !(figures[i] >= 0 && figures[i] <= MaxFigure))
            {
                figures = null;
                return false;
            }
        }

        return true;
    }

    /// <summary>Larger figures are no device, link or wait.</summary>
    private const double MaxFigure = 1e15;
}
