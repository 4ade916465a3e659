namespace FedActors.Crdt.Gossip;

/// <summary>Tells neighbours of what has changed since they were last told, in one message, and takes in what they tell.</summary>
/// <remarks>
/// Nobody says that it has heard: what is lost on the way, the next comparison makes up for. News are believed only as answers to something
/// that the receiver has asked since it last forgot a tombstone; older ones could bring back what is deleted. See docs/adr/0034.
/// </remarks>
internal static class News
{
    /// <summary>Bytes up to which a body of another's is passed on with its header: others may tell of it too, and up to this much asking for it costs as much.</summary>
    private const int MaxPassedOnBytes = 256;

    /// <summary>Whether a neighbour is known to have heard of all changes; null if only a comparison can tell. Where it has, that is noted: it counts as told from then on.</summary>
    public static bool? HasHeardAll(ExchangeTurn turn, Neighbour neighbour)
    {
        if (!MayTell(turn, neighbour))
        {
            return null;
        }

        RecentChanges<string> changes = turn.State.Map.Changes;
        for (long number = neighbour.ToldEntries; number < changes.Count; number++)
        {
            if (turn.State.Map.Find(changes[number]) is { } entry && !neighbour.HasShown(entry.Header))
            {
                return false;
            }
        }

        RecentChanges<Member> counted = turn.State.Counter.Changes;
        for (long number = neighbour.ToldSlots; number < counted.Count; number++)
        {
            if (turn.State.Counter.Find(counted[number]) is { } slot && !neighbour.HasShown(slot))
            {
                return false;
            }
        }

        // What it has shown need not be looked at again.
        neighbour.ToldAll(turn.State);
        return true;
    }

    /// <summary>Tells a neighbour of what it is not known to have heard, if there is any.</summary>
    public static void OnDue(ExchangeTurn turn, Neighbour neighbour)
    {
        if (!MayTell(turn, neighbour))
        {
            Opening.OnDue(turn, neighbour, full: false);
        }
        else if (Gather(turn, neighbour) is { } news)
        {
            Opening.Offer(turn, neighbour, full: false, news);
            neighbour.ToldAll(turn.State);
        }
    }

    /// <summary>Whether news may be told unasked, and all that are untold are remembered.</summary>
    private static bool MayTell(ExchangeTurn turn, Neighbour neighbour)
    {
        // Who acknowledges a tombstone and who does not, comparisons tell.
        LwwMap map = turn.State.Map;
        return neighbour.LastQuestion != 0 && map.Tombstones == 0
            && map.Changes.ReachesBackTo(neighbour.ToldEntries) && turn.State.Counter.Changes.ReachesBackTo(neighbour.ToldSlots);
    }

    /// <summary>What a neighbour is not known to have heard; null if that is nothing.</summary>
    private static StateDigest? Gather(ExchangeTurn turn, Neighbour neighbour)
    {
        LwwMap map = turn.State.Map;
        PnCounter counter = turn.State.Counter;
        var headers = new List<EntryHeader>();
        var bodies = new List<BodyChunk>();
        for (long number = neighbour.ToldEntries; number < map.Changes.Count; number++)
        {
            if (map.Find(map.Changes[number]) is { Body: { } body } entry && !neighbour.HasShown(entry.Header) && !Has(headers, entry.Header))
            {
                headers.Add(entry.Header);
                int small = Math.Min(turn.Limits.SmallBodyBytes, entry.Stamp.Replica == turn.State.Self.Replica ? ExchangeLimits.MaxSmallBodyBytes : MaxPassedOnBytes);
                if (entry.BodyBytes <= small)
                {
                    bodies.Add(new BodyChunk(body.Hash, body.Bytes.Length, 0, body.Bytes));
                }
            }
        }

        var slots = new List<CounterSlot>();
        for (long number = neighbour.ToldSlots; number < counter.Changes.Count; number++)
        {
            if (counter.Find(counter.Changes[number]) is { } slot && !neighbour.HasShown(slot) && !slots.Contains(slot))
            {
                slots.Add(slot);
            }
        }

        return headers.Count + slots.Count == 0
            ? null
            : new StateDigest(neighbour.LastQuestion, Exchange: 0, IsComplete: false, Roster: default, headers, slots, []) { Bodies = bodies };
    }

    private static bool Has(List<EntryHeader> headers, EntryHeader header)
    {
        for (int i = 0; i < headers.Count; i++)
        {
            if (ReferenceEquals(headers[i], header))
            {
                return true;
            }
        }

        return false;
    }
}
