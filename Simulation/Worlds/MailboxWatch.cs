using System.Diagnostics.Metrics;
using FedActors.Actors.Diagnostics;
using FedActors.Simulation.Kernel;

namespace FedActors.Simulation.Worlds;

/// <summary>Reads how many messages wait in the mailboxes of processes, as an operator would: from the runtime's own instrument.</summary>
internal sealed class MailboxWatch : IDisposable
{
    private const string Instrument = "fedactors.mailbox.depth";

    private readonly MeterListener _listener = new();
    private readonly Action<SimulatedProcess, long> _read;

    /// <param name="isWatched">Whose mailboxes.</param>
    /// <param name="read">Told what waits there at each look.</param>
    public MailboxWatch(Func<SimulatedProcess, bool> isWatched, Action<SimulatedProcess, long> read)
    {
        _read = read;
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name == Instrument && instrument.Meter.Name == ActorMeter.MeterName && instrument.Meter.Scope is SimulatedProcess process && isWatched(process))
            {
                listener.EnableMeasurementEvents(instrument, process);
            }
        };
        _listener.SetMeasurementEventCallback<long>((_, depth, _, process) => _read((SimulatedProcess)process!, depth));
        _listener.Start();
    }

    /// <summary>Looks once.</summary>
    public void Look() => _listener.RecordObservableInstruments();

    public void Dispose() => _listener.Dispose();
}
