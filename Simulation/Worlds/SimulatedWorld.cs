using FedActors.Actors;
using FedActors.Actors.Mailboxes;
using FedActors.Actors.Remoting;
using FedActors.Actors.Serialization;
using FedActors.Actors.Supervision;
using FedActors.FL.Numerics;
using FedActors.Simulation.Kernel;
using FedActors.Simulation.Network;
using FedActors.Simulation.Schedules;
using Microsoft.Extensions.Logging;

namespace FedActors.Simulation.Worlds;

/// <summary>Roles as they are shipped, each on a machine of its own, under a schedule of faults.</summary>
/// <typeparam name="TNode">What runs on a machine.</typeparam>
internal abstract partial class SimulatedWorld<TNode>
    where TNode : WorldNode
{
    // Actors that keep each other busy without end are a bug to be shown, not waited for.
    private const long MaxSteps = 4_000_000;

    // A look costs as much as some dozen events.
    private const int StepsBetweenLooks = 256;

    // What a node that watches and is watched by all others has to say of that at once; beyond it a connection is broken off.
    private const int LeastWatchBytes = 8 * 1024;

    // Until all have dialled each other again, and registered by whichever way.
    private static readonly TimeSpan LongestRecovery = TimeSpan.FromSeconds(30);

    private readonly Schedule _schedule;
    private readonly MessageRegistry _registry;
    private QueueWatch? _queues;
    private int _ongoing;
    private TimeSpan _lastMet;

    protected SimulatedWorld(Schedule schedule, MessageRegistry registry, bool keepsLines)
    {
        _schedule = schedule;
        _registry = registry;
        Trace = new Trace(Queue, keepsLines);
        Network = new SimulatedNetwork(Queue, schedule.Seed, schedule.Network, Trace);
        Durations = RandomStream.For(schedule.Seed, "durations");
    }

    protected EventQueue Queue { get; } = new();

    protected Trace Trace { get; }

    protected SimulatedNetwork Network { get; }

    protected Coverage Coverage { get; } = new();

    /// <summary>All machines by name, in the order in which they were added.</summary>
    protected Dictionary<string, TNode> Nodes { get; } = new(StringComparer.Ordinal);

    protected RandomStream Durations { get; }

    /// <summary>The first thing that must never happen and did, or null.</summary>
    protected Violation? Violation { get; private set; }

    /// <summary>Whether nothing is wrong at present, and nothing more will be.</summary>
    protected bool IsCalm => _ongoing == 0;

    /// <summary>How long nothing has gone wrong any more; nothing while something does.</summary>
    protected TimeSpan Calm => IsCalm ? Queue.Now - CalmSince : TimeSpan.Zero;

    /// <summary>When something last ceased to be wrong.</summary>
    protected TimeSpan CalmSince { get; private set; }

    /// <summary>Bounds of what nodes make each other hold.</summary>
    private RemotingLimits Limits => RemotingLimits.Default with { MaxQueuedBytes = _schedule.MaxQueuedBytes, MaxWatchBytes = Math.Max(LeastWatchBytes, _schedule.MaxQueuedBytes / 2) };

    /// <summary>Rounds that count as reached.</summary>
    protected abstract int Committed { get; }

    /// <summary>Runs the schedule to its end, or to the first violation.</summary>
    public ScheduleResult Run()
    {
        SynchronizationContext? before = SynchronizationContext.Current;
        Queue.Hold();
        try
        {
            Begin();
            using QueueWatch queues = new(NodeOf, Limits, Report, Coverage);
            _queues = queues;
            while (Violation is null && !IsOver())
            {
                if (Queue.Steps % StepsBetweenLooks == 0)
                {
                    LookAtQueues();
                }

                if (!Queue.Step())
                {
                    Report("no wait without a deadline", "nothing will ever happen any more, and the run has not ended");
                }

                if (Queue.Steps >= MaxSteps)
                {
                    Report("the actors come to rest", $"{MaxSteps} events, and no end");
                }
            }

            LookAtQueues();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
            foreach (TNode node in Nodes.Values)
            {
                node.Process?.Kill();
            }

            Queue.LetGo();
        }

        return new ScheduleResult(_schedule, Violation, Trace.Hash, Queue.Now, Queue.Steps, Committed, Coverage, Trace.Lines);
    }

    /// <summary>Whether all is said and done; reports what is overdue.</summary>
    protected abstract bool IsOver();

    /// <summary>Starts a process on a machine.</summary>
    protected abstract void Start(TNode node);

    /// <summary>A process has ended.</summary>
    /// <param name="node">On which machine.</param>
    /// <param name="power">Whether what was not flushed may be lost with it.</param>
    protected abstract void OnKilled(TNode node, bool power);

    /// <summary>Whether something starts a machine's process again when it has ended.</summary>
    protected abstract bool IsRestarted(TNode node);

    /// <summary>A supervisor restarts an actor.</summary>
    protected abstract void OnRestart(SimulatedProcess process, ActorPath actor);

    /// <summary>Keeps the first violation.</summary>
    protected void Report(string invariant, string text) => Violation ??= new Violation(Queue.Now, invariant, text);

    protected void Hit(FaultKind kind, string where)
    {
        _lastMet = Queue.Now;
        Coverage.Hit($"fault {kind}");
        Trace.Tell(where, $"meets {kind}");
    }

    protected void HitIf(bool happened, Fault fault)
    {
        if (happened)
        {
            Hit(fault.Kind, fault.Host);
        }
    }

    /// <summary>Does something after a time; until then the schedule is not calm.</summary>
    protected void Lasts(TimeSpan duration, Action end)
    {
        _ongoing++;
        Queue.Schedule(duration, () =>
        {
            end();
            Ends();
        });
    }

    /// <summary>Ends a process, and starts another after a time.</summary>
    /// <returns>Whether one lived.</returns>
    protected bool Crash(TNode node, TimeSpan downtime, bool power)
    {
        if (!node.IsAlive)
        {
            return false;
        }

        // What piled up in this life nobody sees any more.
        LookAtQueues();
        Trace.Tell(node.Name, power ? "loses power" : "is killed");
        node.Host.IsOff = power;
        node.Process!.Kill();
        OnKilled(node, power);
        if (IsRestarted(node))
        {
            Lasts(downtime, () => StartIfDown(node));
        }

        return true;
    }

    /// <summary>Starts a process unless one runs, as an operator and a launcher together would.</summary>
    protected void StartIfDown(TNode node)
    {
        if (!node.IsAlive)
        {
            Start(node);
        }
    }

    protected ActorSystemOptions SystemOf(TNode node, SimulatedProcess process, string id) => new()
    {
        Node = id,
        Time = process.Clock,
        Scheduler = process.Scheduler,
        Seed = Durations.NextUInt64(),
        ReceiveMiddleware = [node.Interference!.Receive],
        SendMiddleware = [node.Interference.Send],
        Meters = process.Meters,
        LoggerFactory = LoggerFactoryOf(node),
        Remoting = new RemotingOptions { Transport = Network.TransportOf(node.Host, process), Registry = _registry, Limits = Given(Limits) },
    };

    protected virtual ILoggerFactory LoggerFactoryOf(TNode node) =>
        Trace.KeepsLines ? new TraceLoggerFactory(Trace, node.Name) : Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance;

    /// <summary>The role of a machine, with what its mailbox is to hold.</summary>
    protected void SpawnRole(TNode node, ActorSystem system, Props props, string name, int capacity = MailboxOptions.DefaultCapacity)
    {
        node.MailboxCapacity = capacity;
        node.Actor = system.Spawn(props with { Mailbox = Given(new MailboxOptions { Capacity = capacity }) }, name);
    }

    /// <summary>The limits that nodes are given where the schedule says these.</summary>
    protected virtual RemotingLimits Given(RemotingLimits limits) => limits;

    /// <summary>The mailbox that roles are given where the schedule says this one.</summary>
    protected virtual MailboxOptions Given(MailboxOptions mailbox) => mailbox;

    /// <summary>Hears what a system tells of itself.</summary>
    protected void Follow(TNode node, SimulatedProcess process, ActorSystem system)
    {
        node.System = system;
        system.Events.Subscribe<ActorFailed>(failed => OnFailed(node, process, failed));
        system.Events.Subscribe<DeadLetter>(letter =>
        {
            if (letter.Reason == DeadLetterReason.Full && letter.Target.Path.Node != system.Node)
            {
                Coverage.Hit("queue towards a node full");
            }
        });
        system.Events.Subscribe<NodeConnected>(connected =>
        {
            Coverage.Hit(connected.Resumed ? "session resumed" : "session begun");
            if (connected.SentAgain > 0)
            {
                Coverage.Hit("frames sent again");
            }
        });
    }

    /// <summary>Whether nothing has been wrong since a while before a moment, nor ever where nothing was to go wrong.</summary>
    protected bool IsUndisturbed(TimeSpan since)
    {
        TimeSpan last = CalmSince > _lastMet ? CalmSince : _lastMet;
        return IsCalm && !Nodes.Values.Any(node => node is { IsAlive: true, Interference.IsStuck: true }) && (last == TimeSpan.Zero || since - last > LongestRecovery);
    }

    private TNode? NodeOf(SimulatedProcess process) => Nodes.GetValueOrDefault(process.Host.Name) is { } node && node.Process == process ? node : null;

    private void LookAtQueues()
    {
        _queues?.LookAtQueues();
        foreach (TNode node in Nodes.Values)
        {
            if (node is { IsAlive: true, System: { } system })
            {
                _queues?.LookAtMailboxes(node, system);
            }
        }
    }

    private void OnFailed(TNode node, SimulatedProcess process, ActorFailed failed)
    {
        Trace.Tell(node.Name, $"{failed.Actor.Path.Name} fails: {failed.Directive} after {failed.Delay.TotalMilliseconds:0} ms");
        if (failed.Directive == Directive.Restart)
        {
            Coverage.Hit("restarted actor");
            OnRestart(process, failed.Actor.Path);
        }
        else if (failed.Directive == Directive.Escalate)
        {
            // The node ends and says why; what started it starts it again.
            Coverage.Hit("escalated failure");
            Crash(node, TimeSpan.FromSeconds(2), power: false);
        }
    }

    private void Begin()
    {
        foreach (string name in _schedule.Hosts)
        {
            TNode node = Nodes[name];
            Queue.Schedule(TimeSpan.FromMilliseconds(300 * Durations.NextDouble()), () => StartIfDown(node));
        }

        foreach (Fault fault in _schedule.Faults)
        {
            _ongoing++;
            Queue.Schedule(fault.At, () => Inject(fault));
        }
    }

    private void Ends()
    {
        _ongoing--;
        CalmSince = Queue.Now;
    }
}
