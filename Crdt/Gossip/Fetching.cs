namespace FedActors.Crdt.Gossip;

/// <summary>Gets the bodies that lack, each from one neighbour at a time.</summary>
internal static class Fetching
{
    /// <summary>Notes that an entry waits for its body, and who is to send it.</summary>
    public static void Want(ExchangeTurn turn, Neighbour neighbour, EntryHeader header)
    {
        TransferTable table = turn.Transfers;
        if (neighbour.Distrusts(header.Stamp.Content) || turn.Transfers.IsUnproved(header) || GivesWay(turn, neighbour, header))
        {
            return;
        }

        if (table.Find(header.Stamp.Content) is null && table.Count >= turn.Limits.MaxTransfers)
        {
            turn.Refuse(ExchangeRefusal.Full, $"{table.Count} bodies are on their way; {header.Key} waits for a later exchange.");
            return;
        }

        if (table.Find(header.Stamp.Content) is { } other && other.BodyBytes != header.BodyBytes)
        {
            // One of two neighbours is wrong about the length. Whoever is sending may go on; what nobody sends gives way.
            if (other.Source is not null)
            {
                turn.Refuse(ExchangeRefusal.Malformed, $"{header.Key} is said to have {header.BodyBytes} bytes, and by another neighbour {other.BodyBytes}.");
                return;
            }

            table.Remove(other);
        }

        BodyTransfer transfer = table.FindWaiting(header.Key) == header ? table.Find(header.Stamp.Content)! : table.Wait(header);
        if (transfer.Source is null)
        {
            transfer.Assign(neighbour, header.Key, turn.Now);
        }
    }

    /// <summary>Whether what waits under the key goes first: the newer one, or where owners prove what they write, what is coming already.</summary>
    /// <remarks>A header proves nothing before its body is here. One that was made up must not end a body that comes, nor keep the owner's own word away.</remarks>
    private static bool GivesWay(ExchangeTurn turn, Neighbour neighbour, EntryHeader header)
    {
        if (turn.Transfers.FindWaiting(header.Key) is not { } waiting)
        {
            return false;
        }

        if (turn.Options.OwnerCheck is null || !OwnedKey.TryGetOwner(header.Key, out _))
        {
            return turn.State.Map.Compare(waiting.Stamp, header.Stamp) > 0;
        }

        Neighbour? source = turn.Transfers.Find(waiting.Stamp.Content)!.Source;
        return source is not null && source != neighbour && !neighbour.IsProved(header.Stamp.Replica);
    }

    /// <summary>Asks a neighbour for chunks until its window is full.</summary>
    public static void Ask(ExchangeTurn turn, Neighbour neighbour)
    {
        var wants = new List<BodyWant>();
        while (neighbour.OutstandingBytes < turn.Limits.WindowBytes && neighbour.OutstandingChunks < turn.Limits.MaxWants
            && neighbour.Unasked.TryPeek(out BodyTransfer? transfer))
        {
            bool current = transfer.Source == neighbour && turn.Transfers.Find(transfer.Content) == transfer;
            if (current && transfer.TryAsk(out int offset))
            {
                wants.Add(new BodyWant(transfer.OfferedKey, transfer.Content, offset));
            }
            else
            {
                neighbour.Unasked.Dequeue();
            }
        }

        if (wants.Count > 0)
        {
            turn.Send(neighbour, new BodyWants(wants));
        }
    }

    /// <summary>A small body has come with its header. What is not lacking, or is awaited from another, is let go.</summary>
    public static void OnBody(ExchangeTurn turn, Neighbour neighbour, BodyChunk body)
    {
        if (turn.Transfers.Find(body.Content) is { } transfer && transfer.Source == neighbour && transfer.BodyBytes <= ExchangeLimits.MaxSmallBodyBytes)
        {
            transfer.TryAsk(out _);
            Take(turn, neighbour, transfer, body);
        }
    }

