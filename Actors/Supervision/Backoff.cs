using FedActors.Actors.Numerics;

namespace FedActors.Actors.Supervision;

/// <summary>How long one child waits before its next restart.</summary>
internal sealed class Backoff
{
    /// <summary>Doubling from a tick this often passes any wait that there is; without a bound the factor becomes infinite, and infinity times no backoff at all is no number.</summary>
    private const int MaxDoublings = 60;

    private int _consecutive;
    private DateTimeOffset _lastFailure = DateTimeOffset.MinValue;

    /// <summary>The wait before the restart that follows a failure now.</summary>
    /// <param name="strategy">Bounds and jitter.</param>
    /// <param name="now">The time of the failure.</param>
    /// <param name="chance">Uniform in [0, 1).</param>
    public TimeSpan Next(SupervisorStrategy strategy, DateTimeOffset now, double chance)
    {
        bool livedLongEnough = now - _lastFailure >= strategy.Window;
        _consecutive = livedLongEnough ? 0 : Math.Min(_consecutive + 1, MaxDoublings);
        _lastFailure = now;

        return ExponentialBackoff.Wait(strategy.MinBackoff, strategy.MaxBackoff, _consecutive, strategy.Jitter, chance);
    }
}
