namespace FedActors.Simulation.Kernel;

/// <summary>A machine: its clock and its power outlive the processes that run on it.</summary>
public sealed class SimulatedHost
{
    /// <summary>What clocks show when nothing has happened yet.</summary>
    internal static readonly DateTimeOffset Epoch = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    // A clock that ran at another rate than this by more would not be a clock.
    private const double MaxDrift = 0.2;

    private readonly EventQueue _queue;
    private long _anchor;
    private long _localAnchor;
    private long _offset;
    private double _rate = 1;

    /// <summary>A machine whose clock is right.</summary>
    /// <param name="queue">What happens.</param>
    /// <param name="name">Its name, which is also its address.</param>
    public SimulatedHost(EventQueue queue, string name)
    {
        ArgumentNullException.ThrowIfNull(queue);
        ArgumentException.ThrowIfNullOrEmpty(name);
        _queue = queue;
        Name = name;
    }

    /// <summary>The machine's name.</summary>
    public string Name { get; }

    /// <summary>Whether nothing answers here, not even to say that nobody listens.</summary>
    public bool IsOff { get; set; }

    /// <summary>How fast the machine's clock runs; 1 is right.</summary>
    public double Rate
    {
        get => _rate;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1 - MaxDrift);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 1 + MaxDrift);
            _localAnchor = LocalTicks;
            _anchor = EffectiveNow;
            _rate = value;
        }
    }

    internal EventQueue Queue => _queue;

    /// <summary>Until when the machine does nothing, because a synchronous call holds it up.</summary>
    internal long BusyUntil { get; private set; }

    /// <summary>Whether a synchronous call holds the machine up.</summary>
    internal bool IsHeldUp => BusyUntil > _queue.NowTicks;

    /// <summary>The time at which whatever the machine does now is done.</summary>
    internal long EffectiveNow => Math.Max(_queue.NowTicks, BusyUntil);

    /// <summary>Ticks of a clock that never jumps.</summary>
    internal long LocalTicks => _localAnchor + (long)((EffectiveNow - _anchor) * _rate);

    internal DateTimeOffset UtcNow => Epoch.AddTicks(LocalTicks + _offset);

    /// <summary>Sets the wall clock forward or back.</summary>
    public void Jump(TimeSpan by) => _offset += by.Ticks;

    /// <summary>Holds the machine up, as a slow disk does.</summary>
    public void Stall(TimeSpan duration) => BusyUntil = EffectiveNow + duration.Ticks;

    /// <summary>Begins anew after the machine was switched off: what held it up is gone.</summary>
    internal void Boot()
    {
        IsOff = false;
        BusyUntil = 0;
    }

    /// <summary>The true time after which a wait by this machine's clock is over.</summary>
    internal long TicksFor(TimeSpan wait) => Math.Max(0, (long)Math.Ceiling(wait.Ticks / _rate));
}