    public static void OnChunk(ExchangeTurn turn, Neighbour neighbour, BodyChunk chunk)
    {
        // A chunk that comes after its body was asked of another, or after all is here, is nobody's fault.
        if (turn.Transfers.Find(chunk.Content) is not { } transfer || transfer.Source != neighbour)
        {
            return;
        }

        Take(turn, neighbour, transfer, chunk);
        Ask(turn, neighbour);
    }

    private static void Take(ExchangeTurn turn, Neighbour neighbour, BodyTransfer transfer, BodyChunk chunk)
    {
        neighbour.LastChunk = turn.Now;
        if (!transfer.TryTake(chunk, turn.Now))
        {
            turn.Refuse(ExchangeRefusal.WrongChunk, $"A chunk of {chunk.Bytes.Length} bytes at {chunk.Offset} of {chunk.BodyBytes} is not what was asked for.");
            GiveUp(turn, neighbour, transfer);
        }
        else
        {
            NoteServed(turn, neighbour, transfer, chunk.Bytes.Length);
            if (transfer.IsComplete && transfer.Judgement is null)
            {
                Judge(turn, neighbour, transfer);
            }
        }
    }

    /// <summary>Long chunks may come later than short ones that were asked for after them, and not the other way round.</summary>
    private static void NoteServed(ExchangeTurn turn, Neighbour neighbour, BodyTransfer served, int bytes)
    {
        foreach (BodyTransfer transfer in served.IsOwed ? [] : turn.Transfers.All)
        {
            if (transfer.Source == neighbour)
            {
                transfer.NoteServed(served.LastAsk, bytes);
            }
        }
    }

    public static void OnMissing(ExchangeTurn turn, Neighbour neighbour, BodyMissing missing)
    {
        if (turn.Transfers.Find(missing.Content) is { Judgement: null } transfer && transfer.Source == neighbour)
        {
            Park(turn, transfer);
            Ask(turn, neighbour);
        }
    }

    /// <summary>A neighbour is gone: what it was to send is asked of others, from where it stopped.</summary>
    public static void OnClosed(ExchangeTurn turn, Neighbour neighbour)
    {
        var left = new List<BodyTransfer>();
        foreach (BodyTransfer transfer in turn.Transfers.All)
        {
            if (transfer.Source == neighbour && transfer.Judgement is null)
            {
                left.Add(transfer);
            }
        }

        foreach (BodyTransfer transfer in left)
        {
            Park(turn, transfer);
        }
    }

    public static void OnTimePassed(ExchangeTurn turn)
    {
        var late = new List<BodyTransfer>();
        var stale = new List<BodyTransfer>();
        foreach (BodyTransfer transfer in turn.Transfers.All)
        {
            if (transfer.Judgement is not null)
            {
                continue;
            }

            // A wall clock that was set back must not make a wait endless.
            transfer.LastProgress = Math.Min(transfer.LastProgress, turn.Now);
            long sourcesProgress = transfer.IsOvertaken ? 0 : Math.Min(transfer.Source?.LastChunk ?? 0, turn.Now);
            TimeSpan idle = TimeSpan.FromMilliseconds(turn.Now - Math.Max(transfer.LastProgress, sourcesProgress));
            if (transfer.Source is { } source && idle >= turn.Limits.WantTimeout)
            {
                turn.Emit(new ReportWantTimeout(source.Session, transfer.Content));
                late.Add(transfer);
            }
            else if (transfer.Source is null && idle >= turn.Limits.ParkTimeout)
            {
                stale.Add(transfer);
            }
        }

        foreach (BodyTransfer transfer in late)
        {
            Park(turn, transfer);
        }

        foreach (BodyTransfer transfer in stale)
        {
            turn.Transfers.Remove(transfer);
        }
    }

