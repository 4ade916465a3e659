using FedActors.FL.Configuration;
using FedActors.FL.Numerics;

namespace FedActors.FL.Gossip;

/// <summary>Who is here and who lives, as a pure state machine: what happened goes in, what to do comes out. It knows no socket and no clock.</summary>
/// <remarks>
/// SWIM with Lifeguard's local health. Probes go to neighbours only; what they find out everybody hears by rumour. Invariants: what is
/// believed of a member only grows in the order of <see cref="MemberRecord.Supersedes"/>, so that members who heard the same believe the
/// same; a live peer contradicts whatever worse is said of it, so that a false death ends when it hears of it; while there is a neighbour,
/// a probe is due. Not safe for concurrent use.
/// </remarks>
public sealed partial class MembershipMachine
{
    /// <summary>Members that are remembered, dead ones included. As many as connections that a node takes.</summary>
    public const int MaxMembers = 10_000;

    private const int MaxRelays = 1_000;

    private readonly MembershipOptions _options;
    private readonly RandomStream _random;
    private readonly Dictionary<string, MemberRecord> _members = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Suspicion> _suspicions = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _neighbours = new(StringComparer.Ordinal);
    private readonly Dictionary<ulong, (string Asker, ulong Sequence, long Deadline)> _relays = [];
    private readonly List<string> _order = [];
    private readonly LocalHealth _health = new();
    private readonly Rumours _rumours;
    private List<MemberEffect> _effects = [];
    private ProbeRound? _probe;
    private ulong _sequence;
    private long _nextProbe;
    private long _nextPushPull;
    private long _now;

    /// <summary>Creates the machine of one life of a peer.</summary>
    /// <param name="self">What it says of itself.</param>
    /// <param name="options">How often, how long.</param>
    /// <param name="random">Whom to probe.</param>
    /// <param name="now">The moment, in milliseconds of any clock that does not go back.</param>
    public MembershipMachine(MemberRecord self, MembershipOptions options, RandomStream random, long now)
    {
        ArgumentNullException.ThrowIfNull(self);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(random);
        Self = self;
        _options = options;
        _random = random;
        _rumours = new Rumours(options.SuspicionMultiplier);
        _members[self.Peer] = self;
        _nextProbe = now + (long)options.ProbePeriod.TotalMilliseconds;
        _nextPushPull = now + (long)options.PushPullPeriod.TotalMilliseconds;
    }

    /// <summary>What this peer says of itself.</summary>
    public MemberRecord Self { get; private set; }

    /// <summary>Everybody who was ever heard of, this peer included, in no order.</summary>
    public IReadOnlyCollection<MemberRecord> Members => _members.Values;

    /// <summary>Lifeguard's score: 0 is well, 8 is far behind.</summary>
    public int Health => _health.Score;

    /// <summary>When <see cref="ProbesDue"/> is to be given next.</summary>
    public long Due
    {
        get
        {
            long due = Math.Min(_nextProbe, _nextPushPull);
            if (_probe is { IsAnswered: false, IsIndirect: false } probe)
            {
                due = Math.Min(due, probe.Timeout);
            }

            foreach (Suspicion suspicion in _suspicions.Values)
            {
                due = Math.Min(due, suspicion.Due);
            }

            foreach ((_, _, long deadline) in _relays.Values)
            {
                due = Math.Min(due, deadline);
            }

            return due;
        }
    }

    /// <summary>What is believed of a peer; null of one who was never heard of.</summary>
    public MemberRecord? Find(string peer) => _members.GetValueOrDefault(peer);

    /// <summary>Takes one input in.</summary>
    /// <param name="input">What has happened.</param>
    /// <param name="now">The moment, in milliseconds.</param>
    /// <returns>What to do, in order.</returns>
    public IReadOnlyList<MemberEffect> Handle(MemberInput input, long now)
    {
        ArgumentNullException.ThrowIfNull(input);
        _effects = [];
        _now = now;
        switch (input)
        {
            case ProbesDue:
                OnDue();
                break;
            case NeighbourFound found:
                OnFound(found.Peer);
                break;
            case NeighbourGone gone:
                OnGone(gone);
                break;
            case RecordsHeard heard:
                foreach (MemberRecord record in heard.Records)
                {
                    Hear(record, heard.From);
                }

                break;
            case ProbeHeard probe:
                _effects.Add(new SendAnswer(probe.From, probe.Sequence, WithSubject(probe.From)));
                break;
            case AnswerHeard answer:
                OnAnswer(answer);
                break;
            case SilenceHeard silence:
                OnSilence(silence);
                break;
            case ProbeAsked asked:
                OnAsked(asked);
                break;
            case LeaveAsked:
                Leave();
                break;
            default:
                throw new ArgumentException($"{input.GetType().Name} is not an input that the machine knows.", nameof(input));
        }

        return _effects;
    }

