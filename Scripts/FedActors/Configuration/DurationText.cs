using System.Globalization;

namespace FedActors.Scripts.Configuration;

/// <summary>Durations as people write them: <c>00:00:30</c>, or a number with its unit, <c>30s</c>.</summary>
internal static class DurationText
{
    /// <summary>The same as a regular expression, for the JSON schema.</summary>
    public const string Pattern = @"^([0-9]+\.)?[0-9]{1,2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?$|^[0-9]+(\.[0-9]+)?(ms|s|m|h)$";

    public static string Format(TimeSpan duration) => duration.ToString("c", CultureInfo.InvariantCulture);

    /// <summary>As one says it, in the largest unit that keeps it whole.</summary>
    public static string Spoken(TimeSpan duration) => duration switch
    {
        _ when duration == TimeSpan.FromDays(1) => "1 day",
        _ when duration >= TimeSpan.FromDays(1) && duration.Ticks % TimeSpan.TicksPerDay == 0 => $"{duration.Days} days",
        _ when duration.Ticks % TimeSpan.TicksPerSecond == 0 => string.Create(CultureInfo.InvariantCulture, $"{duration.TotalSeconds} s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{duration.TotalMilliseconds} ms"),
    };

    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = default;
        if (text.Contains(':'))
        {
            return TimeSpan.TryParseExact(text, "c", CultureInfo.InvariantCulture, out duration) && duration >= TimeSpan.Zero;
        }

        (string unit, double milliseconds) = text switch
        {
            _ when text.EndsWith("ms", StringComparison.Ordinal) => ("ms", 1.0),
            _ when text.EndsWith('s') => ("s", 1_000.0),
            _ when text.EndsWith('m') => ("m", 60_000.0),
            _ when text.EndsWith('h') => ("h", 3_600_000.0),
            _ => (string.Empty, 0.0),
        };

        // A bare number is refused: its unit would be anybody's guess.
        if (unit.Length == 0 || !double.TryParse(text[..^unit.Length], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number)
            || !double.IsFinite(number)
            || number * milliseconds > TimeSpan.FromDays(36_500).TotalMilliseconds)
        {
            return false;
        }

        duration = TimeSpan.FromMilliseconds(number * milliseconds);
        return true;
    }
}
