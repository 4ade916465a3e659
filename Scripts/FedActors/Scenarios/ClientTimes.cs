namespace FedActors.Scripts.Scenarios;

/// <summary>What a client that is asked costs in real time: each round's time, shared by its participants.</summary>
/// <remarks>The median of the rounds after the first, in which code is compiled and tables are filled; of the first where it is the only one.</remarks>
internal sealed class ClientTimes
{
    private readonly List<TimeSpan> _rounds = [];
    private TimeSpan _last;

    /// <summary>A run's first round begins.</summary>
    public void Begin(TimeSpan now)
    {
        _rounds.Clear();
        _last = now;
    }

    /// <summary>A round is over. One without participants says nothing of what they cost.</summary>
    public void Add(TimeSpan now, int participants)
    {
        if (participants > 0)
        {
            _rounds.Add((now - _last) / participants);
        }

        _last = now;
    }

    /// <summary>The time for one client, or null before there is a round.</summary>
    public TimeSpan? FindMedian()
    {
        TimeSpan[] steady = [.. _rounds.Skip(_rounds.Count > 1 ? 1 : 0).Order()];
        return steady.Length == 0 ? null : (steady[(steady.Length - 1) / 2] + steady[steady.Length / 2]) / 2;
    }
}
