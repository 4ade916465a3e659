using System.Globalization;
using FedActors.Actors.Remoting;
using FedActors.FL.Configuration;
using FedActors.FL.Numerics;
using FedActors.FL.Rounds;
using FedActors.FL.Strategies;
using FedActors.Simulation.Network;
using FedActors.Simulation.Schedules;

namespace FedActors.Simulation.Coordinated;

/// <summary>One coordinated run and all that will go wrong with it.</summary>
public sealed record CoordinatedSchedule : Schedule
{
    /// <summary>The provider's machine.</summary>
    public const string Provider = "provider";

    /// <summary>The aggregator's machine.</summary>
    public const string Aggregator = "aggregator";

    /// <summary>The evaluator's machine.</summary>
    public const string Evaluator = "evaluator";

    /// <summary>The machine of somebody who does not belong here.</summary>
    public const string Intruder = "intruder";

    /// <summary>Most faults of one schedule. With more, hardly a run would get anywhere.</summary>
    public const int MaxFaults = 14;

    /// <summary>The detail of a fault of the evaluator's by which it hangs at what it is asked for after the last round alone.</summary>
    public const int AfterTheLastRound = -1;

    /// <summary>What can go wrong with a coordinated run.</summary>
    public static IReadOnlyList<FaultKind> Kinds { get; } = [.. Enum.GetValues<FaultKind>().Where(kind => kind <= FaultKind.OperatorStop), FaultKind.LyingCombiner];

    // Without faults a run takes two to four seconds; later faults hit those that others have held up.
    private static readonly TimeSpan UsualRun = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan LateRun = TimeSpan.FromSeconds(40);

    // One that hangs in its handler hangs its workers, as a provider does; nothing here watches for that.
    private static readonly FaultKind[] CombinerFaults =
    [
        FaultKind.Crash, FaultKind.Crash, FaultKind.PowerCut, FaultKind.ConnectionBreak, FaultKind.HalfOpenConnection, FaultKind.Partition, FaultKind.OneWayPartition,
        FaultKind.SlowPath, FaultKind.NarrowPath, FaultKind.SlowActor, FaultKind.FailingActor, FaultKind.ClockJump, FaultKind.ClockDrift,
    ];

    /// <summary>Workers, and their sites, by name.</summary>
    public required IReadOnlyList<string> Workers { get; init; }

    /// <summary>Fewest updates of a round.</summary>
    public required int MinWorkers { get; init; }

    /// <summary>Share of the workers that a round asks.</summary>
    public required double Fraction { get; init; }

    /// <summary>Whom a round waits for.</summary>
    public ProtocolOptions Protocol { get; init; } = new();

    /// <summary>How a round's updates become the next model.</summary>
    public string Strategy { get; init; } = StrategyNames.FedAvg;

    /// <summary>How workers write their updates; see <see cref="FederationOptions.Compression"/>.</summary>
    public IReadOnlyList<string> Compression { get; init; } = [];

    /// <summary>Machines of combiners between the workers and the provider, each below the one before where <see cref="CombinersInARow"/>.</summary>
    public IReadOnlyList<string> Combiners { get; init; } = [];

    /// <summary>Whether combiners stand one below the other, rather than side by side.</summary>
    public bool CombinersInARow { get; init; }

    /// <summary>Workers that one combiner stands for at most.</summary>
    public int CombinerRoom { get; init; } = RoundLimits.MaxWorkers;

    /// <inheritdoc/>
    public override IEnumerable<string> Hosts => [Provider, Aggregator, Evaluator, .. Workers, .. Combiners];

    /// <inheritdoc/>
    public override string Description => string.Create(CultureInfo.InvariantCulture, $"{Workers.Count} workers{(Combiners.Count == 0 ? "" : $" through {Combiners.Count} combiners{(CombinersInARow ? " in a row" : "")}")}, {MinWorkers} needed, fraction {Fraction}, {ProtocolText}, {Strategy}{(Compression.Count == 0 ? "" : $", {string.Join(' ', Compression)}")}");

    private string ProtocolText => Protocol.Kind == Protocols.Asynchronous
        ? string.Create(CultureInfo.InvariantCulture, $"{Protocol.Kind} by {Protocol.BufferOf(Strategy)}, {Protocol.MaxStaleness} versions old at most")
        : $"{Protocol.Kind}{(Protocol.OverSelection > 0 ? ", over-selection" : "")}, late updates: {Protocol.Late}";

