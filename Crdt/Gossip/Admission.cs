namespace FedActors.Crdt.Gossip;

/// <summary>Decides whether an entry that is newer than what is here may be taken in.</summary>
internal static class Admission
{
    public static bool Admits(ExchangeTurn turn, Neighbour neighbour, EntryHeader header)
    {
        if (FindObjection(turn, neighbour, header) is not { } objection)
        {
            return true;
        }

        turn.Refuse(objection.Refusal, objection.Text);
        return false;
    }

    private static Objection? FindObjection(ExchangeTurn turn, Neighbour neighbour, EntryHeader header)
    {
        Stamp stamp = header.Stamp;
        if (!CrdtLimits.IsName(stamp.Replica) || header.BodyBytes < 0 || (stamp.IsTombstone && (header.BodyBytes != 0 || stamp.Content != default)))
        {
            return new(ExchangeRefusal.Malformed, $"The entry of {header.Key} contradicts itself.");
        }

        if (header.BodyBytes > turn.Limits.MaxBodyBytes)
        {
            return new(ExchangeRefusal.OversizedBody, $"The body of {header.Key} has {header.BodyBytes} bytes; at most {turn.Limits.MaxBodyBytes}.");
        }

        if ((OwnedKey.TryGetOwner(header.Key, out _) ? FindOwnedObjection(turn, neighbour, header) : FindSharedObjection(turn, header)) is { } objection)
        {
            return objection;
        }

        if (Removal.TryRead(header, out Member removed) && !turn.State.Map.HasRoomFor(removed, turn.Limits.MaxKeys - turn.Transfers.WaitingKeys))
        {
            return new(ExchangeRefusal.Full, $"No room for {header.Key}: as many peers were removed as can be remembered, or no keys are left.");
        }

        return IsFull(turn, header) ? new(ExchangeRefusal.Full, $"No room for {header.Key}, {header.BodyBytes} bytes: raise the limits, or let there be fewer peers or smaller models.") : null;
    }

    private static bool IsFull(ExchangeTurn turn, EntryHeader header)
    {
        LwwMap map = turn.State.Map;
        bool isNew = map.Find(header.Key) is null && turn.Transfers.FindWaiting(header.Key) is null;
        bool isReserved = header.Stamp.IsTombstone || turn.Transfers.Find(header.Stamp.Content) is not null;
        return (isNew && map.Count + turn.Transfers.WaitingKeys >= turn.Limits.MaxKeys)
            || (!isReserved && map.BodyBytes + turn.Transfers.ReservedBytes + header.BodyBytes > turn.Limits.MaxResidentBytes);
    }

    private static Objection? FindOwnedObjection(ExchangeTurn turn, Neighbour neighbour, EntryHeader header)
    {
        Stamp stamp = header.Stamp;
        if (!OwnedKey.MayWrite(header.Key, stamp.Replica) || stamp.Incarnation == 0)
        {
            return new(ExchangeRefusal.ForgedKey, $"{header.Key} is said to be written by {stamp.Replica}, incarnation {stamp.Incarnation}.");
        }

        bool isDeleted = turn.State.Map.IsRemoved(new Member(stamp.Replica, stamp.Incarnation)) && Removal.KeysOf(stamp.Replica).Contains(header.Key);
        if (isDeleted && !stamp.IsTombstone)
        {
            // Once all have acknowledged its tombstone, nothing but the record keeps it away.
            return new(ExchangeRefusal.Removed, $"{neighbour.Member.Replica} brings {header.Key} of {stamp.Replica}, incarnation {stamp.Incarnation}, which was removed for good.");
        }

        // The tombstones of one who was removed follow from the record of that, whoever brings them. No others do.
        bool mayDelete = turn.Options.OwnerCheck is null || neighbour.IsProved(stamp.Replica) || (isDeleted && Removal.IsBurial(header));
        return stamp.IsTombstone && !mayDelete
            ? new(ExchangeRefusal.NotFromOwner, $"{neighbour.Member.Replica} says that {header.Key} is deleted, which its owner alone may say.")
            : null;
    }

    private static Objection? FindSharedObjection(ExchangeTurn turn, EntryHeader header)
    {
        if (header.Stamp.Incarnation != 0)
        {
            return new(ExchangeRefusal.Malformed, $"{header.Key} has no owner, and yet an incarnation.");
        }

        if (Removal.IsRecord(header.Key))
        {
            // A record bears an incarnation in the place of a time.
            return FindRemovalFault(turn.State.Map, header) is { } fault ? new(ExchangeRefusal.Malformed, fault) : null;
        }

        return turn.State.Clock.IsFromTheFuture(new HybridTime(header.Stamp.Tick), turn.Now)
            ? new(ExchangeRefusal.FutureStamp, $"{header.Key} is stamped {new HybridTime(header.Stamp.Tick).Milliseconds - turn.Now} ms ahead by {header.Stamp.Replica}.")
            : null;
    }

    private static string? FindRemovalFault(LwwMap map, EntryHeader header) =>
        header.Stamp.IsTombstone ? $"{header.Key} is said to be deleted, and who was removed stays so."
        : !Removal.TryRead(header, out Member member) ? $"{header.Key} is not in the form that a removal has."
        : map.IsOutOfProportion(member) ? $"{header.Key} is out of all proportion to what is known of {member.Replica}."
        : null;

    private sealed record Objection(ExchangeRefusal Refusal, string Text);
}
