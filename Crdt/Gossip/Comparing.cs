namespace FedActors.Crdt.Gossip;

/// <summary>Compares a neighbour's digest with what is here: takes in what needs no body, asks for the bodies that lack, and tells what the neighbour lacks.</summary>
internal static class Comparing
{
    public static void OnDigest(ExchangeTurn turn, Neighbour neighbour, StateDigest digest)
    {
        if (neighbour.Open == 0 || digest.Answers != neighbour.Open)
        {
            turn.Refuse(ExchangeRefusal.UnaskedDigest, $"A digest of {digest.Headers.Count} keys answers exchange {digest.Answers}, not {neighbour.Open}.");
            return;
        }

        neighbour.Open = 0;
        neighbour.LastQuestion = Math.Max(neighbour.LastQuestion, digest.Exchange);
        if (!IsBounded(turn, digest))
        {
            return;
        }

        var receipts = new Dictionary<string, TombstoneReceipts>(digest.Receipts.Count, StringComparer.Ordinal);
        for (int i = 0; i < digest.Receipts.Count; i++)
        {
            receipts[digest.Receipts[i].Key] = digest.Receipts[i];
        }

        var lacking = new List<EntryHeader>();
        CompareHeaders(turn, neighbour, digest, receipts, lacking);
        List<CounterSlot> slots = CompareSlots(turn, neighbour, digest);
        turn.State.Map.Acknowledge(digest.Roster, digest.Receipts);
        List<TombstoneReceipts> more = digest.IsComplete ? ToMoreReceipts(turn, receipts) : [];
        bool isBehind = lacking.Count + slots.Count + more.Count > 0;
        bool isAnswered = isBehind && digest.Exchange != 0 && neighbour.TryAnswer(digest.Exchange);
        if (digest.IsComplete && (isAnswered || !isBehind))
        {
            neighbour.ToldAll(turn.State);
        }

        if (isAnswered)
        {
            turn.Send(neighbour, new StateDigest(digest.Exchange, Exchange: 0, IsComplete: false, turn.State.Map.Roster?.Hash ?? default, lacking, slots, more) { Bodies = SmallBodies(turn, lacking) });
        }

        TakeBodies(turn, neighbour, digest.Bodies);
    }

    /// <summary>Takes in what a neighbour tells of changes. What it lacks itself, others' news or the next comparison tell it.</summary>
    public static void OnNews(ExchangeTurn turn, Neighbour neighbour, StateDigest news)
    {
        if (!IsBounded(turn, news))
        {
            return;
        }

        if (news.IsComplete)
        {
            turn.Refuse(ExchangeRefusal.Malformed, $"News of {news.Headers.Count} keys are said to be all that there is.");
            return;
        }

        CompareHeaders(turn, neighbour, news, [], []);
        CompareSlots(turn, neighbour, news);
        TakeBodies(turn, neighbour, news.Bodies);
    }

    private static void TakeBodies(ExchangeTurn turn, Neighbour neighbour, IReadOnlyList<BodyChunk> bodies)
    {
        for (int i = 0; i < bodies.Count; i++)
        {
            Fetching.OnBody(turn, neighbour, bodies[i]);
        }

        Fetching.Ask(turn, neighbour);
    }

    private static List<BodyChunk> SmallBodies(ExchangeTurn turn, List<EntryHeader> lacking)
    {
        var bodies = new List<BodyChunk>();
        for (int i = 0; i < lacking.Count && bodies.Count < ExchangeLimits.MaxSmallBodies; i++)
        {
            if (!lacking[i].Stamp.IsTombstone && lacking[i].BodyBytes <= turn.Limits.SmallBodyBytes && turn.State.Map.Find(lacking[i].Key)?.Body is { } body)
            {
                bodies.Add(new BodyChunk(body.Hash, body.Bytes.Length, 0, body.Bytes));
            }
        }

        return bodies;
    }

