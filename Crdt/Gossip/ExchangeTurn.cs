namespace FedActors.Crdt.Gossip;

/// <summary>What the handlers of one input share: the state, and the effects so far.</summary>
/// <param name="state">The state.</param>
/// <param name="options">The options.</param>
/// <param name="exchanges">Numbers of exchanges that are used up: what answers them is from before.</param>
internal sealed class ExchangeTurn(ReplicatedState state, ExchangeOptions options, ulong exchanges)
{
    private readonly Dictionary<ExchangeRefusal, (int Count, string Text)> _refusals = [];
    private List<ExchangeEffect> _effects = [];
    private ulong _forgottenAt = exchanges;

    public ReplicatedState State { get; } = state;

    public ExchangeOptions Options { get; } = options;

    public ExchangeLimits Limits => Options.Limits;

    public Dictionary<long, Neighbour> Neighbours { get; } = [];

    public TransferTable Transfers { get; } = new();

    /// <summary>Milliseconds since 1970.</summary>
    public long Now { get; private set; }

    public void Begin(long now)
    {
        Now = now;
        _effects = [];
    }

    /// <summary>Ends the input: tells of what was refused, once for each reason, however often one message gave cause.</summary>
    public IReadOnlyList<ExchangeEffect> End(long session)
    {
        foreach ((ExchangeRefusal refusal, (int count, string text)) in _refusals)
        {
            Emit(new ReportRefusal(session, refusal, count, text));
        }

        _refusals.Clear();
        return _effects;
    }

    public void Emit(ExchangeEffect effect) => _effects.Add(effect);

    public void Send(Neighbour neighbour, ExchangeMessage message) => Emit(new SendMessage(neighbour.Session, message));

    public void Refuse(ExchangeRefusal refusal, string text) =>
        _refusals[refusal] = _refusals.TryGetValue(refusal, out (int Count, string Text) first) ? (first.Count + 1, first.Text) : (1, text);

    /// <summary>
    /// Whether an entry is one that only this replica may have written, and it did not. What bears an incarnation of a former life may be a
    /// content that others were given under it, and is chosen between as anybody's: nobody writes it anew any more.
    /// </summary>
    public bool IsOwn(EntryHeader header) =>
        header.Stamp.Incarnation >= State.Self.Incarnation && OwnedKey.TryGetOwner(header.Key, out ReadOnlySpan<char> owner) && owner.SequenceEqual(State.Self.Replica);

    /// <summary>The exchange that was begun last.</summary>
    public ulong LastExchange { get; private set; } = exchanges;

    public ulong NextExchange() => ++LastExchange;

    /// <summary>Whether an exchange was begun here since something was last forgotten, so that an answer to it tells of nothing older.</summary>
    public bool IsRecent(ulong exchange) => Options.BelievesOldNews || (exchange > _forgottenAt && exchange <= LastExchange);

    /// <summary>Makes an entry from elsewhere the one in the map, unless a greater one is there by now.</summary>
    public void Adopt(Entry entry, long session)
    {
        if (!OwnedKey.TryGetOwner(entry.Key, out _))
        {
            State.Clock.TryObserve(new HybridTime(entry.Stamp.Tick), Now);
        }

        if (Neighbours.TryGetValue(session, out Neighbour? neighbour))
        {
            neighbour.Shows(entry.Header);
        }

        if (State.Map.TryAdopt(entry, out _))
        {
            Emit(new AdoptEntry(entry, session));
        }
    }

    /// <summary>Takes in that a member is gone for good, with the tombstones that follow from that.</summary>
    public void Remove(Member member, long session)
    {
        IReadOnlyList<Entry> entries = State.Map.Remove(member).Entries;
        for (int i = 0; i < entries.Count; i++)
        {
            Transfers.Cancel(entries[i].Key);
            Emit(new AdoptEntry(entries[i], session));
        }
    }

    /// <summary>
    /// Tells of tombstones that were forgotten, and lets go of all that may be older: values on their way for their keys, and answers to
    /// questions from before. A value that came back now would stay.
    /// </summary>
    public void LetGo()
    {
        State.Map.ForgetSettled();
        string[] keys = State.Map.TakeForgotten();
        if (keys.Length == 0)
        {
            return;
        }

        foreach (string key in keys)
        {
            Transfers.Cancel(key);
        }

        _forgottenAt = LastExchange;
        foreach (Neighbour neighbour in Neighbours.Values)
        {
            neighbour.BeginAnew();
        }

        Emit(new ForgetKeys(keys));
    }
}
