namespace FedActors.Crdt.Gossip;

/// <summary>Something that the caller must do, in the order given. A closed set.</summary>
public abstract record ExchangeEffect
{
    private protected ExchangeEffect()
    {
    }
}

/// <summary>Send a message to a neighbour. It may be lost.</summary>
/// <param name="Session">To whom.</param>
/// <param name="Message">What.</param>
public sealed record SendMessage(long Session, ExchangeMessage Message) : ExchangeEffect;

/// <summary>
/// All of a large body is here. Hash it, and where owners prove what they write, see whether it proves them: away from the caller's turn, since
/// that takes long. Answer with <see cref="BodyJudged"/>, once. If the wait for the body has ended by then, the answer has no effect.
/// </summary>
/// <param name="Session">Who sent it, or its end.</param>
/// <param name="Bytes">The body's bytes, which nobody changes.</param>
/// <param name="Headers">The entries that wait for it.</param>
public sealed record JudgeBody(long Session, ReadOnlyMemory<byte> Bytes, IReadOnlyList<EntryHeader> Headers) : ExchangeEffect
{
    /// <summary>Does what is asked for. May be called on any thread.</summary>
    /// <param name="ownerCheck">As the exchange was given it.</param>
    public BodyJudged Judge(OwnerCheck? ownerCheck)
    {
        Body body = new(Bytes);
        string?[] faults = new string?[Headers.Count];
        for (int i = 0; i < faults.Length; i++)
        {
            faults[i] = body.Hash == Headers[i].Stamp.Content && OwnedKey.TryGetOwner(Headers[i].Key, out _) ? ownerCheck?.Invoke(Headers[i], body) : null;
        }

        return new BodyJudged(this, body, faults);
    }
}

/// <summary>An entry from elsewhere is now the one in the map.</summary>
/// <param name="Entry">The entry.</param>
/// <param name="Session">From whom.</param>
public sealed record AdoptEntry(Entry Entry, long Session) : ExchangeEffect;

/// <summary>A counter slot from elsewhere was merged.</summary>
/// <param name="Slot">The slot as it now is.</param>
public sealed record AdoptSlot(CounterSlot Slot) : ExchangeEffect;

/// <summary>Tombstones were forgotten, since every member has acknowledged them.</summary>
/// <param name="Keys">Their keys.</param>
public sealed record ForgetKeys(IReadOnlyList<string> Keys) : ExchangeEffect;

/// <summary>Tell the operator that a version has two contents.</summary>
/// <param name="Equivocation">Which; seen in a neighbour's digest, of which only the headers are known.</param>
/// <param name="Session">Who brought the second.</param>
public sealed record ReportEquivocation(Equivocation Equivocation, long Session) : ExchangeEffect;

/// <summary>
/// A neighbour has a version of one of this replica's own keys that this replica does not know of, and it was not taken in: this one has
/// lost its disk, runs twice, or is slandered. Continue with an incarnation above the one seen.
/// </summary>
/// <param name="Key">The key.</param>
/// <param name="Seen">The version.</param>
/// <param name="Session">Who has it.</param>
public sealed record ReportOwnVersionSeen(string Key, Stamp Seen, long Session) : ExchangeEffect;

/// <summary>Something that a neighbour sent was not taken in. Log it, count it.</summary>
/// <param name="Session">Which neighbour.</param>
/// <param name="Refusal">Why.</param>
/// <param name="Count">How often in one message.</param>
/// <param name="Text">The first case, for people.</param>
public sealed record ReportRefusal(long Session, ExchangeRefusal Refusal, int Count, string Text) : ExchangeEffect;

/// <summary>A neighbour has sent nothing of a body for too long; another will be asked.</summary>
/// <param name="Session">Which neighbour.</param>
/// <param name="Content">The body's hash.</param>
public sealed record ReportWantTimeout(long Session, ContentHash Content) : ExchangeEffect;