    /// <summary>Draws a schedule.</summary>
    /// <param name="seed">Decides everything.</param>
    /// <param name="rounds">Rounds to commit.</param>
    public static CoordinatedSchedule Draw(ulong seed, int rounds = 20)
    {
        RandomStream chance = RandomStream.For(seed, "schedule");
        string[] workers = ["A", "B", "C", "D"];
        workers = workers[..(2 + chance.NextInt(3))];
        CoordinatedSchedule calm = new()
        {
            Seed = seed,
            Workers = workers,
            MinWorkers = 1 + chance.NextInt(workers.Length),
            Fraction = chance.NextInt(3) == 0 ? 0.5 : 1,
            Rounds = rounds,
            MailboxCapacity = chance.NextInt(4) == 0 ? 4 : 1000,
            Network = new PathConditions
            {
                Latency = TimeSpan.FromMilliseconds(0.2 + (5 * chance.NextDouble())),
                Jitter = TimeSpan.FromMilliseconds(10 * chance.NextDouble() * chance.NextDouble()),
                TailShare = chance.NextInt(2) == 0 ? 0 : 0.01,
                TailFactor = 5 + (50 * chance.NextDouble()),
            },
            Faults = [],
        };
        calm = WithProtocol(calm, RandomStream.For(seed, "protocol"));
        calm = calm with { Compression = DrawCompression(calm.Protocol, RandomStream.For(seed, "compression")) };
        calm = calm with { MaxQueuedBytes = DrawQueues(RandomStream.For(seed, "queues")) };
        RandomStream faults = RandomStream.For(seed, "faults");
        int count = faults.NextInt(MaxFaults + 1);
        Fault[] drawn = [.. Enumerable.Range(0, count).Select(_ => DrawFault(calm, faults)), .. DrawAbsence(RandomStream.For(seed, "absence"))];
        calm = calm with { Faults = [.. drawn.OrderBy(fault => fault.At)] };
        return WithCombiners(calm, RandomStream.For(seed, "combiners"));
    }

    // A quarter of the schedules, with faults of their own for the combiners.
    private static CoordinatedSchedule WithCombiners(CoordinatedSchedule schedule, RandomStream chance)
    {
        if (chance.NextInt(4) != 0)
        {
            return schedule;
        }

        string[] combiners = ["combiner-1", "combiner-2", "combiner-3"];
        schedule = schedule with
        {
            Combiners = combiners[..(1 + chance.NextInt(3))], CombinersInARow = chance.NextInt(3) == 0,
            CombinerRoom = RandomStream.For(schedule.Seed, "combiners' room").NextInt(4) == 0 ? 1 : RoundLimits.MaxWorkers,
        };
        Fault[] faults = [.. Enumerable.Range(0, chance.NextInt(6)).Select(_ => DrawCombinerFault(schedule, chance)), .. DrawLie(schedule, RandomStream.For(schedule.Seed, "lies"))];
        return schedule with { Faults = [.. schedule.Faults.Concat(faults).OrderBy(fault => fault.At)] };
    }

    // In a quarter of those with combiners.
    private static Fault[] DrawLie(CoordinatedSchedule schedule, RandomStream chance) => chance.NextInt(4) == 0
        ? [new Fault(UsualRun * chance.NextDouble(), FaultKind.LyingCombiner, schedule.Combiners[chance.NextInt(schedule.Combiners.Count)], "", TimeSpan.Zero, chance.NextInt(1 << 16))]
        : [];

    private static Fault DrawCombinerFault(CoordinatedSchedule schedule, RandomStream chance)
    {
        FaultKind kind = CombinerFaults[chance.NextInt(CombinerFaults.Length)];
        string combiner = schedule.Combiners[chance.NextInt(schedule.Combiners.Count)];
        string other = chance.NextInt(2) == 0 ? Provider : schedule.Workers[chance.NextInt(schedule.Workers.Count)];
        bool isOfAPath = kind is FaultKind.ConnectionBreak or FaultKind.HalfOpenConnection or FaultKind.OneWayPartition or FaultKind.SlowPath or FaultKind.NarrowPath;
        return new Fault(UsualRun * chance.NextDouble(), kind, combiner, isOfAPath ? other : "", TimeSpan.FromSeconds((chance.NextInt(3) == 0 ? 12 : 2) * chance.NextDouble()), chance.NextInt(1 << 16));
    }

