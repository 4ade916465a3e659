using FedActors.FL.Configuration;
using FedActors.FL.Numerics;
using FedActors.FL.Rounds;

namespace FedActors.Tests.FL.Rounds;

/// <summary>Performs a machine's effects in a small world where anything may fail: messages between two parties keep their order, all else is chance.</summary>
internal sealed partial class RoundWorld
{
    public const string Run = "world";

    private readonly RandomStream _chance;
    private readonly RoundInvariants _invariants;
    private readonly SortedDictionary<long, (RoundTimer Timer, TimeSpan Due)> _timers = [];
    private readonly SortedDictionary<long, Queue<RoundInput>> _inFlight = [];
    private readonly SortedDictionary<string, Party> _parties = new(StringComparer.Ordinal);
    private RoundMachine _machine;
    private TimeSpan _now;
    private readonly int _stepsPerFault;
    private long _nextSession = 1;

    public RoundWorld(ulong seed, ProtocolOptions? protocol = null)
    {
        _chance = new RandomStream(seed);

        // Some worlds see a fault in every other step, some hardly any: both kinds end in ways of their own.
        _stepsPerFault = 2 + _chance.NextInt(60);
        int workers = 1 + _chance.NextInt(6);
        Options = new FederationOptions
        {
            Seed = seed,
            Training = new TrainingOptions { Rounds = 1 + _chance.NextInt(8) },
            Protocol = protocol ?? new ProtocolOptions(),
            Participation = new ParticipationOptions
            {
                Workers = workers,
                MinWorkers = 1 + _chance.NextInt(workers),
                Fraction = 0.25 + (0.75 * _chance.NextDouble()),
                MaxAttempts = 2 + _chance.NextInt(6),
            },
        };
        _machine = new RoundMachine(Options, new RunPosition { RunId = Run });
        _invariants = new RoundInvariants(Options);
        for (int i = 0; i < workers + 1; i++)
        {
            Add($"w{i}", MemberRole.Worker);
        }

        Add("aggregator", MemberRole.Aggregator);
        Add("evaluator", MemberRole.Evaluator);
        Hand(new RunOpened());
    }

    public FederationOptions Options { get; }

    public RoundInvariants Invariants => _invariants;

    public bool Ended => _machine.Phase == RoundPhase.Finished;

    /// <summary>Lets chance act for a number of steps, then lets everything heal and runs to the end.</summary>
    public void Play(int troubledSteps, int maxSteps)
    {
        for (int step = 0; step < maxSteps && !Ended; step++)
        {
            if (step < troubledSteps)
            {
                StepTroubled();
            }
            else
            {
                StepCalm();
            }
        }
    }

    private void Add(string id, MemberRole role) => _parties.Add(id, new Party(id, role));

    private void StepTroubled()
    {
        if (_chance.NextInt(_stepsPerFault) == 0)
        {
            Trouble();
            return;
        }

        Party party = Pick();
        if (party.Session == 0)
        {
            Register(party);
        }
        else if (!DeliverOne())
        {
            ElapseNext();
        }
    }

    private void Trouble()
    {
        switch (_chance.NextInt(10))
        {
            case < 3:
                Kill(Pick());
                break;
            case 3:
                Register(Pick());
                break;
            case 4:
                ElapseNext();
                break;
            case < 7:
                Hand(Hostile());
                break;
            case 7 when _chance.NextInt(3) == 0:
                RestartProvider();
                break;
            case 8:
                Pick().Hung ^= true;
                break;
            case 9:
                Impostor();
                break;
            default:
                ElapseAny(new RoundTimer((RoundTimerKind)(1 + _chance.NextInt(8)), _chance.NextInt(50)));
                break;
        }
    }

    private void StepCalm()
    {
        foreach (Party party in _parties.Values)
        {
            party.Hung = false;
            if (party.Session == 0)
            {
                Register(party);
            }
        }

        if (!DeliverOne())
        {
            ElapseNext();
        }
    }

    private Party Pick() => _parties.Values.ElementAt(_chance.NextInt(_parties.Count));

    private void Register(Party party)
    {
        if (party.Session == 0)
        {
            party.Session = _nextSession++;
            party.Accumulators.Clear();
        }

        DataOffer? offer = party.Role == MemberRole.Aggregator ? null : new DataOffer(RoundScript.Model, $"site-{party.Id}", 100);
        Send(party.Session, new RegistrationReceived(party.Session, party.Role, party.Id, $"node-{party.Id}", party.Session, offer));
    }

