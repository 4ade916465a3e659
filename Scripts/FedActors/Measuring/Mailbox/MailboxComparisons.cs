using FedActors.Actors;

namespace FedActors.Scripts.Measuring.Mailbox;

/// <summary>Local actors beside bare channels.</summary>
internal static class MailboxComparisons
{
    /// <summary>Enough that no core is ever without a pair to run.</summary>
    private const int PairsPerCore = 4;

    private static readonly Quantity Spawns = Quantity.Rate("spawns/s") with { Target = new(500_000) };
    private static readonly Quantity IdleBytes = new("while idle", "bytes", Better.Lower) { Target = new(2048) };
    private static readonly Quantity RestartTime = new(string.Empty, "us", Better.Lower);

    /// <summary>What shape the work has, and what raw is.</summary>
    public static IReadOnlyList<string> Notes { get; } =
    [
        $"tell: {Pairs} pairs of actors, {PingPong.InFlight} messages in flight for each, both ways counted. ask: one question after the other.",
        "spawn: a hundred thousand actors (5,000 if there is little time), until all have started; names included. restart: from a failure to the next instance, without backoff.",
        "raw: the same between bare bounded channels on the thread pool, without supervision, deadlines or paths; spawn: such a channel and a name in a table; restart: an exception thrown and caught.",
    ];

    private static int Pairs => Environment.ProcessorCount * PairsPerCore;

    /// <summary>Each with workloads of its own.</summary>
    public static IReadOnlyList<Comparison> All(TimeProvider time)
    {
        var bare = new ActorSystemOptions { Time = time };
        ActorSystemOptions wrapped = bare with { ReceiveMiddleware = [static next => (context, envelope) => next(context, envelope)] };
        var channels = new RawPingPong(Pairs, time);
        return
        [
            new("tell", [Quantity.Messages with { Target = new(80e6) }], new PingPong(bare, Pairs), channels),
            new("tell, one middleware", [Quantity.Messages with { Target = new(50e6) }], new PingPong(wrapped, Pairs), channels),
            new("ask", [Quantity.Answers with { Target = new(3e6) }], new Asking(bare), new RawAsking(time)),
            new("spawn", [Spawns, IdleBytes], new Spawning(bare), new RawSpawning(time)),
            new("restart", [RestartTime], new Restarting(bare), new RawRestarting(time)),
        ];
    }
}