    // Half of the schedules run the usual protocol, the others one of those that wait for fewer.
    private static CoordinatedSchedule WithProtocol(CoordinatedSchedule schedule, RandomStream chance) => chance.NextInt(8) switch
    {
        0 => schedule with { Protocol = new ProtocolOptions { OverSelection = 0.5 } },
        1 => schedule with { Protocol = new ProtocolOptions { Late = chance.NextInt(2) == 0 ? LateUpdates.Keep : LateUpdates.Weigh, MaxStaleness = 1 + chance.NextInt(3) } },
        2 => schedule with { Protocol = new ProtocolOptions { Kind = Protocols.SemiSynchronous, Recompute = chance.NextInt(2) == 0 } },
        3 => schedule with
        {
            Strategy = chance.NextInt(2) == 0 ? StrategyNames.FedAsync : StrategyNames.FedBuff,
            Protocol = new ProtocolOptions { Kind = Protocols.Asynchronous, Buffer = 1 + chance.NextInt(2), MaxStaleness = chance.NextInt(2) == 0 ? 2 : 100 },
        },
        _ => schedule,
    };

    // None for most. A configuration is refused in which a residual would meet other rounds than the one after.
    private static string[] DrawCompression(ProtocolOptions protocol, RandomStream chance)
    {
        bool mayLeave = protocol.Kind != Protocols.Asynchronous && protocol.Late == LateUpdates.Drop;
        return chance.NextInt(8) switch
        {
            0 => mayLeave ? ["topk(0.3)", "int8"] : ["int8"],
            1 => mayLeave ? ["randomk(0.3)"] : ["float16"],
            2 => ["int4"],
            _ => [],
        };
    }

    // In a quarter a message for a node finds its queue full when there are one, or three or four.
    private static int DrawQueues(RandomStream chance) => chance.NextInt(8) switch
    {
        0 => 256,
        1 => 1024,
        _ => RemotingLimits.Default.MaxQueuedBytes,
    };

    // In one of 16 the evaluator is away for a little longer than a round waits for it, and hangs at what it is asked for after the last round: the run waits for that.
    private static Fault[] DrawAbsence(RandomStream chance)
    {
        if (chance.NextInt(16) != 0)
        {
            return [];
        }

        TimeSpan gone = UsualRun * (0.3 * chance.NextDouble());
        TimeSpan absence = TimeSpan.FromSeconds(3.02 + (0.5 * chance.NextDouble()));
        TimeSpan back = gone + absence + TimeSpan.FromMilliseconds(20 * chance.NextDouble());
        return [new Fault(gone, FaultKind.Crash, Evaluator, "", absence, 0), new Fault(back, FaultKind.HungTraining, Evaluator, "", TimeSpan.FromSeconds(1), AfterTheLastRound)];
    }

    private static Fault DrawFault(CoordinatedSchedule schedule, RandomStream chance)
    {
        var kind = (FaultKind)(1 + chance.NextInt((int)FaultKind.OperatorStop));
        if (kind == FaultKind.OperatorStop && chance.NextInt(4) != 0)
        {
            // A run that was stopped meets nothing any more.
            kind = FaultKind.Crash;
        }

        TimeSpan at = (chance.NextInt(5) == 0 ? LateRun : UsualRun) * chance.NextDouble();
        TimeSpan duration = TimeSpan.FromSeconds(chance.NextInt(3) == 0 ? 12 * chance.NextDouble() : 2 * chance.NextDouble());
        string[] hosts = [.. schedule.Hosts];
        string worker = schedule.Workers[chance.NextInt(schedule.Workers.Count)];
        string member = hosts[1 + chance.NextInt(hosts.Length - 1)];
        string host = kind switch
        {
            FaultKind.FullDisk or FaultKind.FailingWrite or FaultKind.SlowDisk or FaultKind.CrashInWrite or FaultKind.RestoredBackup or FaultKind.OperatorStop => Provider,
            FaultKind.HungActor => member,
            FaultKind.ConfusedWorker => worker,
            FaultKind.HungTraining or FaultKind.SlowTraining or FaultKind.DamagedRequest => chance.NextInt(4) == 0 ? Evaluator : worker,
            FaultKind.Intruder => Intruder,
            _ => hosts[chance.NextInt(hosts.Length)],
        };
        string other = kind is FaultKind.ConnectionBreak or FaultKind.HalfOpenConnection or FaultKind.OneWayPartition or FaultKind.SlowPath or FaultKind.NarrowPath
            ? host == Provider ? member : Provider
            : "";
        return new Fault(at, kind, host, other, duration, chance.NextInt(1 << 16));
    }
}
