using System.Globalization;
using System.Text.RegularExpressions;

namespace FedActors.Tests.TestKit;

/// <summary>Reads Prometheus's text format 0.0.4 as strictly as it is specified, and knows nothing of the code that writes it.</summary>
public sealed partial class PrometheusPage
{
    private readonly Dictionary<string, string> _types = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Name, string Labels), double> _samples = [];

    private PrometheusPage()
    {
    }

    /// <summary>Families and their types.</summary>
    public IReadOnlyDictionary<string, string> Types => _types;

    /// <summary>Reads a page.</summary>
    /// <exception cref="FormatException">It is no page of this format; the message names the line.</exception>
    public static PrometheusPage Parse(string text)
    {
        Check(text.Length == 0 || text.EndsWith('\n'), "the last line has no end");
        var page = new PrometheusPage();
        var helped = new HashSet<string>(StringComparer.Ordinal);
        string? family = null;
        foreach (string line in text.Split('\n')[..^1])
        {
            if (Help().Match(line) is { Success: true } help)
            {
                Check(helped.Add(help.Groups["name"].Value), $"a second HELP: {line}");
                Check(!page._types.ContainsKey(help.Groups["name"].Value), $"HELP after TYPE: {line}");
            }
            else if (Type().Match(line) is { Success: true } type)
            {
                family = type.Groups["name"].Value;
                Check(page._types.TryAdd(family, type.Groups["type"].Value), $"a second TYPE: {line}");
            }
            else
            {
                page.Add(line, family);
            }
        }

        foreach (string name in page._types.Where(type => type.Value == "histogram").Select(type => type.Key))
        {
            page.CheckHistogram(name);
        }

        return page;
    }

    /// <summary>The one sample of a name whose labels hold all these texts, such as <c>node="provider"</c>.</summary>
    public double Value(string name, params string[] labels) =>
        _samples.Single(sample => sample.Key.Name == name && labels.All(label => sample.Key.Labels.Split(',').Contains(label))).Value;

    /// <summary>The labels of a name's samples.</summary>
    public IReadOnlyList<string> Labels(string name) => [.. _samples.Keys.Where(key => key.Name == name).Select(key => key.Labels)];

    private void Add(string line, string? family)
    {
        Match sample = Sample().Match(line);
        Check(sample.Success, $"neither a comment nor a sample: {line}");
        string name = sample.Groups["name"].Value;
        string[] allowed = family is null ? [] : _types[family] == "histogram" ? [$"{family}_bucket", $"{family}_sum", $"{family}_count"] : [family];
        Check(allowed.Contains(name), $"not of the family {family}: {line}");
        string[] labels = [.. sample.Groups["label"].Captures.Select(label => label.Value)];
        Check(labels.Distinct(StringComparer.Ordinal).Count() == labels.Length, $"a label twice: {line}");
        string text = sample.Groups["value"].Value;
        double value = text switch
        {
            "+Inf" => double.PositiveInfinity,
            "-Inf" => double.NegativeInfinity,
            _ when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) => number,
            _ => throw new FormatException($"no number: {line}"),
        };
        Check(_types[family!] == "gauge" || double.IsNaN(value) || value >= 0 || name.EndsWith("_sum", StringComparison.Ordinal), $"what only grows is negative: {line}");
        Check(_samples.TryAdd((name, sample.Groups["labels"].Value), value), $"a sample twice: {line}");
    }

    private void CheckHistogram(string name)
    {
        foreach (IGrouping<string, (string Bound, double Count)> series in _samples.Where(sample => sample.Key.Name == $"{name}_bucket")
            .Select(sample => (Match: Bound().Match(sample.Key.Labels), sample.Value))
            .GroupBy(bucket => bucket.Match.Groups["others"].Value, bucket => (bucket.Match.Groups["bound"].Value, bucket.Value)))
        {
            double[] counts = [.. series.OrderBy(bucket => bucket.Bound == "+Inf" ? double.PositiveInfinity : double.Parse(bucket.Bound, CultureInfo.InvariantCulture)).Select(bucket => bucket.Count)];
            Check(counts.SequenceEqual(counts.Order()), $"buckets of {name} that fall");
            Check(series.Single(bucket => bucket.Bound == "+Inf").Count == _samples[($"{name}_count", series.Key)], $"{name} counts other than its last bucket");
            Check(_samples.ContainsKey(($"{name}_sum", series.Key)), $"{name} has no sum");
        }
    }

    private static void Check(bool isRight, string fault)
    {
        if (!isRight)
        {
            throw new FormatException(fault);
        }
    }

    [GeneratedRegex(@"^# HELP (?<name>[a-zA-Z_:][a-zA-Z0-9_:]*) (?:[^\\\r]|\\\\|\\n)*$", RegexOptions.CultureInvariant)]
    private static partial Regex Help();

    [GeneratedRegex("^# TYPE (?<name>[a-zA-Z_:][a-zA-Z0-9_:]*) (?<type>counter|gauge|histogram)$", RegexOptions.CultureInvariant)]
    private static partial Regex Type();

    [GeneratedRegex(@"^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(?<labels>(?:(?<label>[a-zA-Z_][a-zA-Z0-9_]*)=""(?:[^""\\\r]|\\\\|\\""|\\n)*""(?:,(?!\})|(?=\})))+)\})? (?<value>[^ ]+)$", RegexOptions.CultureInvariant)]
    private static partial Regex Sample();

    [GeneratedRegex(@"^(?<others>.*?),?le=""(?<bound>[^""]+)""$", RegexOptions.CultureInvariant)]
    private static partial Regex Bound();
}