    /// <summary>Takes a body from who was to send it, and keeps what has come. What was only announced keeps no room.</summary>
    private static void Park(ExchangeTurn turn, BodyTransfer transfer)
    {
        if (transfer.IsEmpty)
        {
            turn.Transfers.Remove(transfer);
        }
        else
        {
            transfer.Release(turn.Now);
        }
    }

    /// <summary>A judgement that was asked for has come.</summary>
    public static void OnJudged(ExchangeTurn turn, BodyJudged judged)
    {
        JudgeBody judgement = judged.Judgement;
        if (turn.Transfers.Find(judgement.Headers[0].Stamp.Content) is not { } transfer || !ReferenceEquals(transfer.Judgement, judgement))
        {
            return;
        }

        if (turn.Options.OwnerCheck is not null && WaitsForMore(transfer, judgement))
        {
            // An entry has come to wait for the body since: it is judged for that one, too.
            Judge(turn, transfer.Source!, transfer);
        }
        else
        {
            Finish(turn, transfer.Source!, transfer, judged);
        }
    }

    private static bool WaitsForMore(BodyTransfer transfer, JudgeBody judgement)
    {
        foreach (EntryHeader header in transfer.Waiting.Values)
        {
            if (!judgement.Headers.Contains(header))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>All of a body is here: whether it is the right one is judged at once if it is small, and away from the turn if it is large.</summary>
    private static void Judge(ExchangeTurn turn, Neighbour neighbour, BodyTransfer transfer)
    {
        JudgeBody judgement = new(neighbour.Session, transfer.Bytes, [.. transfer.Waiting.Values]);
        if (transfer.BodyBytes > turn.Limits.MaxBytesJudgedAtOnce)
        {
            transfer.Judgement = judgement;
            turn.Emit(judgement);
        }
        else
        {
            Finish(turn, neighbour, transfer, judgement.Judge(turn.Options.OwnerCheck));
        }
    }

    private static void Finish(ExchangeTurn turn, Neighbour neighbour, BodyTransfer transfer, BodyJudged judged)
    {
        if (judged.Body.Hash != transfer.Content)
        {
            string others = transfer.HasOneSource ? "" : ", or another neighbour that sent a part before";
            turn.Refuse(ExchangeRefusal.WrongBody, $"{neighbour.Member.Replica}{others} sent {transfer.BodyBytes} bytes for {transfer.OfferedKey} that do not have the hash offered.");
            GiveUp(turn, neighbour, transfer);
            return;
        }

        turn.Transfers.Remove(transfer);
        Body body = turn.Options.Share?.Invoke(judged.Body) ?? judged.Body;
        foreach (EntryHeader header in transfer.Waiting.Values)
        {
            if (FaultOf(judged, header) is { } fault)
            {
                turn.Transfers.NoteUnproved(header);
                turn.Refuse(ExchangeRefusal.Unproved, $"{neighbour.Member.Replica} brings version {header.Stamp.Incarnation}.{header.Stamp.Tick} of {header.Key}, but {fault}.");
            }
            else if (turn.IsOwn(header))
            {
                turn.Emit(new ReportOwnVersionSeen(header.Key, header.Stamp, neighbour.Session));
            }
            else
            {
                turn.Adopt(new Entry(header, body), neighbour.Session);
            }
        }
    }

    /// <summary>Entries that came to wait later are asked for no proof: otherwise they would have been judged, too.</summary>
    private static string? FaultOf(BodyJudged judged, EntryHeader header)
    {
        for (int i = 0; i < judged.Faults.Count; i++)
        {
            if (judged.Judgement.Headers[i] == header)
            {
                return judged.Faults[i];
            }
        }

        return null;
    }

    private static void GiveUp(ExchangeTurn turn, Neighbour neighbour, BodyTransfer transfer)
    {
        // Who only finished what another began may be honest, and is asked again, from the start.
        if (transfer.HasOneSource)
        {
            neighbour.Distrust(transfer.Content);
        }

        turn.Transfers.Remove(transfer);
    }
}
