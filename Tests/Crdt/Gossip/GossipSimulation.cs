using FedActors.Crdt;
using FedActors.Crdt.Gossip;
using FedActors.Tests.Laws;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.Crdt.Gossip;

/// <summary>Some replicas on a bus that loses, repeats, delays, reorders and cuts, in virtual time and from one seed.</summary>
internal sealed class GossipSimulation
{
    private const int Keys = 6;
    private readonly SplitMix _random;
    private readonly GossipExchange[] _replicas;
    private readonly PriorityQueue<(int From, int To, ExchangeInput Input), (long At, ulong Order)> _bus = new();
    private readonly LawParts _parts;
    private readonly bool _isBad;
    private bool _disturbed;
    private ulong _order;
    private long _now = GossipPair.Start;
    private int _cut;
    private ulong _sequence;
    private int _judged;

    public GossipSimulation(ulong seed, int replicas, bool disturbed = true, LawParts? parts = null, int judgedAtOnce = int.MaxValue)
    {
        _random = new SplitMix(seed);
        _parts = parts ?? new LawParts();
        _isBad = disturbed;
        _disturbed = disturbed;
        Member[] members = [.. Enumerable.Range(0, replicas).Select(i => new Member("r" + i, 1))];
        _replicas = [.. members.Select(member => new GossipExchange(new ReplicatedState(new LwwMap(member, 0, _parts.Order, _parts.ForgetsAtOnce), null), new ExchangeOptions { Limits = new ExchangeLimits { MaxBytesJudgedAtOnce = judgedAtOnce }, BelievesOldNews = _parts.BelievesOldNews }))];
        for (int i = 0; i < replicas; i++)
        {
            _replicas[i].State.Map.SetRoster(new Roster(members));
            for (int j = 0; j < replicas; j++)
            {
                if (i != j)
                {
                    Give(i, new NeighbourConnected(j, members[j], null));
                }
            }
        }
    }

    /// <summary>Everything that was ever received, in order: two runs of one seed give one trace.</summary>
    public ContentHash Trace { get; private set; }

    public long ChunkBytes { get; private set; }

    /// <summary>Bodies that were judged away from the turn.</summary>
    public int Judged => _judged;

    public Int128 Acknowledged { get; private set; }

    public IReadOnlyList<GossipExchange> Replicas => _replicas;

    public bool Agrees => _replicas.All(replica => replica.State.RootHash == _replicas[0].State.RootHash && MapTrial.Same(replica.State.Map, _replicas[0].State.Map));

    /// <summary>Random writes, deletions and counts between exchanges on the bad bus.</summary>
    public void Disturb(int steps)
    {
        for (int step = 0; step < steps; step++)
        {
            _cut = _random.Next(8) == 0 ? _random.Next(1 << _replicas.Length) : _cut;
            int who = _random.Next(_replicas.Length);
            ReplicatedState state = _replicas[who].State;
            string key = "k" + _random.Next(Keys);

            // Clocks differ by up to two seconds and are coarse, so that stamps collide; bodies repeat, also under several keys.
            long wall = (_now + (who * 500)) / 500 * 500;
            switch (_random.Next(6))
            {
                case 0:
                    state.Put(key, new Body(_random.NextBytes(1 + _random.Next(2)).Select(b => (byte)(b & 1)).ToArray()), wall);
                    break;
                case 1:
                    state.Delete(key, wall);
                    break;
                case 2:
                    ulong amount = (ulong)_random.Next(5);
                    state.Counter.Increment(amount);
                    Acknowledged += amount;
                    break;
                case 3:
                    state.Map.PutOwned(OwnedKey.Model(state.Self.Replica), new Body(_random.NextBytes(20)), ++_sequence);
                    break;
                default:
                    Exchange(who);
                    break;
            }

            Pass(_random.Next(400));
        }
    }

