using System.Globalization;
using System.Text;

namespace FedActors.Scripts.Monitoring;

/// <summary>Prometheus's text format 0.0.4.</summary>
/// <remarks>Names become what OpenTelemetry's rules make of them: dots are underscores, the unit is a suffix, and so is <c>_total</c> of what only grows.</remarks>
internal static class PrometheusText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>A page of all families.</summary>
    public static string Of(IEnumerable<MetricFamily> families)
    {
        var text = new StringBuilder();
        foreach (MetricFamily family in families.Where(family => family.Points.Count > 0))
        {
            Write(text, family);
        }

        return text.ToString();
    }

    /// <summary>What an instrument is called.</summary>
    public static string NameOf(string instrument, string? unit, MetricKind kind)
    {
        string name = Clean(instrument);
        string suffix = unit switch
        {
            null or "" or "1" => string.Empty,
            _ when unit.StartsWith('{') => string.Empty,
            "s" => "seconds",
            "ms" => "milliseconds",
            "By" => "bytes",
            _ => Clean(unit),
        };
        if (suffix.Length > 0 && !name.Split('_').Contains(suffix, StringComparer.Ordinal))
        {
            name = $"{name}_{suffix}";
        }

        return kind == MetricKind.Counter && !name.EndsWith("_total", StringComparison.Ordinal) ? $"{name}_total" : name;
    }

    /// <summary>Tags as they stand between braces, by their names: the order in which they were given makes no other series. Of two that have one name there the latter stands.</summary>
    public static string Labels(IEnumerable<KeyValuePair<string, object?>> tags)
    {
        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach ((string key, object? value) in tags)
        {
            labels[Clean(key)] = Convert.ToString(value, CultureInfo.InvariantCulture) ?? string.Empty;
        }

        return string.Join(',', labels.OrderBy(label => label.Key, StringComparer.Ordinal).Select(label => $"{label.Key}=\"{Escape(label.Value).Replace("\"", "\\\"", StringComparison.Ordinal)}\""));
    }

    private static void Write(StringBuilder text, MetricFamily family)
    {
        string kind = family.Kind switch { MetricKind.Counter => "counter", MetricKind.Histogram => "histogram", _ => "gauge" };
        text.Append("# HELP ").Append(family.Name).Append(' ').Append(Escape(family.Description)).Append('\n');
        text.Append("# TYPE ").Append(family.Name).Append(' ').Append(kind).Append('\n');
        foreach ((string labels, MetricPoint point) in family.Points)
        {
            if (family.Kind != MetricKind.Histogram)
            {
                Write(text, family.Name, labels, point.Value);
                continue;
            }

            string before = labels.Length == 0 ? string.Empty : $"{labels},";
            foreach ((double bound, long count) in point.Buckets)
            {
                Write(text, $"{family.Name}_bucket", $"{before}le=\"{Number(bound)}\"", count);
            }

            Write(text, $"{family.Name}_sum", labels, point.Value);
            Write(text, $"{family.Name}_count", labels, point.Count);
        }
    }

    private static void Write(StringBuilder text, string name, string labels, double value)
    {
        text.Append(name);
        if (labels.Length > 0)
        {
            text.Append('{').Append(labels).Append('}');
        }

        text.Append(' ').Append(Number(value)).Append('\n');
    }

    private static string Number(double value) =>
        double.IsPositiveInfinity(value) ? "+Inf" : double.IsNegativeInfinity(value) ? "-Inf" : value.ToString("R", CultureInfo.InvariantCulture);

    private static string Escape(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    private static string Clean(string name)
    {
        string clean = string.Concat(name.Select(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_' ? letter : '_'));
        return clean.Length == 0 || char.IsAsciiDigit(clean[0]) ? $"_{clean}" : clean;
    }
}
