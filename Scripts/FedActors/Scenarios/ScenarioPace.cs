using FedActors.Simulation.Scenarios;

namespace FedActors.Scripts.Scenarios;

/// <summary>How fast a scenario's runs go, and from that how long they will be. Times are from the first run's beginning.</summary>
/// <param name="runs">Runs in all.</param>
internal sealed class ScenarioPace(int runs)
{
    /// <summary>Too little is seen in less.</summary>
    public static readonly TimeSpan Least = TimeSpan.FromSeconds(2);

    private TimeSpan _preparing;
    private TimeSpan _began;
    private int _done;
    private int _rounds = 1;
    private bool _isPreparing;

    /// <summary>A run begins to prepare its clients.</summary>
    public void Begin(TimeSpan now, int rounds) => (_began, _rounds, _isPreparing) = (now, rounds, true);

    /// <summary>Its clients are prepared; said again, it says nothing new.</summary>
    public void Prepared(TimeSpan now)
    {
        _preparing += _isPreparing ? now - _began : TimeSpan.Zero;
        _isPreparing = false;
    }

    /// <summary>A run has ended.</summary>
    public void End() => _done++;

    /// <summary>The time that is left, or null as long as too little was seen to tell.</summary>
    public TimeSpan? FindTimeLeft(ScenarioProgress progress, TimeSpan now)
    {
        TimeSpan training = now - _preparing;
        if (progress.Round == 0 || training < Least)
        {
            return null;
        }

        double round = progress.Asked == 0 ? 0 : Math.Min(1, (double)progress.Answered / progress.Asked);
        double done = _done + (Math.Min(progress.Round - 1 + round, _rounds) / _rounds);

        // Every run prepares its clients once, which says nothing about its rounds.
        int prepared = _done + 1;
        return done == 0 ? null : (training * ((runs - done) / done)) + (_preparing / prepared * (runs - prepared));
    }
}
