using FedActors.Crdt;
using FedActors.Crdt.Gossip;

namespace FedActors.Tests.Crdt.Gossip;

/// <summary>Replicas whose messages arrive at once and in order; the test sees every effect and may come between.</summary>
internal sealed class GossipPair
{
    public const long Start = 1_700_000_000_000;

    private readonly Queue<(string From, string To, ExchangeMessage Message)> _wire = new();

    public GossipPair(ExchangeOptions? options = null, string? provedB = null, ulong aIncarnation = 1)
    {
        A = new GossipExchange(new ReplicatedState(new Member("a", aIncarnation)), options);
        B = new GossipExchange(new ReplicatedState(new Member("b", 1)), options);
        Give("a", new NeighbourConnected(1, B.State.Self, provedB));
        Give("b", new NeighbourConnected(1, A.State.Self, null));
    }

    public GossipExchange A { get; }

    public GossipExchange B { get; }

    public long Now { get; set; } = Start;

    public List<(string At, ExchangeEffect Effect)> Effects { get; } = [];

    public List<ExchangeMessage> Sent { get; } = [];

    /// <summary>Drops or replaces a message on its way.</summary>
    public Func<ExchangeMessage, ExchangeMessage?> Wire { get; set; } = message => message;

    /// <summary>Bytes of bodies, whether they were asked for or came with their headers.</summary>
    public long ChunkBytes => Sent.OfType<BodyChunk>().Concat(Sent.OfType<StateDigest>().SelectMany(digest => digest.Bodies)).Sum(chunk => (long)chunk.Bytes.Length);

    public IEnumerable<T> At<T>(string replica) => Effects.Where(effect => effect.At == replica).Select(effect => effect.Effect).OfType<T>();

    public ExchangeRefusal[] RefusalsAt(string replica) => [.. At<ReportRefusal>(replica).Select(refusal => refusal.Refusal)];

    public void Exchange(bool full = false)
    {
        Give("a", new ExchangeDue(1, full));
        Run();
    }

    public void Give(string replica, ExchangeInput input)
    {
        foreach (ExchangeEffect effect in (replica == "a" ? A : B).Handle(input, Now))
        {
            Effects.Add((replica, effect));
            if (effect is SendMessage send)
            {
                Sent.Add(send.Message);
                _wire.Enqueue((replica, replica == "a" ? "b" : "a", send.Message));
            }
        }
    }

    /// <summary>A message from B that B's own code would not send.</summary>
    public void GiveFromB(ExchangeMessage message)
    {
        Give("a", new MessageReceived(1, message));
        Run();
    }

    /// <summary>Has A ask B, and answers in B's place.</summary>
    public void AnswerInPlaceOfB(IReadOnlyList<EntryHeader> headers, IReadOnlyList<CounterSlot>? slots = null)
    {
        Wire = _ => null;
        Give("a", new ExchangeDue(1, Full: true));
        ulong open = Sent.OfType<RootOffer>().Last().Exchange;
        Run();
        GiveFromB(new StateDigest(open, 0, IsComplete: true, default, headers, slots ?? [], []));
    }

    public void Run()
    {
        while (_wire.TryDequeue(out (string From, string To, ExchangeMessage Message) next))
        {
            if (Wire(next.Message) is { } message)
            {
                Give(next.To, new MessageReceived(1, message));
            }
        }
    }

    public static EntryHeader Header(string key, ulong tick, int bytes = 1, ulong incarnation = 0, string replica = "b") =>
        new(key, new Stamp(incarnation, tick, IsTombstone: false, replica, ContentHash.Of([9])), bytes);
}