    private void OnFound(string peer)
    {
        if (_neighbours.Add(peer))
        {
            // At a random place, so that peers which meet together do not probe in step.
            _order.Insert(_random.NextInt(_order.Count + 1), peer);
        }

        _effects.Add(new SendMembers(peer, [.. _members.Values], WantsAnswer: true));
    }

    private void OnGone(NeighbourGone gone)
    {
        _neighbours.Remove(gone.Peer);
        if (_probe?.Target == gone.Peer)
        {
            _probe = null;
        }

        if (gone.Broke && Find(gone.Peer) is { State: MemberState.Alive } record)
        {
            Believe(record with { State = MemberState.Suspect, Accuser = Self.Peer });
        }
    }

    private void OnDue()
    {
        foreach (ulong sequence in _relays.Where(relay => relay.Value.Deadline <= _now).Select(relay => relay.Key).ToList())
        {
            _relays.Remove(sequence, out (string Asker, ulong Sequence, long Deadline) relay);
            _effects.Add(new SendSilence(relay.Asker, relay.Sequence));
        }

        foreach (string peer in _suspicions.Where(suspicion => suspicion.Value.Due <= _now).Select(suspicion => suspicion.Key).ToList())
        {
            Believe(_members[peer] with { State = MemberState.Dead });
        }

        if (_probe is { IsAnswered: false, IsIndirect: false } probe && probe.Timeout <= _now && _nextProbe > _now)
        {
            AskOthers(probe);
        }

        if (_nextProbe <= _now)
        {
            EndProbe();
            BeginProbe();
        }

        if (_nextPushPull <= _now)
        {
            _nextPushPull = _now + (long)_options.PushPullPeriod.TotalMilliseconds;
            if (_neighbours.Count > 0)
            {
                _effects.Add(new SendMembers(_neighbours.ElementAt(_random.NextInt(_neighbours.Count)), [.. _members.Values], WantsAnswer: true));
            }
        }
    }

    private void BeginProbe()
    {
        _nextProbe = _now + _health.Scale(_options.ProbePeriod);
        if (TakeTarget() is { } target)
        {
            _probe = new ProbeRound(target, ++_sequence, _now + _health.Scale(_options.ProbeTimeout));
            _effects.Add(new SendProbe(target, _sequence, WithSubject(target)));
        }
    }

    private void EndProbe()
    {
        if (_probe is { IsAnswered: false } probe)
        {
            // Those who could not reach it either have said so; silence of all says more of this peer than of the target.
            _health.Worsen(Math.Max(1, probe.Mute.Count));
            if (Find(probe.Target) is { State: MemberState.Alive or MemberState.Suspect } record)
            {
                Hear(record with { State = MemberState.Suspect, Accuser = Self.Peer }, Self.Peer);
            }
        }

        _probe = null;
    }

    private void AskOthers(ProbeRound probe)
    {
        probe.IsIndirect = true;
        string[] others = [.. _neighbours.Where(peer => peer != probe.Target && Find(peer)?.State == MemberState.Alive)];
        _random.Shuffle(others.AsSpan());
        foreach (string other in others.Take(_options.IndirectProbes))
        {
            probe.Mute.Add(other);
            _effects.Add(new AskToProbe(other, probe.Sequence, probe.Target));
        }
    }

    /// <summary>Round robin in a random order, which bounds the time until a neighbour is probed (SWIM, section 4.3).</summary>
    private string? TakeTarget()
    {
        for (int i = _order.Count; i > 0; i--)
        {
            string peer = _order[0];
            _order.RemoveAt(0);
            if (_neighbours.Contains(peer))
            {
                _order.Add(peer);
                return peer;
            }
        }

        return null;
    }

    private void OnAnswer(AnswerHeard answer)
    {
        if (_relays.Remove(answer.Sequence, out (string Asker, ulong Sequence, long Deadline) relay))
        {
            _effects.Add(new SendAnswer(relay.Asker, relay.Sequence, []));
        }
        else if (_probe is { IsAnswered: false } probe && probe.Sequence == answer.Sequence && (answer.From == probe.Target || probe.Mute.Contains(answer.From)))
        {
            probe.IsAnswered = true;
            _health.Improve();
        }
    }

    private void OnSilence(SilenceHeard silence)
    {
        if (_probe is { } probe && probe.Sequence == silence.Sequence)
        {
            probe.Mute.Remove(silence.From);
        }
    }

    private void OnAsked(ProbeAsked asked)
    {
        if (!_neighbours.Contains(asked.Target) || _relays.Count >= MaxRelays)
        {
            _effects.Add(new SendSilence(asked.From, asked.Sequence));
            return;
        }

        _relays[++_sequence] = (asked.From, asked.Sequence, _now + (long)_options.ProbeTimeout.TotalMilliseconds);
        _effects.Add(new SendProbe(asked.Target, _sequence, WithSubject(asked.Target)));
    }
}
