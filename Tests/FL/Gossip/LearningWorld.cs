using FedActors.Crdt;
using FedActors.FL.Configuration;
using FedActors.FL.Gossip;
using FedActors.FL.Models;
using FedActors.FL.Numerics;
using FedActors.Tests.Laws;

namespace FedActors.Tests.FL.Gossip;

/// <summary>Some learning machines that hear of each other late and out of order, in virtual time and from one seed.</summary>
internal sealed class LearningWorld
{
    private static readonly ContentHash Standard = ContentHash.Of([1]);
    private static readonly ParameterVector Parameters = new(new ModelSpecification(ModelSpecification.Softmax, 1, 2).Layout);

    private readonly RandomStream _random;
    private readonly PriorityQueue<(int To, int Life, LearningInput Input), (long At, long Order)> _queue = new();
    private readonly LearningMachine[] _machines;
    private readonly LearningStep[] _steps;
    private readonly int[] _lives;
    private readonly bool[] _alive;
    private readonly int[] _outstanding;
    private readonly int[] _jobs;
    private readonly Dictionary<string, long>[] _newest;
    private readonly long[] _versions;
    private readonly int _slowest;
    private readonly GossipOptions _options;
    private long _order;
    private long _now;

    public LearningWorld(ulong seed, int peers, int rounds, int slowestTraining, TimeSpan? interval = null, LawParts? parts = null)
    {
        _random = new RandomStream(seed);
        _slowest = slowestTraining;
        Rounds = rounds;
        LawParts chosen = parts ?? new LawParts();
        _options = chosen.Options(new GossipOptions { Peers = peers, ConvergenceEps = 0, PublicationInterval = interval ?? new GossipOptions().PublicationInterval });
        _machines = [.. Enumerable.Range(0, peers).Select(i => new LearningMachine(Name(i), rounds + chosen.ExtraRounds, _options, 12))];
        _steps = [.. _machines.Select(machine => chosen.Learning(machine))];
        _lives = new int[peers];
        _outstanding = new int[peers];
        _versions = new long[peers];
        _alive = [.. Enumerable.Repeat(true, peers)];
        _jobs = new int[peers];
        _newest = [.. Enumerable.Range(0, peers).Select(_ => new Dictionary<string, long>())];
        for (int i = 0; i < peers; i++)
        {
            for (int j = 0; j < peers; j++)
            {
                Give(i, new PresenceChanged(Name(j), IsHere: true));
            }

            Give(i, new StandardTaken(Standard, [.. Enumerable.Range(0, peers).Select(Name)]));
        }
    }

    public int Rounds { get; }

    /// <summary>Whether no peer ever did two things at a time, or trained beyond the last round.</summary>
    public bool IsSound { get; private set; } = true;

    public List<(int Peer, int Round)> Trained { get; } = [];

    /// <summary>What each peer averaged in each round.</summary>
    public List<(int Peer, int Round, string Models)> Closed { get; } = [];

    public IEnumerable<LearningMachine> Living => _machines.Where((_, i) => _alive[i]);

    public void Kill(int peer)
    {
        _alive[peer] = false;
        _lives[peer]++;
        for (int i = 0; i < _machines.Length; i++)
        {
            // Others find out after some seconds, each on its own.
            Enqueue(i, new PresenceChanged(Name(peer), IsHere: false), 4_000 + _random.NextInt(4_000));
        }
    }

    /// <summary>Lets time pass, with signs of life of those who are busy.</summary>
    public void Pass(long milliseconds)
    {
        long end = _now + milliseconds;
        while (_now < end)
        {
            long beat = Math.Min(end, _now + (long)_options.PublicationInterval.TotalMilliseconds);
            Run(beat);
            for (int i = 0; i < _machines.Length; i++)
            {
                if (_alive[i])
                {
                    Tell(i, new ProgressHeard(Name(i), _machines[i].Progress));
                }
            }
        }
    }

    private void Run(long until)
    {
        while (true)
        {
            long due = Math.Min(_queue.TryPeek(out _, out (long At, long Order) next) ? next.At : long.MaxValue, until);
            int timer = -1;
            for (int i = 0; i < _machines.Length; i++)
            {
                if (_alive[i] && _machines[i].Due is { } own && own < due)
                {
                    (due, timer) = (Math.Max(own, _now), i);
                }
            }

            _now = Math.Max(_now, due);
            if (timer >= 0)
            {
                Give(timer, new LearningDue());
            }
            else if (_queue.Count > 0 && next.At <= until)
            {
                (int to, int life, LearningInput input) = _queue.Dequeue();
                if (life == _lives[to] && !(input is ModelTrained done && done.Entry.Version.Sequence != (ulong)_jobs[to]))
                {
                    _outstanding[to] -= input is MeanComputed or ModelTrained ? 1 : 0;
                    Give(to, input);
                }
            }
            else
            {
                return;
            }
        }
    }

    private void Give(int peer, LearningInput input)
    {
        if (!_alive[peer])
        {
            return;
        }

        foreach (LearningEffect effect in _steps[peer](input, _now))
        {
            Perform(peer, effect);
        }

        if (input is ModelTrained trained)
        {
            Tell(peer, new ModelHeard(trained.Entry));
        }
    }

    private void Perform(int peer, LearningEffect effect)
    {
        switch (effect)
        {
            case ComputeMean compute:
                Begin(peer);
                string content = string.Join(' ', compute.Entries.Select(entry => $"{entry.Peer}@{entry.Version.Sequence}"));
                Enqueue(peer, new MeanComputed(compute.Id, 1, content), _random.NextInt(20));
                break;
            case Train train:
                Begin(peer);
                IsSound &= train.Round <= Rounds;
                Trained.Add((peer, train.Round));
                _jobs[peer] = (int)_versions[peer] + 1;
                ModelEntry entry = new(Name(peer), new ModelVersion(1, (ulong)++_versions[peer]), train.Round, 1 + peer, Standard, Parameters);
                Enqueue(peer, new ModelTrained(entry), 1 + _random.NextInt(_slowest));
                break;
            case AbandonTraining:
                _outstanding[peer] -= _jobs[peer] > 0 ? 1 : 0;
                _jobs[peer] = 0;
                break;
            case RoundClosed closed:
                Closed.Add((peer, closed.Round, closed.Hash));
                break;
            case TellProgress progress:
                Tell(peer, new ProgressHeard(Name(peer), progress.Progress));
                break;
        }
    }

    private void Begin(int peer)
    {
        _outstanding[peer]++;
        IsSound &= _outstanding[peer] == 1;
    }

    /// <summary>Everybody hears, each after a time of its own; what is older than what was heard already is not told, as the replicated map would not.</summary>
    private void Tell(int from, LearningInput input)
    {
        for (int to = 0; to < _machines.Length; to++)
        {
            if (to != from)
            {
                Enqueue(to, input, _random.NextInt(_random.NextInt(8) == 0 ? 1_500 : 60));
            }
        }
    }

    private void Enqueue(int to, LearningInput input, long delay)
    {
        // One key's versions do not overtake each other, and a later one replaces an earlier that is on its way. Two rounds in a row have two keys.
        long at = _now + delay;
        string? key = input switch { ModelHeard heard => $"{heard.Entry.Peer} {heard.Entry.Round % 2}", ProgressHeard heard => heard.Peer, _ => null };
        if (key is not null)
        {
            at = Math.Max(at, _newest[to].GetValueOrDefault(key));
            _newest[to][key] = at;
        }

        _queue.Enqueue((to, _lives[to], input), (at, _order++));
    }

    private static string Name(int peer) => ((char)('a' + peer)).ToString();
}
