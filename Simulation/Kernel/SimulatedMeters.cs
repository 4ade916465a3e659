using System.Diagnostics.Metrics;

namespace FedActors.Simulation.Kernel;

/// <summary>Meters that end with their process. A meter that nobody ends is held, with all that it measures, for the life of the program.</summary>
internal sealed class SimulatedMeters : IMeterFactory
{
    private readonly List<Meter> _meters = [];

    public Meter Create(MeterOptions options)
    {
        var meter = new Meter(options);
        _meters.Add(meter);
        return meter;
    }

    public void Dispose()
    {
        foreach (Meter meter in _meters)
        {
            meter.Dispose();
        }

        _meters.Clear();
    }
}
