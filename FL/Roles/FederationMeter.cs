using System.Diagnostics.Metrics;
using FedActors.FL.Rounds;

namespace FedActors.FL.Roles;

/// <summary>A provider's instruments.</summary>
internal sealed class FederationMeter : IDisposable
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "FedActors.FL";

    private readonly Meter _meter;
    private readonly Counter<long> _refusals;
    private readonly Counter<long> _updateBytes;
    private readonly Counter<long> _bytesSaved;
    private readonly Histogram<double> _rounds;

    public FederationMeter(IMeterFactory? meters)
    {
        _meter = meters?.Create(MeterName) ?? new Meter(MeterName);
        _refusals = _meter.CreateCounter<long>("fedactors.updates.refused", "{update}", "Updates that were not counted, by reason.");
        _updateBytes = _meter.CreateCounter<long>("fedactors.updates.bytes", "By", "Bytes of the parameters in updates that were counted, as they came.");
        _bytesSaved = _meter.CreateCounter<long>("fedactors.updates.bytes_saved", "By", "Bytes that compression took off them.");
        _rounds = _meter.CreateHistogram<double>("fedactors.round.duration", "s", "Time of a committed round, from selection to commit.");
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
