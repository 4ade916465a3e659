namespace FedActors.FL.Gossip;

/// <summary>How well this peer itself keeps up. One that does not gives others more time before it accuses them.</summary>
/// <remarks>Lifeguard, section 4.1: the local health multiplier.</remarks>
internal sealed class LocalHealth
{
    /// <summary>As in the paper: a peer that is far behind probes nine times slower.</summary>
    private const int MaxScore = 8;

    /// <summary>0 is well.</summary>
    public int Score { get; private set; }

    public void Improve() => Score = Math.Max(0, Score - 1);

    public void Worsen(int by = 1) => Score = Math.Min(MaxScore, Score + by);

    public long Scale(TimeSpan time) => (long)(time.TotalMilliseconds * (Score + 1));
}
