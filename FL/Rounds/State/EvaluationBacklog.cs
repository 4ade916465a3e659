namespace FedActors.FL.Rounds;

/// <summary>Committed rounds that lack an evaluation, and whether the run still waits for an evaluator at all.</summary>
internal sealed class EvaluationBacklog
{
    private readonly SortedSet<int> _pending = [];

    /// <summary>The round that the evaluator was asked to score late, or null.</summary>
    public int? Asked { get; set; }

    /// <summary>
    /// Whether a wait for the evaluator has run out since it was last heard of. Rounds then commit without waiting,
    /// so that one missing evaluator costs one wait and not one in each round.
    /// </summary>
    public bool GivenUp { get; set; }

    public bool IsEmpty => _pending.Count == 0;

    public void Add(int round) => _pending.Add(round);

    public bool Contains(int round) => _pending.Contains(round);

    public void Remove(int round)
    {
        _pending.Remove(round);
        if (Asked == round)
        {
            Asked = null;
        }
    }

    /// <summary>The newest pending round: its parameters are the likeliest to be kept.</summary>
    public int Newest() => _pending.Max;
}
