namespace FedActors.Crdt.Gossip;

/// <summary>How one replica exchanges its state with its neighbours, as a pure state machine: what happened goes in, what to do comes out. It knows no socket, clock or log.</summary>
/// <remarks>
/// <c>root hash -> digest -> want -> chunks</c>. Replicas that agree exchange a hash. Others compare digests, and each asks for exactly the
/// bodies that it lacks, each body of one neighbour at a time, so that a body crosses the network about once for each receiver. Between
/// comparisons they tell each other of changes alone.
/// Invariants, whatever comes in whatever order: an entry enters the map only through its order and with bytes that have its hash; a
/// deleted key does not come back while every member keeps to the roster's rule; what others can make this replica hold is bounded by
/// <see cref="ExchangeLimits"/>. Any message may be lost or come twice: the next exchange makes up for it.
/// The state may be changed between inputs, by its owner only. Not safe for concurrent use; perform all effects of one input before the next.
/// </remarks>
public sealed class GossipExchange
{
    private readonly ExchangeTurn _turn;

    /// <summary>Creates the exchange of one replica.</summary>
    /// <param name="state">What it exchanges.</param>
    /// <param name="options">How; the defaults if null.</param>
    /// <param name="former">The one in whose place it is, with the same neighbours. What answers that one is not believed.</param>
    public GossipExchange(ReplicatedState state, ExchangeOptions? options = null, GossipExchange? former = null)
    {
        ArgumentNullException.ThrowIfNull(state);
        _turn = new ExchangeTurn(state, options ?? new ExchangeOptions(), former?._turn.LastExchange ?? 0);
    }

    /// <summary>What is exchanged.</summary>
    public ReplicatedState State => _turn.State;

    /// <summary>Bodies on their way, or parked until somebody sends the rest.</summary>
    public int Transfers => _turn.Transfers.Count;

    /// <summary>Bytes of the bodies that are held and that room was set aside for.</summary>
    public long ResidentBytes => State.Map.BodyBytes + _turn.Transfers.ReservedBytes;

    /// <summary>Whether there is nothing to tell a neighbour: it has offered the very state that is here, or was told of all changes, or was offered this state and did not object. Asking notes what it has heard, so that how often one asks can change what it is told later.</summary>
    /// <param name="session">Which.</param>
    public bool IsTold(long session) =>
        _turn.Neighbours.TryGetValue(session, out Neighbour? neighbour)
        && (neighbour.Heard == State.RootHash || (News.HasHeardAll(_turn, neighbour) ?? (neighbour.Open != 0 && neighbour.Told == State.RootHash)));

    /// <summary>Takes one input in.</summary>
    /// <param name="input">What has happened.</param>
    /// <param name="now">Milliseconds since 1970.</param>
    /// <returns>What to do, in order.</returns>
    public IReadOnlyList<ExchangeEffect> Handle(ExchangeInput input, long now)
    {
        ArgumentNullException.ThrowIfNull(input);
        _turn.Begin(now);

        // The owner may have changed the state or the roster since the last input.
        _turn.LetGo();
        long session = Dispatch(input);
        _turn.LetGo();
        return _turn.End(session);
    }

    private long Dispatch(ExchangeInput input)
    {
        switch (input)
        {
            case NeighbourConnected connected:
                OnConnected(connected);
                return connected.Session;
            case NeighbourClosed closed:
                OnClosed(closed);
                return closed.Session;
            case ExchangeDue due:
                if (_turn.Neighbours.TryGetValue(due.Session, out Neighbour? neighbour))
                {
                    Opening.OnDue(_turn, neighbour, due.Full);
                }

                return due.Session;
            case NewsDue due:
                if (_turn.Neighbours.TryGetValue(due.Session, out Neighbour? untold))
                {
                    News.OnDue(_turn, untold);
                }

                return due.Session;
            case MessageReceived received:
                OnMessage(received);
                return received.Session;
            case BodyJudged judged:
                Fetching.OnJudged(_turn, judged);
                return judged.Judgement.Session;
            case TimePassed:
                Fetching.OnTimePassed(_turn);
                return 0;
            default:
                throw new ArgumentException($"{input.GetType().Name} is not an input that the exchange knows.", nameof(input));
        }
    }

    private void OnConnected(NeighbourConnected connected)
    {
        if (_turn.Neighbours.Count >= _turn.Limits.MaxNeighbours)
        {
            _turn.Refuse(ExchangeRefusal.UnknownNeighbour, $"{connected.Member.Replica} is one neighbour too many; at most {_turn.Limits.MaxNeighbours}.");
            return;
        }

        // Two that meet compare first: what is here by then is no news.
        Neighbour neighbour = new(connected);
        neighbour.ToldAll(State);
        if (!_turn.Neighbours.TryAdd(connected.Session, neighbour))
        {
            throw new ArgumentException($"Session {connected.Session} is in use.", nameof(connected));
        }
    }

    private void OnClosed(NeighbourClosed closed)
    {
        if (_turn.Neighbours.Remove(closed.Session, out Neighbour? neighbour))
        {
            Fetching.OnClosed(_turn, neighbour);
        }
    }

    private void OnMessage(MessageReceived received)
    {
        if (!_turn.Neighbours.TryGetValue(received.Session, out Neighbour? neighbour))
        {
            _turn.Refuse(ExchangeRefusal.UnknownNeighbour, $"A message came from session {received.Session}, which is not connected.");
            return;
        }

        // Somebody who was removed may hold values whose tombstones are forgotten here.
        if (State.Map.Roster is { } roster && !roster.Contains(neighbour.Member))
        {
            _turn.Refuse(ExchangeRefusal.NotInRoster, $"{neighbour.Member.Replica}, incarnation {neighbour.Member.Incarnation}, is not in the roster.");
            return;
        }

        switch (received.Message)
        {
            case RootOffer offer:
                Opening.OnRootOffer(_turn, neighbour, offer);
                break;
            case StateDigest digest:
                Comparing.OnDigest(_turn, neighbour, digest);
                break;
            case BodyWants wants:
                Serving.OnWants(_turn, neighbour, wants);
                break;
            case BodyChunk chunk:
                Fetching.OnChunk(_turn, neighbour, chunk);
                break;
            case BodyMissing missing:
                Fetching.OnMissing(_turn, neighbour, missing);
                break;
            default:
                throw new ArgumentException($"{received.Message.GetType().Name} is not a message that the exchange knows.", nameof(received));
        }
    }
}
