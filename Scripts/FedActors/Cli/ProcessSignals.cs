using System.Runtime.InteropServices;

namespace FedActors.Scripts.Cli;

/// <summary>Turns the first Ctrl-C or SIGTERM into a request to end cleanly, and the second into the end.</summary>
internal sealed class ProcessSignals : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly List<PosixSignalRegistration> _registrations;
    private readonly Action _endNow;
    private int _received;

    /// <summary>Starts listening.</summary>
    /// <param name="endNow">Ends the process at once.</param>
    public ProcessSignals(Action endNow)
    {
        _endNow = endNow;
        _registrations = [PosixSignalRegistration.Create(PosixSignal.SIGINT, On), PosixSignalRegistration.Create(PosixSignal.SIGTERM, On)];
    }

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Stopping => _stop.Token;

    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations)
        {
            registration.Dispose();
        }

        _stop.Dispose();
    }

    internal void On(PosixSignalContext signal)
    {
        // Without this the system would end the process before it has drained.
        signal.Cancel = true;
        if (Interlocked.Increment(ref _received) > 1)
        {
            _endNow();
        }

        try
        {
            _stop.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // A signal on its way is not taken back: the command is over already, and the process with it in a moment.
        }
    }
}
