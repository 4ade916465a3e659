using FedActors.Actors;
using FedActors.Actors.Remoting;
using FedActors.Actors.Serialization;
using FedActors.Actors.Supervision;
using FedActors.Actors.Transport;
using FedActors.FL.Configuration;
using FedActors.FL.Numerics;
using FedActors.FL.Roles;
using FedActors.Simulation.Disk;
using FedActors.Simulation.Kernel;
using FedActors.Simulation.Network;

namespace FedActors.Simulation.Coordinated;

/// <summary>A coordinated run with the roles that are shipped, each on a machine of its own, under a schedule of faults.</summary>
internal sealed partial class CoordinatedWorld
{
    /// <summary>Under this name an intruder brings the first worker's data.</summary>
    public const string Substitute = "Z";

    private const string RunId = "5eed";

    // Actors that keep each other busy without end are a bug to be shown, not waited for.
    private const long MaxSteps = 4_000_000;

    // A look costs as much as a few events.
    private const int StepsBetweenLooks = 16;

    private static readonly TransportAddress ProviderAddress = new(CoordinatedSchedule.Provider, 5001);

    private readonly CoordinatedSchedule _schedule;
    private readonly SimulatedSites _sites;
    private readonly MessageRegistry _registry;
    private readonly CoordinatedParts _parts;
    private readonly FederationOptions _options;
    private readonly EventQueue _queue = new();
    private readonly Trace _trace;
    private readonly SimulatedNetwork _network;
    private readonly SimulatedDisk _disk;
    private readonly CoordinatedInvariants _invariants;
    private readonly Coverage _coverage = new();
    private readonly Dictionary<string, WorldNode> _nodes = new(StringComparer.Ordinal);
    private readonly RandomStream _durations;
    private int _ongoing;
    private TimeSpan _calmSince;
    private bool _ended;

    public CoordinatedWorld(CoordinatedSchedule schedule, SimulatedSites sites, MessageRegistry registry, CoordinatedParts parts, bool keepsLines)
    {
        _schedule = schedule;
        _sites = sites;
        _registry = registry;
        _parts = parts;
        _trace = new Trace(_queue, keepsLines);
        _network = new SimulatedNetwork(_queue, schedule.Seed, schedule.Network, _trace);
        _durations = RandomStream.For(schedule.Seed, "durations");
        _options = OptionsOf(schedule);
        _invariants = new CoordinatedInvariants(_queue, _options, sites);
        foreach (string name in (string[])[.. schedule.Hosts, CoordinatedSchedule.Intruder])
        {
            _nodes.Add(name, new WorldNode(new SimulatedHost(_queue, name)));
        }

        _disk = new SimulatedDisk(_nodes[CoordinatedSchedule.Provider].Host, RandomStream.For(schedule.Seed, "disk"), keepRounds: 3)
        {
            Flushes = parts.DiskFlushes,
            Met = OnDiskFault,
            Written = OnWritten,
            Crash = () => Crash(_nodes[CoordinatedSchedule.Provider], TimeSpan.FromSeconds(1), power: false),
        };
    }

    private WorldNode ProviderNode => _nodes[CoordinatedSchedule.Provider];

    private bool IsCalm => _ongoing == 0;

    /// <summary>The rules of a schedule's run: short waits, since a schedule shall meet all of them.</summary>
    public static FederationOptions OptionsOf(CoordinatedSchedule schedule) => new()
    {
        Seed = 42,
        Training = new TrainingOptions { Rounds = schedule.Rounds, LocalEpochs = 1, BatchSize = 8 },
        Participation = new ParticipationOptions
        {
            Workers = schedule.Workers.Count,
            MinWorkers = schedule.MinWorkers,
            Fraction = schedule.Fraction,
            RoundTimeout = TimeSpan.FromSeconds(5.5),
            MaxAttempts = 4,
            StartTimeout = TimeSpan.FromSeconds(12),
            RoleTimeout = TimeSpan.FromSeconds(3),
        },
    };

    /// <summary>Runs the schedule to its end, or to the first violation.</summary>
    public ScheduleResult Run()
    {
        SynchronizationContext? before = SynchronizationContext.Current;
        try
        {
            Begin();
            using MailboxWatch mailboxes = new(process => _nodes.GetValueOrDefault(process.Host.Name)?.Process == process, CheckMailbox);
            while (_invariants.Violation is null && !IsOver())
            {
                if (_queue.Steps % StepsBetweenLooks == 0)
                {
                    mailboxes.Look();
                }

                if (!_queue.Step())
                {
                    _invariants.Report("no wait without a deadline", "nothing will ever happen any more, and the run has not ended");
                }
            }
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
            foreach (WorldNode node in _nodes.Values)
            {
                node.Process?.Kill();
            }
        }

        return new ScheduleResult(_schedule, _invariants.Violation, _trace.Hash, _queue.Now, _queue.Steps, _invariants.Committed, _coverage, _trace.Lines);
    }

    private void Begin()
    {
        foreach (string name in _schedule.Hosts)
        {
            WorldNode node = _nodes[name];
            _queue.Schedule(TimeSpan.FromMilliseconds(300 * _durations.NextDouble()), () => Start(node));
        }

        foreach (Fault fault in _schedule.Faults)
        {
            _ongoing++;
            _queue.Schedule(fault.At, () => Inject(fault));
        }
    }

