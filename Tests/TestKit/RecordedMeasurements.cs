using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using FedActors.Actors.Diagnostics;

namespace FedActors.Tests.TestKit;

/// <summary>Listens to the meters of some nodes by their public name, as a monitoring tool does.</summary>
public sealed class RecordedMeasurements : IDisposable
{
    private readonly ConcurrentQueue<Measured> _measured = new();
    private readonly MeterListener _listener = new();

    /// <param name="nodes">Which nodes; other tests have some, too.</param>
    public RecordedMeasurements(params IReadOnlyList<string> nodes)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == ActorMeter.MeterName && NodeOf(instrument) is { } node && nodes.Contains(node))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.Start();
    }

    public IReadOnlyList<Measured> Of(string instrument) => [.. _measured.Where(measured => measured.Instrument == instrument)];

    /// <summary>What an instrument says when it is asked now.</summary>
    public IReadOnlyList<Measured> Observe(string instrument)
    {
        _measured.Clear();
        _listener.RecordObservableInstruments();
        return Of(instrument);
    }

    public void Dispose() => _listener.Dispose();

    private static string? NodeOf(Instrument instrument) => instrument.Meter.Tags?.FirstOrDefault(tag => tag.Key == "node").Value as string;

    private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        _measured.Enqueue(new Measured(instrument.Name, NodeOf(instrument)!, value, tags.ToArray().ToDictionary(tag => tag.Key, tag => tag.Value?.ToString())));

    /// <summary>A measurement.</summary>
    public sealed record Measured(string Instrument, string Node, double Value, IReadOnlyDictionary<string, string?> Tags);
}
