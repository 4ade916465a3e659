using System.Globalization;
using FedActors.Actors.Remoting;
using FedActors.Crdt.Gossip;
using FedActors.FL.Numerics;
using FedActors.Simulation.Network;
using FedActors.Simulation.Schedules;

namespace FedActors.Simulation.Gossip;

/// <summary>A federation of peers and all that will go wrong with it.</summary>
public sealed record GossipSchedule : Schedule
{
    /// <summary>The machine on which a copy of a peer's disk runs.</summary>
    public const string Twin = "twin";

    /// <summary>The machine of somebody who does not belong here.</summary>
    public const string Intruder = "intruder";

    /// <summary>The machine of somebody who was welcomed and lies.</summary>
    public const string Liar = "liar";

    /// <summary>Most faults of one schedule.</summary>
    public const int MaxFaults = 12;

    // Without faults peers agree after two or three seconds; later faults hit those that others have held up, and those that are done.
    private static readonly TimeSpan UsualRun = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan LateRun = TimeSpan.FromSeconds(20);

    /// <summary>What can go wrong with peers.</summary>
    public static IReadOnlyList<FaultKind> Kinds { get; } =
    [
        FaultKind.Crash, FaultKind.PowerCut, FaultKind.ConnectionBreak, FaultKind.HalfOpenConnection, FaultKind.Partition, FaultKind.OneWayPartition,
        FaultKind.SplitNetwork, FaultKind.SlowPath, FaultKind.NarrowPath, FaultKind.ClockJump, FaultKind.ClockDrift, FaultKind.FullDisk, FaultKind.FailingWrite,
        FaultKind.SlowDisk, FaultKind.CrashInWrite, FaultKind.RestoredBackup, FaultKind.WipedDisk, FaultKind.ClonedDisk, FaultKind.HungActor, FaultKind.SlowActor,
        FaultKind.FailingActor, FaultKind.HungTraining, FaultKind.SlowTraining, FaultKind.EquivocatingPeer, FaultKind.LyingPeer, FaultKind.Intruder, FaultKind.OperatorStop,
    ];

    /// <summary>Peers, and their sites, by name.</summary>
    public required IReadOnlyList<string> Peers { get; init; }

    /// <summary>With how many of them they begin once they have waited long enough.</summary>
    public required int MinPeers { get; init; }

    /// <summary>Who gossips with whom.</summary>
    public required string Topology { get; init; }

    /// <summary>Bytes up to which a body travels with its header: all, some or none.</summary>
    public required int SmallBodyBytes { get; init; }

    /// <summary>Bytes above which a body is worked on beside the peer's turn, as models of a megabyte are: all models, or none.</summary>
    public required int LargeBodyBytes { get; init; }

    /// <summary>Whether peers stay until they are told to stop, or leave when all agree.</summary>
    public required bool StaysAfterAgreement { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<string> Hosts => Peers;

    /// <inheritdoc/>
    public override string Description => string.Create(CultureInfo.InvariantCulture, $"{Peers.Count} peers, {MinPeers} needed, topology {Topology}");

    /// <summary>Draws a schedule.</summary>
    /// <param name="seed">Decides everything.</param>
    /// <param name="rounds">Rounds to train.</param>
    public static GossipSchedule Draw(ulong seed, int rounds = 20)
    {
        RandomStream chance = RandomStream.For(seed, "gossip schedule");
        string[] peers = ["A", "B", "C", "D", "E", "F"];
        peers = peers[..(4 + chance.NextInt(3))];
        string[] topologies = ["complete", "complete", "ring", "star", "line"];
        GossipSchedule calm = new()
        {
            Seed = seed,
            Peers = peers,
            MinPeers = 1 + chance.NextInt(peers.Length),
            Topology = topologies[chance.NextInt(topologies.Length)],
            Rounds = rounds,
            MailboxCapacity = chance.NextInt(4) == 0 ? 16 : 1000,
            StaysAfterAgreement = true,
            SmallBodyBytes = RandomStream.For(seed, "small bodies").NextInt(4) switch { 0 => 0, 1 => 100, _ => ExchangeLimits.MaxSmallBodyBytes },
            LargeBodyBytes = RandomStream.For(seed, "large bodies").NextInt(4) == 0 ? 32 : 1 << 20,
            MaxQueuedBytes = RandomStream.For(seed, "queues").NextInt(4) == 0 ? 16 * 1024 : RemotingLimits.Default.MaxQueuedBytes,
            Network = new PathConditions
            {
                Latency = TimeSpan.FromMilliseconds(0.2 + (5 * chance.NextDouble())),
                Jitter = TimeSpan.FromMilliseconds(10 * chance.NextDouble() * chance.NextDouble()),
                TailShare = chance.NextInt(2) == 0 ? 0 : 0.01,
                TailFactor = 5 + (50 * chance.NextDouble()),
            },
            Faults = [],
        };
        RandomStream faults = RandomStream.For(seed, "gossip faults");
        int count = faults.NextInt(MaxFaults + 1);
        return count == 0
            ? calm with { StaysAfterAgreement = false }
            : calm with { Faults = [.. Enumerable.Range(0, count).Select(_ => DrawFault(calm, faults)).OrderBy(fault => fault.At)] };
    }

    private static Fault DrawFault(GossipSchedule schedule, RandomStream chance)
    {
        FaultKind kind = Kinds[chance.NextInt(Kinds.Count)];
        TimeSpan at = (chance.NextInt(5) == 0 ? LateRun : UsualRun) * chance.NextDouble();
        TimeSpan duration = TimeSpan.FromSeconds(chance.NextInt(3) == 0 ? 12 * chance.NextDouble() : 2 * chance.NextDouble());
        int place = chance.NextInt(schedule.Peers.Count);
        string peer = schedule.Peers[place];
        string other = schedule.Peers[(place + 1 + chance.NextInt(schedule.Peers.Count - 1)) % schedule.Peers.Count];
        string host = kind switch
        {
            FaultKind.LyingPeer => Liar,
            FaultKind.Intruder => Intruder,
            _ => peer,
        };
        bool concernsTwo = kind is FaultKind.ConnectionBreak or FaultKind.HalfOpenConnection or FaultKind.OneWayPartition or FaultKind.SlowPath or FaultKind.NarrowPath
            or FaultKind.LyingPeer or FaultKind.Intruder;
        return new Fault(at, kind, host, concernsTwo ? other : "", duration, chance.NextInt(1 << 16));
    }
}
