using System.Runtime.InteropServices;
using FedActors.Scripts.Cli;
using FedActors.Tests.TestKit;

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

    /// <summary>Each is handled on a thread of its own: both looked before either had asked to stop, and the second was lost.</summary>
    [Fact]
    public async Task Signals_TwoAtOnce_EndAtOnce()
    {
        const int Times = 20_000;
        var all = new ProcessSignals[Times];
        for (int i = 0; i < Times; i++)
        {
            all[i] = new ProcessSignals(() => Interlocked.Increment(ref _ends));
        }

        int arrived = 0;
        await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Factory.StartNew(
            () =>
            {
                for (int i = 0; i < Times; i++)
                {
                    // Whoever comes first looks out for the other, so that both go on at once.
                    Interlocked.Increment(ref arrived);
                    for (SpinWait wait = default; Volatile.Read(ref arrived) < 2 * (i + 1);)
                    {
                        wait.SpinOnce(sleep1Threshold: -1);
                    }

                    Send(all[i]);
                }
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default))).Limit();

        _ends.Should().Be(Times);
        Array.ForEach(all, signals => signals.Dispose());
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
