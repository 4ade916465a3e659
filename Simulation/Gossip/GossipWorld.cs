using FedActors.Actors;
using FedActors.Actors.Mailboxes;
using FedActors.Actors.Remoting;
using FedActors.Actors.Serialization;
using FedActors.Actors.Transport;
using FedActors.FL.Configuration;
using FedActors.FL.Gossip;
using FedActors.FL.Numerics;
using FedActors.FL.Protocol;
using FedActors.FL.Roles;
using FedActors.Simulation.Disk;
using FedActors.Simulation.Kernel;
using FedActors.Simulation.Schedules;
using FedActors.Simulation.Worlds;
using FedActors.Storage.Gossip;
using Microsoft.Extensions.Logging;

namespace FedActors.Simulation.Gossip;

/// <summary>A federation of peers under a schedule of faults.</summary>
internal sealed partial class GossipWorld : SimulatedWorld<GossipNode>
{
    /// <summary>How often all are asked what they are at.</summary>
    private static readonly TimeSpan LookPeriod = TimeSpan.FromMilliseconds(500);

    /// <summary>What came from others is saved within an exchange's period.</summary>
    private const int LooksUntilSaved = 2;

    private readonly GossipSchedule _schedule;
    private readonly SimulatedSites _sites;
    private readonly GossipParts _parts;
    private readonly PeerOptions _options;
    private readonly VersionLedger _ledger;
    private readonly GossipEnd _end;
    private readonly RestartIntensity _restarts = new();
    private readonly Dictionary<(string Observer, string Peer), TimeSpan> _suspected = [];
    private readonly Dictionary<string, LearningPhase> _phases = new(StringComparer.Ordinal);
    private int _disks;
    private int _rounds;
    private bool _isOver;
    private int _looksWithoutLack;
    private string? _lacks = "nobody was asked yet";

    public GossipWorld(GossipSchedule schedule, SimulatedSites sites, MessageRegistry registry, GossipParts parts, bool keepsLines)
        : base(schedule, registry, keepsLines)
    {
        _schedule = schedule;
        _sites = sites;
        _parts = parts;
        _options = OptionsOf(schedule);
        _ledger = new VersionLedger(Report, Coverage.Hit);
        _end = new GossipEnd(_ledger, Report);
        foreach (string name in (string[])[.. schedule.Peers, GossipSchedule.Twin, GossipSchedule.Intruder])
        {
            Nodes.Add(name, new GossipNode(new SimulatedHost(Queue, name)));
        }

        // One of its lies is to want more than anybody may.
        Nodes.Add(GossipSchedule.Liar, new GossipNode(new SimulatedHost(Queue, GossipSchedule.Liar)) { LargestMessage = 48 * 1024 });

        foreach (string peer in schedule.Peers)
        {
            Nodes[peer].Disk = NewDisk(Nodes[peer], Empty());
        }

        Queue.Schedule(LookPeriod, Look);
    }

    protected override int Committed => _rounds;

    /// <summary>The rules of a schedule's peers: short waits, since a schedule shall meet all of them.</summary>
    public static PeerOptions OptionsOf(GossipSchedule schedule) => new()
    {
        Seed = 42,
        Training = new TrainingOptions { Rounds = schedule.Rounds, LocalEpochs = 1, BatchSize = 8 },
        Gossip = new GossipOptions
        {
            Peers = schedule.Peers.Count,
            MinPeers = schedule.MinPeers,
            StartTimeout = TimeSpan.FromSeconds(10),
            PublicationInterval = TimeSpan.FromSeconds(1),
            ConvergenceEps = 1e-6,
            Fanout = 2,
            MaxResidentBytes = 1 << 20,
        },
    };

    protected override bool IsOver() => _isOver;

    protected override void OnKilled(GossipNode node, bool power)
    {
        node.Status = null;
        node.Eye = null;
        if (power && node.Disk?.LosePower() is > 0 and var lost)
        {
            Coverage.Hit("lost writes");
            Trace.Tell(node.Name, $"loses {lost} changes that were not flushed");
        }
    }

