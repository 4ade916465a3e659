using System.Runtime.InteropServices;
using FedActors.Scripts.Cli;

namespace FedActors.Tests.Scripts.Cli;

public sealed class ProcessSignalsTests
{
    private int _ends;

    [Fact]
    public void Signal_First_AsksToStopAndTheSecondEndsAtOnce()
    {
        using var signals = new ProcessSignals(() => _ends++);

        Send(signals);
        (signals.Stopping.IsCancellationRequested, _ends).Should().Be((true, 0));
        Send(signals);
        _ends.Should().Be(1);
    }

    [Fact]
    public void Signal_OnItsWayWhenTheCommandHasEnded_IsNoFault()
    {
        // It threw on a thread of the pool, and a command that had succeeded ended as a crash.
        var signals = new ProcessSignals(() => _ends++);
        signals.Dispose();

        FluentActions.Invoking(() => Send(signals)).Should().NotThrow();
    }

    private static void Send(ProcessSignals signals) => signals.On(new PosixSignalContext(PosixSignal.SIGINT));
}
