using System.Diagnostics.Metrics;
using FedActors.FL.Rounds;

namespace FedActors.FL.Roles;

/// <summary>A provider's instruments.</summary>
internal sealed class FederationMeter : IDisposable
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "FedActors.FL";

    /// <summary>Bounds of the buckets, in seconds: a round takes milliseconds in one process, and as long as the slowest site trains elsewhere.</summary>
    private static readonly InstrumentAdvice<double> Rounds = new()
    {
        HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800, 3_600],
    };

    private readonly Meter _meter;
    private readonly Counter<long> _refusals;
    private readonly Counter<long> _updateBytes;
    private readonly Counter<long> _bytesSaved;
    private readonly Histogram<double> _rounds;

    public FederationMeter(IMeterFactory? meters, string node)
    {
        var options = new MeterOptions(MeterName) { Tags = [new("node", node)] };
        _meter = meters?.Create(options) ?? new Meter(options);
        _refusals = _meter.CreateCounter<long>("fedactors.updates.refused", "{update}", "Updates that were not counted, by reason.");
        _updateBytes = _meter.CreateCounter<long>("fedactors.updates.bytes", "By", "Bytes of the parameters in updates that were counted, as they came.");
        _bytesSaved = _meter.CreateCounter<long>("fedactors.updates.bytes_saved", "By", "Bytes that compression took off them.");
        _rounds = _meter.CreateHistogram<double>("fedactors.round.duration", "s", "Time of a committed round, from selection to commit.", [], Rounds);
    }

    public void OnRefused(RefusalReason reason) => _refusals.Add(1, new KeyValuePair<string, object?>("reason", reason.Code()));

    public void OnRound(TimeSpan duration, long updateBytes, long bytesSaved)
    {
        _rounds.Record(duration.TotalSeconds);
        _updateBytes.Add(updateBytes);
        _bytesSaved.Add(bytesSaved);
    }

    public void Dispose() => _meter.Dispose();
}