    protected override bool IsRestarted(GossipNode node) => IsPeer(node) && !node.HasLeft && node.Result is not { Outcome: PeerOutcome.Agreed };

    protected override void OnRestart(SimulatedProcess process, ActorPath actor)
    {
        if (_restarts.FindFault(process, actor) is { } fault)
        {
            Report("restarts stay within their intensity", fault);
        }
    }

    protected override RemotingLimits Given(RemotingLimits limits) => _parts.Limits(limits);

    protected override MailboxOptions Given(MailboxOptions mailbox) => _parts.Mailbox(mailbox);

    protected override ILoggerFactory LoggerFactoryOf(GossipNode node) => new ReachedLoggerFactory(Coverage, (from, refusal) => OnRefusal(node, from, refusal), base.LoggerFactoryOf(node));

    private static bool IsPeer(GossipNode node) => node.Name is not (GossipSchedule.Twin or GossipSchedule.Intruder or GossipSchedule.Liar);

    private static TransportAddress AddressOf(string host) => new(host, 5001);

    /// <summary>Peers that belong to the federation and are not told to stay away.</summary>
    private IEnumerable<GossipNode> Members => _schedule.Peers.Select(peer => Nodes[peer]).Where(node => !node.HasLeft);

    private Func<IGossipStore> Empty()
    {
        string id = $"disk {++_disks}";
        return () => new MemoryGossipStore(id);
    }

    private SimulatedDisk<IGossipStore> NewDisk(GossipNode node, Func<IGossipStore> create) =>
        new(node.Host, RandomStream.For(_schedule.Seed, "disk", $"{node.Name} {_disks}"), create)
        {
            Flushes = _parts.DiskFlushes,
            Met = (fault, write) =>
            {
                Trace.Tell(node.Name, $"{fault} at {write}");
                Hit(DiskFaults.KindOf(fault), node.Name);
            },
            Crash = () => Crash(node, TimeSpan.FromSeconds(1), power: false),
        };

    /// <summary>Asks everybody what it is at, and judges what all have said to the question before.</summary>
    private void Look()
    {
        if (IsCalm)
        {
            bool areTooFew = GossipEnd.AreTooFew([.. Members], _schedule.MinPeers);
            _lacks = areTooFew ? GossipEnd.FindLackOfFew([.. Members]) : GossipEnd.FindLack([.. Members]);
            _looksWithoutLack = _lacks is null ? _looksWithoutLack + 1 : 0;
            if (_looksWithoutLack > LooksUntilSaved)
            {
                if (areTooFew)
                {
                    Coverage.Hit("too few to begin");
                }
                else
                {
                    _end.Check([.. Members]);
                    Coverage.Hit("converged");
                }

                _isOver = true;
                return;
            }

            if (Calm > LongestRun())
            {
                Report("peers converge after healing", $"nothing has gone wrong for {LongestRun().TotalSeconds:0} s, and {_lacks}");
                return;
            }
        }

        foreach (GossipNode node in Nodes.Values)
        {
            node.Status = null;
            if (IsCalm && node is { IsAlive: true, Eye: { } eye })
            {
                node.Process!.Post(() => eye.Tell(new PeerStatusRequest()));
            }
        }

        Queue.Schedule(LookPeriod, Look);
    }

    /// <summary>What peers may take when nothing goes wrong any more: to find each other, to give up who is gone, to train each round apart, and to compare all they hold.</summary>
    private TimeSpan LongestRun()
    {
        GossipOptions gossip = _options.Gossip;
        TimeSpan reconnect = TimeSpan.FromSeconds(30);
        TimeSpan giveUp = 6 * gossip.Membership.SuspicionMultiplier * gossip.Membership.ProbePeriod;
        return reconnect + giveUp + gossip.StartTimeout + ((_options.Training.Rounds + gossip.AgeLimit) * gossip.PublicationInterval) + gossip.FullExchangePeriod;
    }
}
