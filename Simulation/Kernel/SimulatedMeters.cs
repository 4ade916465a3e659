using System.Diagnostics.Metrics;

namespace FedActors.Simulation.Kernel;

/// <summary>Meters that bear their process as their scope and end with it. A meter that nobody ends is held, with all that it measures, for the life of the program.</summary>
internal sealed class SimulatedMeters(SimulatedProcess process) : IMeterFactory
{
    private readonly List<Meter> _meters = [];

    public Meter Create(MeterOptions options)
    {
        options.Scope = process;
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
