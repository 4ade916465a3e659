using FedActors.FL.Configuration;
using FedActors.FL.Gossip;
using FedActors.FL.Numerics;

namespace FedActors.Tests.FL.Gossip;

/// <summary>Some membership machines on a network that delays and loses, in virtual time and from one seed.</summary>
internal sealed class MembershipWorld
{
    private readonly RandomStream _random;
    private readonly MembershipMachine[] _machines;
    private readonly bool[] _alive;
    private readonly PriorityQueue<(int To, MemberInput[] Inputs), (long At, long Order)> _queue = new();
    private long _order;
    private long _now;

    public MembershipWorld(ulong seed, int peers)
    {
        _random = new RandomStream(seed);
        _alive = [.. Enumerable.Repeat(true, peers)];
        MemberRecord[] records = [.. Enumerable.Range(0, peers).Select(i => new MemberRecord(Name(i), null, 1, 1, MemberState.Alive))];
        _machines = [.. records.Select((record, i) => new MembershipMachine(record, new MembershipOptions(), RandomStream.For(seed, "probes", record.Peer), 0))];
        for (int i = 0; i < peers; i++)
        {
            for (int j = 0; j < peers; j++)
            {
                if (i != j)
                {
                    Give(i, new RecordsHeard(Name(j), [records[j]]));
                    Give(i, new NeighbourFound(Name(j)));
                }
            }
        }
    }

    /// <summary>Share of messages that are lost.</summary>
    public double Loss { get; set; }

    public void Kill(int peer) => _alive[peer] = false;

    /// <summary>What the living believe of a peer.</summary>
    public IEnumerable<MemberState> Believed(int peer) =>
        _machines.Where((_, i) => _alive[i] && i != peer).Select(machine => machine.Find(Name(peer))!.State);

    public void Pass(long milliseconds)
    {
        long end = _now + milliseconds;
        while (true)
        {
            long due = _queue.TryPeek(out _, out (long At, long Order) next) ? next.At : long.MaxValue;
            int timer = -1;
            for (int i = 0; i < _machines.Length; i++)
            {
                if (_alive[i] && _machines[i].Due < due)
                {
                    (due, timer) = (_machines[i].Due, i);
                }
            }

            if (due > end)
            {
                _now = end;
                return;
            }

            _now = Math.Max(_now, due);
            if (timer >= 0)
            {
                Give(timer, new ProbesDue());
            }
            else
            {
                (int to, MemberInput[] inputs) = _queue.Dequeue();
                foreach (MemberInput input in inputs)
                {
                    Give(to, input);
                }
            }
        }
    }

    private void Give(int peer, MemberInput input)
    {
        if (!_alive[peer])
        {
            return;
        }

        foreach (MemberEffect effect in _machines[peer].Handle(input, _now))
        {
            string from = Name(peer);
            switch (effect)
            {
                case SendProbe probe:
                    Send(probe.To, new RecordsHeard(from, probe.Records), new ProbeHeard(from, probe.Sequence));
                    break;
                case SendAnswer answer:
                    Send(answer.To, new RecordsHeard(from, answer.Records), new AnswerHeard(from, answer.Sequence));
                    break;
                case AskToProbe ask:
                    Send(ask.To, new ProbeAsked(from, ask.Sequence, ask.Target));
                    break;
                case SendSilence silence:
                    Send(silence.To, new SilenceHeard(from, silence.Sequence));
                    break;
                case SendMembers members:
                    Send(members.To, new RecordsHeard(from, members.Records));
                    break;
            }
        }
    }

    private void Send(string to, params MemberInput[] inputs)
    {
        if (_random.NextDouble() >= Loss)
        {
            _queue.Enqueue((to[0] - 'a', inputs), (_now + 1 + _random.NextInt(80), _order++));
        }
    }

    private static string Name(int peer) => ((char)('a' + peer)).ToString();
}