    /// <summary>Whether all is said and done; reports what is overdue.</summary>
    private bool IsOver()
    {
        if (_queue.Steps >= MaxSteps)
        {
            _invariants.Report("the actors come to rest", $"{MaxSteps} events, and no end");
        }

        if (_ended && ProviderNode.Run!.Task.IsCompletedSuccessfully)
        {
            return AreMembersDone();
        }

        if (IsCalm && _queue.Now - _calmSince > LongestRun())
        {
            _invariants.Report("every run ends in a stated outcome", $"nothing has gone wrong for {LongestRun().TotalSeconds:0} s, and the run of {_invariants.Committed} rounds goes on");
        }

        return false;
    }

    private bool AreMembersDone()
    {
        foreach (string name in _schedule.Hosts)
        {
            if (name != CoordinatedSchedule.Provider && !_nodes[name].IsDone)
            {
                if (IsCalm && _queue.Now - _calmSince > LongestRun())
                {
                    _invariants.Report("every member hears of the end", $"{name} was not told that the run has ended");
                }

                return false;
            }

        }

        return true;
    }

    private void CheckMailbox(SimulatedProcess process, long depth)
    {
        if (process.Host != ProviderNode.Host && depth > _schedule.MailboxCapacity)
        {
            _invariants.Report("mailboxes keep their bounds", $"{depth} messages wait on {process.Host.Name}, whose mailbox holds {_schedule.MailboxCapacity}");
        }

        _coverage.Hit(depth >= _schedule.MailboxCapacity ? "mailbox full" : depth > 0 ? "mailbox in use" : "mailbox empty");
    }

    /// <summary>What a run may take when nothing goes wrong any more: each wait of each attempt of each round to its end.</summary>
    private TimeSpan LongestRun()
    {
        ParticipationOptions participation = _options.Participation;
        return participation.StartTimeout + (_options.Training.Rounds * participation.MaxAttempts * (participation.RoundTimeout + (2 * participation.RoleTimeout)));
    }

    private void Start(WorldNode node)
    {
        var process = new SimulatedProcess(node.Host);
        node.Process = process;
        var interference = new Interference(process, _invariants, kind => Hit(kind, node.Name));
        node.Interference = interference;
        _trace.Tell(node.Name, "starts");
        process.Do(() =>
        {
            var system = new ActorSystem(SystemOf(node, process, interference));
            system.Events.Subscribe<ActorFailed>(failed => OnFailed(node, process, failed));
            Spawn(node, process, system);
        });
    }

    private ActorSystemOptions SystemOf(WorldNode node, SimulatedProcess process, Interference interference) => new()
    {
        Node = $"node-{node.Name}",
        Time = node == ProviderNode ? _parts.ProviderClock(process.Clock) : process.Clock,
        Scheduler = process.Scheduler,
        Seed = _durations.NextUInt64(),
        Supervisor = _parts.Supervisor,
        ReceiveMiddleware = [interference.Receive],
        SendMiddleware = [interference.Send],
        Meters = process.Meters,
        LoggerFactory = _trace.KeepsLines ? new TraceLoggerFactory(_trace, node.Name) : Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance,
        Remoting = new RemotingOptions { Transport = _network.TransportOf(node.Host, process), Registry = _registry },
    };

    private void OnFailed(WorldNode node, SimulatedProcess process, ActorFailed failed)
    {
        _trace.Tell(node.Name, $"{failed.Actor.Path.Name} fails: {failed.Directive} after {failed.Delay.TotalMilliseconds:0} ms");
        if (failed.Directive == Directive.Restart)
        {
            _coverage.Hit("restarted actor");
            _invariants.OnRestart(process);
        }
        else if (failed.Directive == Directive.Escalate)
        {
            // The node ends and says why; what started it starts it again.
            _coverage.Hit("escalated failure");
            Crash(node, TimeSpan.FromSeconds(2), power: false);
        }
    }

    /// <summary>Ends a process, and starts another after a time.</summary>
    private bool Crash(WorldNode node, TimeSpan downtime, bool power)
    {
        if (!node.IsAlive)
        {
            return false;
        }

        _trace.Tell(node.Name, power ? "loses power" : "is killed");
        node.Host.IsOff = power;
        node.Process!.Kill();
        if (node == ProviderNode)
        {
            _ended = false;
            if (power && _disk.LosePower() is var lost and > 0)
            {
                _coverage.Hit("lost writes");
                _trace.Tell(node.Name, $"loses {lost} changes that were not flushed");
            }
        }

        if (node.Name != CoordinatedSchedule.Intruder)
        {
            Lasts(downtime, () => Start(node));
        }

        return true;
    }

    private void OnDiskFault(string fault, string write)
    {
        _trace.Tell(CoordinatedSchedule.Provider, $"{fault} at {write}");
        Hit(
            fault switch
            {
                "full disk" => FaultKind.FullDisk,
                "slow disk" => FaultKind.SlowDisk,
                "failing write" => FaultKind.FailingWrite,
                _ => FaultKind.CrashInWrite,
            },
            CoordinatedSchedule.Provider);
    }

    private void OnWritten(Storage.Training.RoundRecord round)
    {
        _trace.Tell(CoordinatedSchedule.Provider, $"writes round {round.Round} of {string.Join(", ", round.Participants.Select(p => p.WorkerId))} as {round.ParameterHash[..8]}");
        foreach (Storage.Training.RefusalRecord refusal in round.Refusals)
        {
            _coverage.Hit($"noted {refusal.Reason}");
        }

        _invariants.OnWritten(round);
    }

    private void Hit(FaultKind kind, string where)
    {
        _coverage.Hit($"fault {kind}");
        _trace.Tell(where, $"meets {kind}");
    }
}
