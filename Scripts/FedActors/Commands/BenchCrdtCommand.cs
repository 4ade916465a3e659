using System.CommandLine;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Measuring;
using FedActors.Scripts.Measuring.Crdt;
using FedActors.Storage.Gossip;

namespace FedActors.Scripts.Commands;

/// <summary><c>bench crdt</c>: replicated data and what a peer saves of it.</summary>
internal static class BenchCrdtCommand
{
    private const int Keys = 1_000;
    private const int ManyKeys = 50_000;

    /// <summary>A softmax model of 512 features and 10 classes in float32.</summary>
    private const int ModelBytes = 5_130 * sizeof(float);

    private static readonly TimeSpan UsualDuration = TimeSpan.FromSeconds(20);
    private static readonly Quantity KeyRate = Quantity.Rate("keys/s");
    private static readonly Quantity Cost = new(string.Empty, "us", Better.Lower);

    public static Command Create(CommandRunner runner)
    {
        var command = new FedCommand(
            "crdt",
            "Measures replicated data: merging beside inserting into a dictionary, exchanges between two replicas, and saving beside bare writes.",
            new Example("fedactors bench crdt", "medians and ratios as a table"),
            new Example("fedactors bench crdt --duration 2m --repetitions 21 -o json", "for a record"));
        Option<TimeSpan> duration = BenchCommand.Duration(command, UsualDuration);
        Option<int> repetitions = BenchCommand.Repetitions(command);
        runner.Bind(command, (context, stopping) => BenchCommand.MeasureAsync(
            context,
            "crdt",
            new InterleavedRuns(context.Arguments.GetValue(repetitions), context.Arguments.GetValue(duration)),
            Comparisons(context.Time),
            Notes(),
            stopping));
        return command;
    }

    private static IReadOnlyList<Comparison> Comparisons(TimeProvider time)
    {
        Merging few = new(Keys);
        Merging many = new(ManyKeys);
        ReplicaPair pair = new(Keys);
        return
        [
            new("merge, 1,000 keys", [KeyRate], Rate(few.MergeIntoEmpty, Keys, time), Rate(few.InsertIntoDictionary, Keys, time)),
            new("merge, 50,000 keys", [KeyRate], Rate(many.MergeIntoEmpty, ManyKeys, time), Rate(many.InsertIntoDictionary, ManyKeys, time)),
            new("digest of 1,000 keys", [Cost], Time(few.Digest, time), null),
            new("exchange, 1,000 keys that agree", [Cost], Time(pair.Exchange, time), null),
            new("exchange, one of 1,000 keys changed", [Cost], Time(pair.ChangeOneAndExchange, time), null),
            new("save a model, promised", [Cost], new Snapshots(ModelBytes, Durability.Promised, time), new RawWrites(ModelBytes, synced: true, time)),
            new("save a model, cached", [Cost], new Snapshots(ModelBytes, Durability.Cached, time), new RawWrites(ModelBytes, synced: false, time)),
        ];
    }

    private static RepeatedWork Rate(Action batch, int keys, TimeProvider time) => new(batch, keys, RepeatedWork.Rate, time);

    private static RepeatedWork Time(Action batch, TimeProvider time) => new(batch, 1, RepeatedWork.Microseconds, time);

    private static IReadOnlyList<string> Notes() =>
    [
        "merge: a whole map into an empty one; raw is inserting the same keys into a Dictionary, one by one.",
        "exchange: all messages of both sides, without codecs and network; with a changed key, the change and the transfer of its body included.",
        $"save: {ModelBytes:N0} bytes into gossip.db, with a sync of the disk where promised; raw is writing as many to a file in place, synced likewise.",
    ];
}
