namespace FedActors.FL.Gossip;

/// <summary>What is worth telling: each change rides on a few messages that are sent anyway, the newest first.</summary>
/// <remarks>SWIM, section 4.1: after some λ log n tellings everybody has heard with high probability; a full exchange now and then makes up for the rest.</remarks>
internal sealed class Rumours(int multiplier)
{
    /// <summary>Records in one message: some 3 KB, so that probes stay small.</summary>
    public const int MaxInMessage = 32;

    private readonly Dictionary<string, (MemberRecord Record, int Told)> _rumours = new(StringComparer.Ordinal);

    public void Add(MemberRecord record) => _rumours[record.Peer] = (record, 0);

    /// <summary>Takes what is to be told next.</summary>
    /// <param name="members">How many members there are.</param>
    public IReadOnlyList<MemberRecord> Take(int members)
    {
        if (_rumours.Count == 0)
        {
            return [];
        }

        int limit = multiplier * (int)Math.Ceiling(Math.Log10(members + 1));
        List<MemberRecord> taken = [];
        foreach ((string peer, (MemberRecord record, int told)) in _rumours.OrderBy(pair => pair.Value.Told).ThenBy(pair => pair.Key, StringComparer.Ordinal).Take(MaxInMessage).ToList())
        {
            taken.Add(record);
            if (told + 1 >= limit)
            {
                _rumours.Remove(peer);
            }
            else
            {
                _rumours[peer] = (record, told + 1);
            }
        }

        return taken;
    }
}