    private void Kill(Party party)
    {
        if (party.Session == 0)
        {
            return;
        }

        long session = party.Session;
        party.Session = 0;

        // What it had sent may still arrive before the loss is noticed; what is sent to it does not.
        if (_chance.NextInt(2) == 0)
        {
            _inFlight.Remove(session);
        }

        Send(session, new MemberLost(session, "killed", MayReturn: session % 3 == 0));
    }

    /// <summary>The provider dies and comes back from what is durable; everybody has to register again.</summary>
    private void RestartProvider()
    {
        _timers.Clear();
        _inFlight.Clear();
        foreach (Party party in _parties.Values)
        {
            party.Session = 0;
        }

        bool begun = _invariants.Begun;
        _machine = new RoundMachine(Options, new RunPosition
        {
            RunId = Run,
            Resumed = begun,
            CommittedRounds = _invariants.Committed,
            Unevaluated = _invariants.Unevaluated,
            Sites = begun ? [.. _parties.Keys.Where(id => id[0] == 'w').Select(id => new RunSite(id, $"site-{id}", 100))] : [],
        });
        _invariants.OnRestart();
        Hand(new RunOpened());
    }

    private UpdateReceived Hostile()
    {
        Party party = Pick();
        return new UpdateReceived(
            _chance.NextInt(3) == 0 ? 10_000 : party.Session,
            _chance.NextInt(3) == 0 ? "nobody" : Pick().Id,
            _chance.NextInt(4) == 0 ? "other" : Run,
            _machine.Round + _chance.NextInt(3) - 1,
            _machine.Attempt + _chance.NextInt(3) - 1,
            new UpdateFigures(_chance.NextInt(120), _chance.NextInt(9) == 0 ? double.NaN : 0.5, 0.5, TimeSpan.Zero),
            _chance.NextInt(2) == 0 ? new Objection(RefusalReason.WrongShape, "hostile") : null);
    }

    /// <summary>Somebody elsewhere bears a party's name.</summary>
    private void Impostor()
    {
        Party party = Pick();
        DataOffer? offer = party.Role == MemberRole.Aggregator ? null : new DataOffer(RoundScript.Model, $"site-{party.Id}", 100);
        long session = _nextSession++;
        Send(session, new RegistrationReceived(session, party.Role, party.Id, "elsewhere", session, offer));
        Send(session, new MemberLost(session, "gone again"));
    }

    private bool DeliverOne()
    {
        if (_inFlight.Count == 0)
        {
            return false;
        }

        (long session, Queue<RoundInput> queue) = _inFlight.ElementAt(_chance.NextInt(_inFlight.Count));
        RoundInput input = queue.Dequeue();
        if (queue.Count == 0)
        {
            _inFlight.Remove(session);
        }

        Hand(input);
        return true;
    }

    private void ElapseNext()
    {
        if (_timers.Count == 0)
        {
            return;
        }

        KeyValuePair<long, (RoundTimer Timer, TimeSpan Due)> next = _timers.MinBy(timer => timer.Value.Due);
        _timers.Remove(next.Key);
        _now = next.Value.Due > _now ? next.Value.Due : _now;
        _invariants.OnElapsed(next.Value.Timer);
        Hand(new TimerElapsed(next.Value.Timer));
    }

    /// <summary>A timer that is armed, was once, or never was.</summary>
    private void ElapseAny(RoundTimer timer)
    {
        if (_timers.TryGetValue(timer.Sequence, out (RoundTimer Timer, TimeSpan Due) armed) && armed.Timer == timer)
        {
            _timers.Remove(timer.Sequence);
        }

        _invariants.OnElapsed(timer);
        Hand(new TimerElapsed(timer));
    }

    private void Send(long session, RoundInput input)
    {
        if (!_inFlight.TryGetValue(session, out Queue<RoundInput>? queue))
        {
            queue = new Queue<RoundInput>();
            _inFlight.Add(session, queue);
        }

        queue.Enqueue(input);
    }

    private void Hand(RoundInput input)
    {
        Queue<RoundInput> inputs = new([input]);
        while (inputs.TryDequeue(out RoundInput? next))
        {
            IReadOnlyList<RoundEffect> effects = _machine.Handle(next);
            _invariants.OnTurn(_machine, next, effects);
            foreach (RoundEffect effect in effects)
            {
                Perform(effect, inputs);
            }
        }

        _invariants.OnSettled(_machine);
    }

    private sealed class Party(string id, MemberRole role)
    {
        public string Id { get; } = id;

        public MemberRole Role { get; } = role;

        /// <summary>0 while it is down.</summary>
        public long Session { get; set; }

        public bool Hung { get; set; }

        public Dictionary<(int Round, int Attempt), List<string>> Accumulators { get; } = [];
    }
}
