using FedActors.Storage.Training;

namespace FedActors.Tests.TestKit;

/// <summary>Runs and rounds to store, with every column filled by a value of its own.</summary>
public static class StoredRuns
{
    public static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, 123, TimeSpan.FromHours(2));

    public static RunRecord Run(string id = "7f3a", string fingerprint = "f00d", int rounds = 20) => new(
        id, fingerprint, """{"Seed":42}""", new byte[] { 1, 2, 3 }, ulong.MaxValue, rounds, RunStatus.Running, null, Start, null, 0);

    public static RoundRecord Round(int round, string runId = "7f3a", double? accuracy = null, double loss = 0.5) => new(
        runId,
        round,
        Parameters(round),
        $"hash{round}",
        ChangeNorm: 1.0 / round,
        TrainLoss: 0.25,
        TrainAccuracy: 0.75,
        accuracy is { } a ? Evaluation(a, loss) : null,
        [new ParticipantRecord("worker-a", 1109, 0.5, 0.8, TimeSpan.FromTicks(123457)), new ParticipantRecord("worker-b", 3, double.NaN, 0, TimeSpan.Zero)],
        [new RefusalRecord("worker-c", "duplicate", "Sent twice."), new RefusalRecord("worker-c", "stale", "Für Runde 1.")],
        ["worker-a", "worker-b", "worker-c"],
        Attempts: 2,
        new RoundTimings(TimeSpan.FromTicks(50), TimeSpan.FromTicks(40), TimeSpan.FromTicks(30), TimeSpan.FromTicks(20), TimeSpan.FromTicks(10)),
        BytesSent: 1L << 40,
        BytesReceived: 7,
        Start.AddSeconds(round))
    {
        UpdateBytes = 12_345,
        BytesSaved = 54_321,
    };

    public static EvaluationRecord Evaluation(double accuracy, double loss = 0.5) =>
        new(2000, accuracy, loss, [accuracy, double.NaN, 0.1], [5, 0, 1, 0, 0, 0, 2, 3, long.MaxValue]);

    public static byte[] Parameters(int round) => [.. Enumerable.Range(0, 888).Select(i => (byte)(i * round))];
}
