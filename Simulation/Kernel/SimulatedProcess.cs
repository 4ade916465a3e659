using System.Diagnostics.Metrics;
using FedActors.Actors.Scheduling;

namespace FedActors.Simulation.Kernel;

/// <summary>One life of a node. Everything that it does runs from the one queue, and nothing any more after its end.</summary>
public sealed class SimulatedProcess : IDisposable
{
    private readonly SimulatedMeters _meters;

    /// <summary>A process that lives.</summary>
    /// <param name="host">The machine that it runs on.</param>
    public SimulatedProcess(SimulatedHost host)
    {
        ArgumentNullException.ThrowIfNull(host);
        Host = host;
        _meters = new SimulatedMeters(this);
        host.Boot();
        Context = new ProcessContext(this);
        Scheduler = new SimulatedScheduler(this);
        Clock = new SimulatedClock(this);
    }

    /// <summary>The machine.</summary>
    public SimulatedHost Host { get; }

    /// <summary>Whether the process lives.</summary>
    public bool IsAlive { get; private set; } = true;

    /// <summary>Where its actors run.</summary>
    public ActorScheduler Scheduler { get; }

    /// <summary>Its clock, which is its machine's.</summary>
    public TimeProvider Clock { get; }

    /// <summary>Makes its meters, and ends them with it.</summary>
    public IMeterFactory Meters => _meters;

    internal SynchronizationContext Context { get; }

    /// <summary>Told when the process ends, so that what belongs to it ends too.</summary>
    internal Action? Ended { get; set; }

    /// <summary>Does something as this process, at once.</summary>
    public void Do(Action work)
    {
        ArgumentNullException.ThrowIfNull(work);
        Do(static work => ((Action)work!)(), work);
    }

    /// <summary>Does something as this process, at once.</summary>
    internal void Do(Action<object?> work, object? state)
    {
        SynchronizationContext? before = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(Context);
        try
        {
            work(state);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }
    }

    /// <summary>Does something as this process, soon, unless it has ended by then.</summary>
    public void Post(Action work) => Host.Queue.Post(this, work, null);

    /// <summary>Does something as this process after a time, unless it has ended by then.</summary>
    public void Schedule(TimeSpan after, Action work) => Host.Queue.ScheduleAt(this, Host.Queue.NowTicks + after.Ticks, work, null);

    /// <summary>Ends the process between two instructions.</summary>
    public void Kill()
    {
        if (IsAlive)
        {
            IsAlive = false;
            Ended?.Invoke();
            _meters.Dispose();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Kill();

    /// <summary>Brings what follows an await back to the queue.</summary>
    private sealed class ProcessContext(SimulatedProcess process) : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state) => process.Host.Queue.Post(process, d, state);

        public override void Send(SendOrPostCallback d, object? state) => throw new NotSupportedException("Nothing may block on the one thread that there is.");

        public override SynchronizationContext CreateCopy() => this;
    }
}
