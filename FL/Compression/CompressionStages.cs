using System.Globalization;

namespace FedActors.FL.Compression;

/// <summary>From a configuration's words to stages.</summary>
internal static class CompressionStages
{
    /// <summary>What a stage may be, for people.</summary>
    public static readonly string Allowed =
        $"{TopK.Name}(SHARE) and {RandomK.Name}(SHARE) with a share over 0 and at most 1, {LowRank.Name}(RANK) with a rank from 1 to {LowRank.MaxRank}, int8, int4, {HalfNumbers.Name}";

    /// <summary>Reads a stage: a <see cref="Reduction"/> or a <see cref="NumberFormat"/>; null when there is none of that form.</summary>
    public static object? Find(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        int open = text.IndexOf('(', StringComparison.Ordinal);
        if (open < 0)
        {
            return text switch
            {
                "int8" => new BlockIntegers(8),
                "int4" => new BlockIntegers(4),
                HalfNumbers.Name => new HalfNumbers(),
                _ => null,
            };
        }

        return text[^1] == ')' ? FindReduction(text[..open], text[(open + 1)..^1]) : null;
    }

    /// <summary>Says why a text is no stage, or null.</summary>
    public static string? FindFault(string text)
    {
        if (Find(text) is not null)
        {
            return null;
        }

        string name = text.Split('(')[0];
        bool isClosed = text.Length > name.Length && text[^1] == ')';
        return name switch
        {
            TopK.Name or RandomK.Name when !isClosed => $"\"{text}\" lacks its share, as in {name}(0.01)",
            TopK.Name or RandomK.Name => $"the share in \"{text}\" is not over 0 and at most 1",
            LowRank.Name when !isClosed => $"\"{text}\" lacks its rank, as in {name}(2)",
            LowRank.Name => $"the rank in \"{text}\" is not a whole number from 1 to {LowRank.MaxRank}",
            "int8" or "int4" or HalfNumbers.Name => $"\"{text}\" takes nothing in parentheses: {name}",
            _ => $"\"{text}\" is no stage",
        };
    }

    private static Reduction? FindReduction(string name, string argument)
    {
        if (name == LowRank.Name)
        {
            return int.TryParse(argument, NumberStyles.None, CultureInfo.InvariantCulture, out int rank) && rank is >= 1 and <= LowRank.MaxRank ? new LowRank(rank) : null;
        }

        if (!double.TryParse(argument, NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out double share) || !(share > 0 && share <= 1))
        {
            return null;
        }

        return name switch
        {
            TopK.Name => new TopK(share),
            RandomK.Name => new RandomK(share),
            _ => null,
        };
    }
}