    /// <summary>Deletes every shared key at one replica which has seen all.</summary>
    public void DeleteAll(int who)
    {
        foreach (Entry entry in _replicas[who].State.Map.Entries.Where(entry => entry.Key[0] == 'k').ToList())
        {
            _replicas[who].State.Delete(entry.Key, _now + 10_000);
        }
    }

    public void Publish(int who, int bytes) =>
        _replicas[who].State.Map.PutOwned(OwnedKey.Model("r" + who), new Body(_random.NextBytes(bytes)), ++_sequence);

    /// <summary>Whether any replica has a value under a shared key.</summary>
    public bool HasSharedValue => _replicas.Any(replica => replica.State.Map.Entries.Any(entry => entry.Key[0] == 'k' && !entry.IsTombstone));

    /// <summary>Exchanges on a bus that loses nothing any more, though late messages still come, until all agree.</summary>
    /// <returns>Whether they did.</returns>
    public bool Heal(int maxPeriods = 60, Func<bool>? until = null)
    {
        _cut = 0;
        _disturbed = false;
        for (int period = 0; period < maxPeriods; period++)
        {
            if ((until?.Invoke() ?? true) && Agrees)
            {
                return true;
            }

            for (int i = 0; i < _replicas.Length; i++)
            {
                Give(i, new TimePassed());
                Exchange(i);
            }

            Pass(1_000);
        }

        return (until?.Invoke() ?? true) && Agrees;
    }

    /// <summary>Exchanges while the bus stays bad.</summary>
    public void Struggle(int periods)
    {
        _disturbed = _isBad;
        for (int period = 0; period < periods; period++)
        {
            Exchange(_random.Next(_replicas.Length));
            Pass(_random.Next(500));
        }
    }

    private void Exchange(int from)
    {
        int to = (from + 1 + _random.Next(_replicas.Length - 1)) % _replicas.Length;
        Give(from, _random.Next(2) == 0 ? new NewsDue(to) : new ExchangeDue(to));
    }

    private void Pass(long milliseconds)
    {
        long end = _now + milliseconds;
        while (_bus.TryPeek(out _, out (long At, ulong Order) due) && due.At <= end)
        {
            (int from, int to, ExchangeInput input) = _bus.Dequeue();
            _now = Math.Max(_now, due.At);
            string kind = input is MessageReceived received ? received.Message.GetType().Name : input.GetType().Name;
            Trace = ContentHash.Of([.. Bytes(Trace), (byte)from, (byte)to, .. BitConverter.GetBytes(_now), (byte)kind.Length]);
            Give(to, input);
        }

        _now = end;
    }

    private void Give(int to, ExchangeInput input)
    {
        foreach (ExchangeEffect effect in _replicas[to].Handle(input, _now + (to * 500)))
        {
            if (effect is SendMessage send)
            {
                Send(to, (int)send.Session, send.Message);
            }
            else if (effect is JudgeBody judge)
            {
                _judged++;
                _bus.Enqueue((to, to, judge.Judge(null)), (_now + _random.Next(2_000), _order++));
            }
        }
    }

    private void Send(int from, int to, ExchangeMessage message)
    {
        ChunkBytes += message is BodyChunk chunk ? chunk.Bytes.Length : 0;
        bool isCut = ((_cut >> from) & 1) != ((_cut >> to) & 1);
        int copies = !_disturbed ? 1 : isCut || _random.Next(6) == 0 ? 0 : _random.Next(6) == 0 ? 2 : 1;
        for (int i = 0; i < copies; i++)
        {
            // Now and then a message is late by many exchanges.
            long delay = !_disturbed ? 5 : _random.Next(10) == 0 ? _random.Next(8_000) : _random.Next(200);
            _bus.Enqueue((from, to, new MessageReceived(from, _parts.Wire(message))), (_now + delay, _order++));
        }
    }

    private static byte[] Bytes(ContentHash hash)
    {
        byte[] bytes = new byte[ContentHash.Length];
        hash.CopyTo(bytes);
        return bytes;
    }
}
