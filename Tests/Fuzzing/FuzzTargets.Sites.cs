using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text;
using FedActors.Actors;
using FedActors.Actors.Diagnostics;
using FedActors.Actors.Security;
using FedActors.Actors.Serialization;
using FedActors.Actors.Transport.Tls;
using FedActors.Crdt;
using FedActors.FL.Data;
using FedActors.FL.Models;
using FedActors.FL.Numerics;
using FedActors.FL.Protocol;
using FedActors.FL.Roles;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Processes;
using FedActors.Scripts.Runs;
using FedActors.Scripts.Trainers;
using FedActors.Storage;
using FedActors.Storage.Gossip;
using FedActors.Storage.Residuals;
using FedActors.Storage.Training;
using FedActors.Tests.TestKit;
using FedActors.Tests.TestKit.Transport;

namespace FedActors.Tests.Fuzzing;

/// <content>What other peers have signed, what providers hand out, what outside programs leave behind, and what is kept on a site's disk.</content>
internal sealed partial class FuzzTargets
{
    private static readonly ModelSpecification Small = new(ModelSpecification.Softmax, 3, 2);

    private IEnumerable<FuzzTarget> Observing()
    {
        MessageRegistry observing = ObservationProtocol.Register(new MessageRegistryBuilder()).Build();
        ActorTreeReply tree = new([new NodeActors("n", null, 1, [new ActorLine("a/b", ActorState.Stopping, false, 3, 99, 1)]), new NodeActors("m", "gone", 0, [])]);
        Resolver resolver = new(_system);
        yield return new("actor trees", Messages(observing, [tree, new ActorTreeRequest(true)]), MessagePackWords, bytes => ReadMessage(observing, bytes, resolver), typeof(ProtocolException), Usual);
        TlsCredentials credentials = _certificates.Credentials(name: "A");
        OwnerProofs proofs = new(new StatementSigner(() => credentials));
        Body sealedBody = proofs.Seal("model/A", 2, 7, new Body(new byte[] { 1, 2, 3 }));
        yield return new("sealed bodies", [sealedBody.Bytes.ToArray()], [.. MessagePackWords, [0x30, 0x82], [0x30, 0x80], [0x02, 0x01]], bytes => Open(proofs, bytes), typeof(ProtocolException), 4 * Usual);
    }

    private IEnumerable<FuzzTarget> Programs()
    {
        byte[] manifest = """{"entry_points": {"train": ["python3", "train.py"], "validate": ["./score"]}}"""u8.ToArray();
        yield return new("package manifests", [manifest], [.. JsonWords, .. Words("\"predict\"", "\"entry_points\"")], bytes => PackageManifest.Parse(Encoding.UTF8.GetString(bytes), "the package"), typeof(TrainerException), Usual);
        byte[] tar = Tar(("trainer.json", manifest), ("code/train.py", "print(1)"u8.ToArray()));
        yield return new("package archives", [tar], Words("../", "/", "77777777777", "\0\0\0\0\0\0\0\0", "ustar\0", "L", "x", "g", "2", "10 a=b\n", "GNU.sparse.name"), bytes => WithFile("fuzzed.tgz", Gzip.Of(bytes), path => new PackageArchive(path).ReadManifest()), typeof(TrainerException), 16 * Usual);
        byte[] packed = Gzip.Of(tar);
        yield return new("package archives, packed", [packed], [[0x1f, 0x8b], [0, 0, 0xff, 0xff]], bytes => WithFile("packed.tgz", bytes, path => new PackageArchive(path).ReadManifest()), typeof(TrainerException), 16 * Usual);
        TrainerFiles files = new(_folder.Path, "the trainer");
        string trained = _folder["trained.npz"];
        NpzWriter.Write(trained, [.. Small.Layout.Tensors.Select(tensor => KeyValuePair.Create(tensor.Name, NpyArray.Of(new float[tensor.Count], tensor.Dimensions)))], compress: false);
        byte[] tensors = File.ReadAllBytes(trained);
        byte[] figures = """{"loss": 0.5, "accuracy": 1, "steps": 3, "confusion": [[1, 0], [0, 1]]}"""u8.ToArray();
        DataSet data = new(3, 2, [1, 2, 3, 4, 5, 6], [0, 1]);
        yield return new("trainers' figures", [figures], [.. JsonWords, .. Words("\"confusion\"", "1e400", "-0", "[[", "]]")], bytes => ReadFigures(files, tensors, bytes, data), typeof(TrainerException), 4 * Usual);
        yield return new("trainers' parameters", [tensors], Words("PK\u0001\u0002", "W.npy", "'<f8'", "(3, 2)"), bytes => WithFile("trained.npz", bytes, _ => ReadTrained(files, figures)), typeof(TrainerException), 16 * Usual);
        NpzWriter.Write(_folder["predictions.npz"], [new("y", NpyArray.Of(new long[] { 0, 1 }, 2))], compress: false);
        yield return new("predictors' classes", [File.ReadAllBytes(_folder["predictions.npz"])], Words("'<i4'", "'|b1'", "(2,)"), bytes => WithFile("predictions.npz", bytes, _ => files.ReadPredictions(2, 2)), typeof(TrainerException), 16 * Usual);
    }

