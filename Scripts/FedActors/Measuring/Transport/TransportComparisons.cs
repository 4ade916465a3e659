namespace FedActors.Scripts.Measuring.Transport;

/// <summary>Two nodes over loopback beside bare sockets, plain and with TLS.</summary>
internal static class TransportComparisons
{
    private const int Megabyte = 1_000_000;

    // As many times the raw echo as a question to another node may take.
    private const double AskRatio = 1.2;

    private static readonly Quantity Allocated = new("allocated", "B/message", Better.Lower);
    private static readonly Quantity Median = new("p50", "us", Better.Lower);
    private static readonly Quantity Most = new("p99", "us", Better.Lower);
    private static readonly Quantity Bytes = new(string.Empty, "B/s", Better.Higher) { Scale = 1e9, ScaledUnit = "GB/s" };
    private static readonly Quantity Stream = new("the stream", "B/s", Better.Higher) { Scale = 1e9, ScaledUnit = "GB/s" };

    /// <summary>What shape the work has, and what raw is.</summary>
    public static IReadOnlyList<string> Notes { get; } =
    [
        $"tell: {RemotePingPong.Pairs} pairs, a player on one node and a wall on the other, {RemotePingPong.InFlight} balls in flight for each, both ways counted. calls: {RemoteCalls.InFlight} questions at once. ask: one after the other.",
        $"messages: {ModelStream.InFlight} under way, each acknowledged; their receiver gives their memory back, but for those that are kept, which are collected. beside: a question about every millisecond while 10 MB messages stream.",
        "raw: queue to queue over one connection, one way (tell); a few bytes there and back (ask); the same bytes with acknowledgements from one buffer into another (messages). No names, types, limits, sessions or supervision.",
    ];

    /// <summary>Each with workloads of its own.</summary>
    public static IReadOnlyList<Comparison> All(TimeProvider time) =>
    [
        .. Over("tcp", tls: false, new Asked(Tells: 6e6, Calls: 1e6, BulkRatio: 0.7, BesideMicroseconds: 1_000, BesideBytes: 2e9), time),
        .. Over("tls", tls: true, new Asked(Tells: 4e6, Calls: 600_000, BulkRatio: 0.85, BesideMicroseconds: 2_500, BesideBytes: 850e6), time),
    ];

    private static IEnumerable<Comparison> Over(string name, bool tls, Asked asked, TimeProvider time)
    {
        var raw = new RawModelStream(tls, 10 * Megabyte, time);
        Quantity bulk = Bytes with { Target = new(asked.BulkRatio, IsRatio: true) };
        return
        [
            new($"{name} tell", [Quantity.Messages with { Target = new(asked.Tells) }, Allocated], new RemotePingPong(tls, time), new RawTells(tls, time)),
            new($"{name} calls", [Quantity.Answers with { Target = new(asked.Calls) }], new RemoteCalls(tls, time), null),
            new($"{name} ask", [Median with { Target = new(AskRatio, IsRatio: true) }, Most], new RemoteAsking(tls, time), new RawEcho(tls, time)),
            .. OverLowLatency(name, tls, asked, time),
            new($"{name} 1 MB messages", [bulk], new ModelStream(tls, Megabyte, givesBack: true, time), new RawModelStream(tls, Megabyte, time)),
            new($"{name} 10 MB messages", [bulk], new ModelStream(tls, 10 * Megabyte, givesBack: true, time), raw),
            new($"{name} 10 MB messages, kept", [Bytes], new ModelStream(tls, 10 * Megabyte, givesBack: false, time), raw),
            new(
                $"{name} ask beside 10 MB",
                [Median, Most with { Target = new(asked.BesideMicroseconds) }, Stream with { Target = new(asked.BesideBytes) }],
                new AskingBesideModels(tls, 10 * Megabyte, time),
                null),
        ];
    }

    /// <summary>Small messages where the nodes wait for their sockets themselves. Only Linux lets them.</summary>
    private static IEnumerable<Comparison> OverLowLatency(string name, bool tls, Asked asked, TimeProvider time) => !OperatingSystem.IsLinux() ? [] :
    [
        new($"{name} tell, low latency", [Quantity.Messages with { Target = new(asked.Tells) }, Allocated], new RemotePingPong(tls, time, lowLatency: true), null),
        new($"{name} calls, low latency", [Quantity.Answers with { Target = new(asked.Calls) }], new RemoteCalls(tls, time, lowLatency: true), null),
        new($"{name} ask, low latency", [Median with { Target = new(AskRatio, IsRatio: true) }, Most], new RemoteAsking(tls, time, lowLatency: true), new RawEcho(tls, time)),
    ];

    // What is asked of a connection, plain or with TLS.
    private sealed record Asked(double Tells, double Calls, double BulkRatio, double BesideMicroseconds, double BesideBytes);
}
