namespace FedActors.Actors.Supervision;

/// <summary>What a parent does about failures of its children.</summary>
/// <remarks>
/// As in Erlang/OTP's supervisors: more than <see cref="MaxRestarts"/> restarts within <see cref="Window"/>, counted over all
/// children of the supervisor, mean that restarting does not help; the failure then escalates. Restarts of one child that follow each
/// other back off from <see cref="MinBackoff"/> to <see cref="MaxBackoff"/>, doubling each time; a child that lived for a whole
/// window starts at the minimum again.
/// </remarks>
public sealed record SupervisorStrategy
{
    private readonly int _maxRestarts = 5;
    private readonly TimeSpan _window = TimeSpan.FromSeconds(60);
    private readonly TimeSpan _minBackoff = TimeSpan.FromMilliseconds(200);
    private readonly TimeSpan _maxBackoff = TimeSpan.FromSeconds(30);
    private readonly double _jitter = 0.2;

    /// <summary>The longest wait that a strategy may ask for: a day. No timer waits longer than 49, and an actor that is not missed for a day is better stopped.</summary>
    public static TimeSpan LongestBackoff { get; } = TimeSpan.FromDays(1);

    /// <summary>Restarts the child that failed.</summary>
    public static SupervisorStrategy OneForOne { get; } = new();

    /// <summary>Restarts all children when one fails.</summary>
    public static SupervisorStrategy AllForOne { get; } = new() { Scope = SupervisionScope.AllForOne };

    /// <summary>Stops the child that failed.</summary>
    public static SupervisorStrategy Stopping { get; } = new() { Decide = static _ => Directive.Stop };

    /// <summary>Which children a directive is for.</summary>
    public SupervisionScope Scope { get; init; } = SupervisionScope.OneForOne;

    /// <summary>From a failure to a directive; restarts by default. Runs on the supervisor's turn, must not block.</summary>
    public Func<Exception, Directive> Decide { get; init; } = static _ => Directive.Restart;

    /// <summary>Restarts allowed within <see cref="Window"/>; one more escalates. 0 escalates at once.</summary>
    public int MaxRestarts
    {
        get => _maxRestarts;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            _maxRestarts = value;
        }
    }

    /// <summary>The time over which restarts are counted.</summary>
    public TimeSpan Window
    {
        get => _window;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, TimeSpan.Zero);
            _window = value;
        }
    }

    /// <summary>The wait before a child's first restart. Zero restarts at once, always; at most <see cref="LongestBackoff"/>.</summary>
    public TimeSpan MinBackoff
    {
        get => _minBackoff;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, LongestBackoff);
            _minBackoff = value;
        }
    }

    /// <summary>The longest wait before a restart, at most <see cref="LongestBackoff"/>.</summary>
    public TimeSpan MaxBackoff
    {
        get => _maxBackoff;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, LongestBackoff);
            _maxBackoff = value;
        }
    }

    /// <summary>Largest share of a wait by which it is shortened at random, in [0, 1), so that actors that failed together do not return together.</summary>
    public double Jitter
    {
        get => _jitter;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 0.0);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(value, 1.0);
            _jitter = value;
        }
    }
}