    private static bool IsBounded(ExchangeTurn turn, StateDigest digest)
    {
        ExchangeLimits limits = turn.Limits;
        long receipts = 0;
        for (int i = 0; i < digest.Receipts.Count; i++)
        {
            receipts += digest.Receipts[i].Receipts.Count;
        }

        bool isBounded = digest.Bodies.Count <= ExchangeLimits.MaxSmallBodies && digest.Headers.Count <= limits.MaxKeys && digest.Slots.Count <= limits.MaxCounterSlots
            && digest.Receipts.Count <= limits.MaxKeys && receipts <= limits.MaxReceipts;
        if (!isBounded)
        {
            turn.Refuse(ExchangeRefusal.OversizedDigest, $"A digest has {digest.Headers.Count} keys and {digest.Slots.Count} slots; at most {limits.MaxKeys} and {limits.MaxCounterSlots}.");
        }

        return isBounded;
    }

    private static void CompareHeaders(
        ExchangeTurn turn, Neighbour neighbour, StateDigest digest, Dictionary<string, TombstoneReceipts> receipts, List<EntryHeader> lacking)
    {
        LwwMap map = turn.State.Map;
        int before = map.Count;
        int shared = 0;
        for (int i = 0; i < digest.Headers.Count; i++)
        {
            EntryHeader theirs = digest.Headers[i];
            if (!CrdtLimits.IsKey(theirs.Key))
            {
                turn.Refuse(ExchangeRefusal.Malformed, $"A key has {theirs.Key?.Length ?? 0} characters.");
                continue;
            }

            if (!digest.IsComplete)
            {
                neighbour.Shows(theirs);
            }

            if (map.Find(theirs.Key) is not { } mine)
            {
                bool forgotten = theirs.Stamp.IsTombstone && map.HasForgotten(digest.Roster, receipts.GetValueOrDefault(theirs.Key));
                if (!forgotten)
                {
                    Take(turn, neighbour, theirs);
                }

                continue;
            }

            shared++;
            CompareHeader(turn, neighbour, mine.Header, theirs, lacking);
        }

        if (digest.IsComplete && shared < before)
        {
            FindAbsent(turn, digest, lacking);
        }
    }

    private static void CompareHeader(ExchangeTurn turn, Neighbour neighbour, EntryHeader mine, EntryHeader theirs, List<EntryHeader> lacking)
    {
        int order = turn.State.Map.Compare(theirs.Stamp, mine.Stamp);
        bool twoContents = theirs.Stamp != mine.Stamp && theirs.Stamp.IsSameVersion(mine.Stamp);
        if (twoContents)
        {
            (Stamp kept, Stamp dropped) = order > 0 ? (theirs.Stamp, mine.Stamp) : (mine.Stamp, theirs.Stamp);
            turn.Emit(new ReportEquivocation(new Equivocation(mine.Key, kept, dropped), neighbour.Session));
        }

        if (order > 0)
        {
            Take(turn, neighbour, theirs);
        }
        else if (order < 0)
        {
            lacking.Add(mine);
        }
    }

    private static void Take(ExchangeTurn turn, Neighbour neighbour, EntryHeader theirs)
    {
        if (Removal.IsBurial(theirs) && !turn.State.Map.IsRemoved(new Member(theirs.Stamp.Replica, theirs.Stamp.Incarnation)))
        {
            // It follows from a record that is on its way; without that it proves nothing, and is no reason to suspect who brings it.
            return;
        }

        if (!Admission.Admits(turn, neighbour, theirs))
        {
            return;
        }

        if (Removal.TryRead(theirs, out Member removed))
        {
            // It says all in its header: there is no body to wait for.
            turn.Remove(removed, neighbour.Session);
            return;
        }

        // Where owners prove what they write, this one's own proof must be shown to it, too: a made-up version would cost it an incarnation.
        bool isProved = turn.Options.OwnerCheck is not null && !theirs.Stamp.IsTombstone;
        if (turn.IsOwn(theirs) && !isProved)
        {
            turn.Emit(new ReportOwnVersionSeen(theirs.Key, theirs.Stamp, neighbour.Session));
        }
        else if (theirs.Stamp.IsTombstone)
        {
            turn.Transfers.Cancel(theirs.Key);
            turn.Adopt(new Entry(theirs, body: null), neighbour.Session);
        }
        else
        {
            Fetching.Want(turn, neighbour, theirs);
        }
    }

