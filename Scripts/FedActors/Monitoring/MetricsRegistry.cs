using System.Diagnostics.Metrics;
using System.Globalization;

namespace FedActors.Scripts.Monitoring;

/// <summary>Adds up what instruments measure, from when it is made on.</summary>
internal sealed class MetricsRegistry : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly Lock _sync = new();
    private readonly Lock _collecting = new();
    private readonly List<MeasuredInstrument> _instruments = [];

    /// <param name="isWanted">Picks meters by their names.</param>
    public MetricsRegistry(Func<string, bool> isWanted)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (isWanted(instrument.Meter.Name) && MeasuredInstrument.TryCreate(instrument) is { } measured)
            {
                lock (_sync)
                {
                    _instruments.Add(measured);
                }

                listener.EnableMeasurementEvents(instrument, measured);
            }
        };
        _listener.MeasurementsCompleted = (_, measured) =>
        {
            lock (_sync)
            {
                _instruments.Remove((MeasuredInstrument)measured!);
            }
        };
        Take<int>();
        Take<long>();
        Take<float>();
        Take<double>();
        _listener.Start();
    }

    /// <summary>What each instrument has measured up to now, those of one name together.</summary>
    public IReadOnlyList<MetricFamily> Collect()
    {
        // A lock of its own: instruments are published under a lock of the listener's, which is then taken before the other.
        lock (_collecting)
        {
            MeasuredInstrument[] instruments;
            lock (_sync)
            {
                instruments = [.. _instruments];
            }

            foreach (MeasuredInstrument instrument in instruments.Where(instrument => instrument.IsAsked))
            {
                instrument.Clear();
            }

            try
            {
                // Told on this thread, before the call returns.
                _listener.RecordObservableInstruments();
            }
            catch (AggregateException)
            {
                // One that cannot say its value, for instance of what is just being disposed of, is not there this time; all others have been asked.
            }

            return
            [
                .. instruments.GroupBy(instrument => instrument.Name, StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal)
                    .Select(group => MetricFamily.Of([.. group])),
            ];
        }
    }

    public void Dispose() => _listener.Dispose();

    private void Take<T>()
        where T : struct, IConvertible => _listener.SetMeasurementEventCallback<T>(static (_, value, tags, measured) =>
        ((MeasuredInstrument)measured!).Take(value.ToDouble(CultureInfo.InvariantCulture), tags));
}
