using FedActors.Crdt;
using FedActors.Crdt.Gossip;

namespace FedActors.Scripts.Measuring.Crdt;

/// <summary>Two replicas that hold the same keys and exchange their states: all messages of both sides, without codecs and network.</summary>
internal sealed class ReplicaPair
{
    private readonly Queue<(GossipExchange To, ExchangeMessage Message)> _wire = new();
    private readonly GossipExchange _a = new(new ReplicatedState(new Member("a", 1)));
    private readonly GossipExchange _b = new(new ReplicatedState(new Member("b", 1)));
    private readonly Body[] _bodies = [new(new byte[] { 1 }), new(new byte[] { 2 })];
    private readonly string _changing;
    private long _now;

    public ReplicaPair(int keys)
    {
        _a.Handle(new NeighbourConnected(1, _b.State.Self, null), _now);
        _b.Handle(new NeighbourConnected(1, _a.State.Self, null), _now);
        for (int i = 0; i < keys; i++)
        {
            _a.State.Put($"key/{i}", _bodies[0], _now);
        }

        _b.State.Map.Merge(_a.State.Map);
        _changing = $"key/{keys / 2}";
    }

    /// <summary>Changes one key at one side, and lets the other side have it.</summary>
    public void ChangeOneAndExchange()
    {
        _b.State.Put(_changing, _bodies[++_now & 1], _now);
        Exchange();
    }

    /// <summary>Exchanges until both are silent.</summary>
    public void Exchange()
    {
        Perform(_a, _b, new ExchangeDue(1));
        while (_wire.TryDequeue(out (GossipExchange To, ExchangeMessage Message) next))
        {
            Perform(next.To, next.To == _a ? _b : _a, new MessageReceived(1, next.Message));
        }

        if (_a.State.RootHash != _b.State.RootHash)
        {
            throw new InvalidOperationException("The replicas do not agree.");
        }
    }

    private void Perform(GossipExchange at, GossipExchange other, ExchangeInput input)
    {
        IReadOnlyList<ExchangeEffect> effects = at.Handle(input, _now);
        for (int i = 0; i < effects.Count; i++)
        {
            if (effects[i] is SendMessage send)
            {
                _wire.Enqueue((other, send.Message));
            }
        }
    }
}