    /// <summary>What is here and not in a complete digest: the neighbour lacks it, or has forgotten its tombstone.</summary>
    private static void FindAbsent(ExchangeTurn turn, StateDigest digest, List<EntryHeader> lacking)
    {
        LwwMap map = turn.State.Map;
        var keys = new HashSet<string>(digest.Headers.Count, StringComparer.Ordinal);
        for (int i = 0; i < digest.Headers.Count; i++)
        {
            keys.Add(digest.Headers[i].Key);
        }

        var absent = new List<EntryHeader>();
        foreach (Entry entry in map.Entries)
        {
            if (!keys.Contains(entry.Key))
            {
                absent.Add(entry.Header);
            }
        }

        foreach (EntryHeader header in absent)
        {
            bool follows = header.Stamp.IsTombstone && map.Roster is { } roster && roster.Hash == digest.Roster && map.TryFollow(header.Key);
            if (!follows)
            {
                lacking.Add(header);
            }
        }
    }

    private static List<CounterSlot> CompareSlots(ExchangeTurn turn, Neighbour neighbour, StateDigest digest)
    {
        for (int i = 0; i < digest.Slots.Count; i++)
        {
            TakeSlot(turn, digest.Slots[i]);
            if (!digest.IsComplete)
            {
                neighbour.Shows(digest.Slots[i]);
            }
        }

        return digest.IsComplete ? FindLackingSlots(turn.State.Counter, digest) : [];
    }

    private static List<CounterSlot> FindLackingSlots(PnCounter counter, StateDigest digest)
    {
        var theirs = new Dictionary<Member, CounterSlot>(digest.Slots.Count);
        for (int i = 0; i < digest.Slots.Count; i++)
        {
            theirs[digest.Slots[i].Member] = digest.Slots[i];
        }

        var lacking = new List<CounterSlot>();
        foreach (CounterSlot mine in counter.Slots)
        {
            if (!theirs.TryGetValue(mine.Member, out CounterSlot? slot) || mine.Increments > slot.Increments || mine.Decrements > slot.Decrements)
            {
                lacking.Add(mine);
            }
        }

        return lacking;
    }

    private static void TakeSlot(ExchangeTurn turn, CounterSlot slot)
    {
        PnCounter counter = turn.State.Counter;
        CounterSlot? mine = counter.Find(slot.Member);
        if (mine is not null && slot.Increments <= mine.Increments && slot.Decrements <= mine.Decrements)
        {
            return;
        }

        if (!CrdtLimits.IsName(slot.Member.Replica))
        {
            turn.Refuse(ExchangeRefusal.Malformed, "A counter slot's replica has no name, or too long a one.");
        }
        else if (mine is null && counter.Slots.Count >= turn.Limits.MaxCounterSlots)
        {
            turn.Refuse(ExchangeRefusal.Full, $"No room for a counter slot of {slot.Member.Replica}.");
        }
        else
        {
            counter.Merge(slot);
            turn.Emit(new AdoptSlot(counter.Find(slot.Member)!));
        }
    }

    private static List<TombstoneReceipts> ToMoreReceipts(ExchangeTurn turn, Dictionary<string, TombstoneReceipts> theirs)
    {
        var more = new List<TombstoneReceipts>();
        foreach (Entry entry in turn.State.Map.Tombstones > 0 ? turn.State.Map.Entries : [])
        {
            if (entry.IsTombstone && turn.State.Map.KnowsMore(entry.Key, theirs.TryGetValue(entry.Key, out TombstoneReceipts? known) ? known.Receipts : []))
            {
                more.Add(turn.State.Map.ToReceipts(entry));
            }
        }

        return more;
    }
}
