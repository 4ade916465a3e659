using BenchmarkDotNet.Attributes;
using FedActors.Crdt;
using FedActors.Crdt.Gossip;

namespace FedActors.Benchmarks.Crdt;

/// <summary>One exchange between two replicas with a thousand keys each, all messages of both sides, without codecs and network.</summary>
[MemoryDiagnoser]
public class ExchangeBenchmarks
{
    private const int Keys = 1_000;
    private readonly Queue<(GossipExchange To, ExchangeMessage Message)> _wire = new();
    private GossipExchange _a = new(new ReplicatedState(new Member("a", 1)));
    private GossipExchange _b = new(new ReplicatedState(new Member("b", 1)));
    private Body[] _bodies = [];
    private long _now;

    [GlobalSetup]
    public void Prepare()
    {
        _bodies = [new(new byte[] { 1 }), new(new byte[] { 2 })];
        _a = new GossipExchange(new ReplicatedState(new Member("a", 1)));
        _b = new GossipExchange(new ReplicatedState(new Member("b", 1)));
        _a.Handle(new NeighbourConnected(1, _b.State.Self, null), _now);
        _b.Handle(new NeighbourConnected(1, _a.State.Self, null), _now);
        for (int i = 0; i < Keys; i++)
        {
            _a.State.Put($"key/{i}", _bodies[0], _now);
        }

        _b.State.Map.Merge(_a.State.Map);
    }

    [Benchmark]
    public bool Agreeing() => Exchange();

    /// <summary>The change itself included: one write at one side.</summary>
    [Benchmark]
    public bool OneKeyChanged()
    {
        _b.State.Put("key/500", _bodies[++_now & 1], _now);
        return Exchange();
    }

    private bool Exchange()
    {
        Perform(_a, _b, new ExchangeDue(1));
        while (_wire.TryDequeue(out (GossipExchange To, ExchangeMessage Message) next))
        {
            Perform(next.To, next.To == _a ? _b : _a, new MessageReceived(1, next.Message));
        }

        return _a.State.RootHash == _b.State.RootHash ? true : throw new InvalidOperationException("The replicas do not agree.");
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
