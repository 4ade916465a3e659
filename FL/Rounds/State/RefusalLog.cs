namespace FedActors.FL.Rounds;

/// <summary>What was not counted in a round. Bounded: a flood is counted, not listed.</summary>
internal sealed class RefusalLog
{
    private readonly List<RoundRefusal> _listed = [];
    private long _unlisted;
    private RoundRefusal? _last;

    public void Clear()
    {
        _listed.Clear();
        _unlisted = 0;
        _last = null;
    }

    /// <summary>Whether something of a member is listed.</summary>
    public bool Has(string member) => _listed.Exists(refusal => refusal.MemberId == member);

    public void Add(string member, RefusalReason reason, string text)
    {
        RoundRefusal refusal = new(member, reason, text);
        if (_listed.Count < RoundLimits.MaxListedRefusals)
        {
            _listed.Add(refusal);
            return;
        }

        _unlisted++;
        _last = refusal;
    }

    public IReadOnlyList<RoundRefusal> ToList() => _unlisted == 0
        ? [.. _listed]
        : [.. _listed, _last! with { Text = $"{_last.Text} (the last of {_unlisted} further refusals that are not listed)" }];
}
