using FedActors.Actors;
using FedActors.Actors.Mailboxes;
using FedActors.Actors.Serialization;
using FedActors.Actors.Transport;
using FedActors.FL.Configuration;
using FedActors.FL.Numerics;
using FedActors.Simulation.Disk;
using FedActors.Simulation.Kernel;
using FedActors.Simulation.Schedules;
using FedActors.Simulation.Worlds;
using FedActors.Storage.Training;

namespace FedActors.Simulation.Coordinated;

/// <summary>A coordinated run under a schedule of faults.</summary>
internal sealed partial class CoordinatedWorld : SimulatedWorld<CoordinatedNode>
{
    /// <summary>Under this name an intruder brings the first worker's data.</summary>
    public const string Substitute = "Z";

    private const string RunId = "5eed";

    private static readonly TransportAddress ProviderAddress = new(CoordinatedSchedule.Provider, 5001);

    private readonly CoordinatedSchedule _schedule;
    private readonly SimulatedSites _sites;
    private readonly CoordinatedParts _parts;
    private readonly FederationOptions _options;
    private readonly SimulatedDisk<ITrainingStore> _disk;
    private readonly CoordinatedInvariants _invariants;
    private (int Round, TimeSpan At) _opened;
    private bool _ended;

    public CoordinatedWorld(CoordinatedSchedule schedule, SimulatedSites sites, MessageRegistry registry, CoordinatedParts parts, bool keepsLines)
        : base(schedule, registry, keepsLines)
    {
        _schedule = schedule;
        _sites = sites;
        _parts = parts;
        _options = OptionsOf(schedule);
        _invariants = new CoordinatedInvariants(_options, sites, Report);
        foreach (string name in (string[])[.. schedule.Hosts, CoordinatedSchedule.Intruder])
        {
            Nodes.Add(name, new CoordinatedNode(new SimulatedHost(Queue, name)));
        }

        _disk = new SimulatedDisk<ITrainingStore>(ProviderNode.Host, RandomStream.For(schedule.Seed, "disk"), static () => new MemoryTrainingStore(keepRounds: 3))
        {
            Flushes = parts.DiskFlushes,
            Met = OnDiskFault,
            Crash = () => Crash(ProviderNode, TimeSpan.FromSeconds(1), power: false),
        };
    }

    protected override int Committed => _invariants.Committed;

    private CoordinatedNode ProviderNode => Nodes[CoordinatedSchedule.Provider];

    /// <summary>The rules of a schedule's run: short waits, since a schedule shall meet all of them.</summary>
    public static FederationOptions OptionsOf(CoordinatedSchedule schedule) => new()
    {
        Seed = 42,
        Strategy = new StrategyOptions { Name = schedule.Strategy },
        Protocol = schedule.Protocol,
        Compression = schedule.Compression,
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

    protected override bool IsOver()
    {
        if (_ended && ProviderNode.Run!.Task.IsCompletedSuccessfully)
        {
            return AreMembersDone();
        }

        if (Calm > LongestRun())
        {
            Report("every run ends in a stated outcome", $"nothing has gone wrong for {LongestRun().TotalSeconds:0} s, and the run of {Committed} rounds goes on");
        }

        return false;
    }

    protected override void Start(CoordinatedNode node)
    {
        var process = new SimulatedProcess(node.Host);
        node.Process = process;
        node.Interference = new CoordinatedInterference(process, _invariants, _parts, kind => Hit(kind, node.Name), Coverage.Hit);
        Trace.Tell(node.Name, "starts");
        process.Do(() =>
        {
            var system = new ActorSystem(SystemOf(node, process, $"node-{node.Name}") with
            {
                Time = node == ProviderNode ? _parts.ProviderClock(process.Clock) : process.Clock,
                Supervisor = _parts.Supervisor,
            });
            Follow(node, process, system);
            Spawn(node, process, system);
        });
    }

    protected override void OnKilled(CoordinatedNode node, bool power)
    {
        if (node == ProviderNode)
        {
            _ended = false;
            if (power && _disk.LosePower() is var lost and > 0)
            {
                Coverage.Hit("lost writes");
                Trace.Tell(node.Name, $"loses {lost} changes that were not flushed");
            }
        }
    }

    protected override bool IsRestarted(CoordinatedNode node) => node.Name != CoordinatedSchedule.Intruder;

    protected override void OnRestart(SimulatedProcess process, ActorPath actor) => _invariants.OnRestart(process, actor);

    protected override MailboxOptions Given(MailboxOptions mailbox) => _parts.Mailbox(mailbox);

    private bool AreMembersDone()
    {
        foreach (string name in _schedule.Hosts)
        {
            if (name != CoordinatedSchedule.Provider && !Nodes[name].IsDone)
            {
                if (Calm > LongestRun())
                {
                    Report("every member hears of the end", $"{name} was not told that the run has ended");
                }

                return false;
            }
        }

        return true;
    }

    /// <summary>What a run may take when nothing goes wrong any more: each wait of each attempt of each round to its end.</summary>
    private TimeSpan LongestRun()
    {
        ParticipationOptions participation = _options.Participation;
        return participation.StartTimeout + (_options.Training.Rounds * participation.MaxAttempts * (participation.RoundTimeout + (2 * participation.RoleTimeout)));
    }

    private void OnDiskFault(string fault, string write)
    {
        Trace.Tell(CoordinatedSchedule.Provider, $"{fault} at {write}");
        Hit(DiskFaults.KindOf(fault), CoordinatedSchedule.Provider);
    }

    private void OnWritten(RoundRecord round)
    {
        Trace.Tell(CoordinatedSchedule.Provider, $"writes round {round.Round} of {string.Join(", ", round.Participants.Select(p => p.WorkerId))} as {round.ParameterHash[..8]}");
        foreach (RefusalRecord refusal in round.Refusals)
        {
            Coverage.Hit($"noted {refusal.Reason}");
        }

        _invariants.OnWritten(round, IsUndisturbed(_opened.Round == round.Round ? _opened.At : Queue.Now));
    }

    /// <summary>A round's updates are asked for: the first time, or once more.</summary>
    private void OnOpened(int round) => _opened = _opened.Round == round ? _opened : (round, Queue.Now);
}