    private IEnumerable<FuzzTarget> Kept()
    {
        new ResidualFiles(_folder["residuals"]).Keep("run", 3, [0.5, -1, 2], spared: 2);
        byte[] residual = File.ReadAllBytes(_folder["residuals/residual-0"]);
        yield return new("residuals", [residual[..^SHA256.HashSizeInBytes]], [[0xFF, 0xFF, 0xFF, 0x7F], [0, 0, 0, 0x80]], bytes => ReadResiduals([.. bytes, .. SHA256.HashData(bytes)]), Refusal: null, Usual);
        yield return new("residuals, damaged", [residual], [], ReadResiduals, Refusal: null, Usual);
        RunPlan plan = new("A", 1, Small, new(), new double[] { 1, 2, 3 }, new double[] { 1, 1, 1 }, [new("A", "A", 2)]);
        StatePart mean = new KeptMean("A", 3, true, 0.5, null, plan, new ParameterVector(Small.Layout)).ToPart();
        yield return new("kept means", [mean.Head.ToArray()], MessagePackWords, head => FindMean(mean with { Head = head }), typeof(ProtocolException), Usual);
        yield return new("kept means' parameters", [mean.Body!.Value.ToArray()], [[0, 0, 0xC0, 0x7F]], body => FindMean(mean with { Body = body }), typeof(ProtocolException), Usual);
        ProcessLedger ledger = new(_folder.Path);
        LedgerEntry entry = new("worker-a", "worker", new ProcessIdentity(1, "boot 3"), "127.0.0.1:1", 0, DateTimeOffset.UnixEpoch);
        ledger.Write(new LedgerPage(entry, [entry]));
        yield return new("process ledgers", [File.ReadAllBytes(_folder["processes.json"])], [.. JsonWords, .. Words("\"launcher\"", "\"process\"", "[null]")], bytes => WithFile("processes.json", bytes, _ => ReadLedger(ledger)), typeof(CommandFailure), 4 * Usual);
        string training = _folder["training.db"];
        new SqliteTrainingStore(new TrainingStoreOptions { Path = training }).Dispose();
        yield return new("training stores", [File.ReadAllBytes(training)], Words("SQLite format 3\0", "CREATE TABLE", "\u000d", "\u0005"), bytes => WithFile("fuzzed.db", bytes, path => ReadRuns(path)), typeof(StoreException), 64 * Usual) { Share = 20 };
        string gossip = _folder["gossip.db"];
        new SqliteGossipStore(new GossipStoreOptions { Path = gossip }).Dispose();
        yield return new("gossip stores", [File.ReadAllBytes(gossip)], Words("SQLite format 3\0", "CREATE TABLE", "\u000d", "\u0005"), bytes => WithFile("fuzzed.db", bytes, path => ReadPeers(path)), typeof(StoreException), 64 * Usual) { Share = 20 };
    }

    private static void Open(OwnerProofs proofs, byte[] bytes)
    {
        // Who asks whether it proves its owner gets an answer, whatever it is.
        Body body = new(bytes);
        proofs.FindFault(new EntryHeader("model/A", new Stamp(2, 7, IsTombstone: false, "A", body.Hash), body.Bytes.Length), body);
        OwnerProofs.PayloadOf(bytes);
    }

    private static byte[] Tar(params (string Name, byte[] Content)[] files)
    {
        using MemoryStream stream = new();
        using (TarWriter writer = new(stream, TarEntryFormat.Pax, leaveOpen: true))
        {
            foreach ((string name, byte[] content) in files)
            {
                writer.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(content), ModificationTime = DateTimeOffset.UnixEpoch });
            }
        }

        return stream.ToArray();
    }

    private void ReadFigures(TrainerFiles files, byte[] tensors, byte[] figures, DataSet data)
    {
        Write("trained.npz", tensors);
        Write("metrics.json", figures);
        try
        {
            files.Read(Small.Layout, 2);
        }
        catch (TrainerException)
        {
            // Scores may be in order where figures of a training are not.
            files.ReadScores(data);
            throw;
        }

        files.ReadScores(data);
    }

    private void ReadTrained(TrainerFiles files, byte[] figures)
    {
        Write("metrics.json", figures);
        files.Read(Small.Layout, 2);
    }

    private void ReadResiduals(byte[] bytes)
    {
        Write("residuals/residual-0", bytes);
        ResidualFiles files = new(_folder["residuals"]);
        files.Find("run", 3);
    }

    private static void FindMean(StatePart part)
    {
        using MemoryGossipStore store = new("fuzzed");
        store.BeginLife("A", 1, DateTimeOffset.UnixEpoch);
        store.Save("A", new StateChange { Parts = [part] }, Durability.Cached);
        KeptMean.Find(store, "A");
    }

    private static void ReadLedger(ProcessLedger ledger)
    {
        if (ledger.Read() is { } page)
        {
            foreach (LedgerEntry entry in page.Children.Append(page.Launcher))
            {
                _ = $"{entry.Name.Length} {entry.Role.Length} {entry.Process.Id} {entry.Address?.Length}";
            }
        }
    }

    private static void ReadRuns(string path)
    {
        using SqliteTrainingStore store = new(new TrainingStoreOptions { Path = path, Access = StoreAccess.Read });
        foreach (RunRecord run in store.ListRuns())
        {
            store.ListRounds(run.Id);
        }
    }

    private static void ReadPeers(string path)
    {
        using SqliteGossipStore store = new(new GossipStoreOptions { Path = path, Access = StoreAccess.Read });
        foreach (PeerRecord peer in store.ListPeers())
        {
            store.Load(peer.Peer);
            store.ListMetrics(peer.Peer);
        }
    }
}
