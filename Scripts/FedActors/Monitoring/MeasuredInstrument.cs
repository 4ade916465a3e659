using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace FedActors.Scripts.Monitoring;

/// <summary>An instrument and what it has measured, for each combination of its tags.</summary>
internal sealed class MeasuredInstrument
{
    /// <summary>Combinations of one instrument's tags. All further ones are one, which says that it is.</summary>
    public const int MaxSeries = 1_000;

    private static readonly KeyValuePair<string, object?>[] Overflow = [new("otel.metric.overflow", "true")];

    /// <summary>For histograms that say nothing of their buckets.</summary>
    private static readonly double[] UsualBounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    private readonly ConcurrentDictionary<KeyValuePair<string, object?>[], MetricSeries> _series = new(TagComparer.Instance);
    private readonly ConcurrentDictionary<KeyValuePair<string, object?>[], MetricSeries>.AlternateLookup<ReadOnlySpan<KeyValuePair<string, object?>>> _lookup;
    private readonly KeyValuePair<string, object?>[] _common;
    private readonly double[] _bounds;

    private MeasuredInstrument(Instrument instrument, MetricKind kind)
    {
        Kind = kind;
        Name = PrometheusText.NameOf(instrument.Name, instrument.Unit, kind);
        Description = instrument.Description ?? string.Empty;
        IsAsked = instrument.IsObservable;
        _common = [.. instrument.Meter.Tags ?? [], .. instrument.Tags ?? []];
        _bounds = kind == MetricKind.Histogram ? [.. (instrument as Histogram<double>)?.Advice?.HistogramBucketBoundaries ?? UsualBounds] : [];
        _lookup = _series.GetAlternateLookup<ReadOnlySpan<KeyValuePair<string, object?>>>();
    }

    public MetricKind Kind { get; }

    /// <summary>Its name as it is written.</summary>
    public string Name { get; }

    public string Description { get; }

    /// <summary>Whether it tells its value when it is asked, and all of it.</summary>
    public bool IsAsked { get; }

    /// <summary>What was measured, with all tags, as they are written.</summary>
    public IEnumerable<(string Labels, MetricSeries Series)> Series =>
        _series.Select(pair => (PrometheusText.Labels([.. _common, .. pair.Key]), pair.Value));

    /// <summary>The instrument, if it is of a kind that can be added up.</summary>
    public static MeasuredInstrument? TryCreate(Instrument instrument)
    {
        Type type = instrument.GetType();
        string kind = type.IsGenericType ? type.GetGenericTypeDefinition().Name : type.Name;
        return kind switch
        {
            "Counter`1" or "ObservableCounter`1" => new MeasuredInstrument(instrument, MetricKind.Counter),
            "UpDownCounter`1" => new MeasuredInstrument(instrument, MetricKind.Sum),
            "ObservableUpDownCounter`1" or "ObservableGauge`1" or "Gauge`1" => new MeasuredInstrument(instrument, MetricKind.Gauge),
            "Histogram`1" => new MeasuredInstrument(instrument, MetricKind.Histogram),
            _ => null,
        };
    }

    public void Take(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        MetricSeries series = Find(tags);
        switch (Kind)
        {
            case MetricKind.Histogram:
                series.Record(value);
                break;
            case MetricKind.Gauge when !IsAsked:
                series.Set(value);
                break;
            default:
                // What is asked begins at nothing each time, so that what is over the bound is added up as well.
                series.Add(value);
                break;
        }
    }

    /// <summary>Forgets what it told: it is about to be asked again, and names only what there is.</summary>
    public void Clear() => _series.Clear();

    private MetricSeries Find(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (_lookup.TryGetValue(tags, out MetricSeries? known))
        {
            return known;
        }

        // Two threads may each add one beyond the bound; no more than there are threads.
        return _series.GetOrAdd(_series.Count < MaxSeries ? tags.ToArray() : Overflow, static (_, bounds) => new MetricSeries(bounds), _bounds);
    }
}

/// <summary>How an instrument's measurements are put together.</summary>
internal enum MetricKind
{
    /// <summary>What only grows.</summary>
    Counter,

    /// <summary>Changes, up and down, which are added.</summary>
    Sum,

    /// <summary>The last value.</summary>
    Gauge,

    /// <summary>How many lie in which range.</summary>
    Histogram,
}
