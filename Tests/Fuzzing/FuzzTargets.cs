using System.IO.Compression;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using FedActors.Actors;
using FedActors.Actors.Security;
using FedActors.Actors.Serialization;
using FedActors.Crdt;
using FedActors.FL.Aggregation;
using FedActors.FL.Compression;
using FedActors.FL.Data;
using FedActors.FL.Data.Sources;
using FedActors.FL.Gossip;
using FedActors.FL.Models;
using FedActors.FL.Numerics;
using FedActors.FL.Protocol;
using FedActors.FL.Strategies;
using FedActors.Scripts.Configuration;
using FedActors.Scripts.Scenarios;
using FedActors.Tests.Actors.Serialization;
using FedActors.Tests.FL.Data;
using FedActors.Tests.FL.Protocol;
using FedActors.Tests.TestKit;
using FedActors.Tests.TestKit.Hostile;
using FedActors.Tests.TestKit.Transport;

namespace FedActors.Tests.Fuzzing;

/// <summary>Every parser of bytes from outside, with sound inputs of each.</summary>
internal sealed partial class FuzzTargets : IAsyncDisposable
{
    /// <summary>An exception, its text and its stack trace, with what a parser allocates for an empty input.</summary>
    private const long Usual = 256 * 1024;

    /// <summary>A sum of one byte becomes an integer of any length, which is then checked by some others.</summary>
    private const int ExactSums = 256;

    private static readonly byte[][] MessagePackWords = [.. new byte[] { 0x90, 0x9f, 0xc0, 0xc1, 0xc4, 0xc6, 0xca, 0xcb, 0xcf, 0xd3, 0xd9, 0xdb, 0xdc, 0xdd, 0xdf, 0xff }.Select(code => new[] { code })];
    private static readonly byte[][] JsonWords = Words("{", "}", "[", "]", "\"", ",", ":", "null", "true", "-1", "1e999", "0.1", "99999999999999999999", "\\ud800", "\"Training\":{", "//", "/*", "\uFEFF");

    private readonly TemporaryFolder _folder = new();
    private readonly ActorSystem _system = new(new ActorSystemOptions { Node = "server" });
    private readonly TestCertificates _certificates = new();

    public IReadOnlyList<FuzzTarget> All => [.. Wire(), .. Observing(), .. Stored(), .. Files(), .. Texts(), .. Programs(), .. Kept()];

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return _system.DisposeAsync();
    }

    private IEnumerable<FuzzTarget> Wire()
    {
        FrameJudge judge = new(_system);
        Resolver resolver = new(_system);
        yield return new("frames", [.. FrameCorpus.Payloads(7).Select(FrameMutator.Framed)], MessagePackWords, frame => judge.IsRefused(frame), Refusal: null, Usual);
        yield return new("coordinated messages", Messages(FrameCorpus.Registry, new AnyMessage(new RandomStream(3)).OfEachType()), MessagePackWords, bytes => ReadMessage(FrameCorpus.Registry, bytes, resolver), typeof(ProtocolException), Usual);
        MessageRegistry gossip = GossipProtocol.Register(new MessageRegistryBuilder()).Build();
        ActorRef actor = _system.Spawn(Props.FromBehaviour((_, _) => ValueTask.CompletedTask), "members");
        yield return new("gossip messages", Messages(gossip, new AnyGossipMessage(new RandomStream(3), actor).OfEachType()), MessagePackWords, bytes => ReadMessage(gossip, bytes, resolver), typeof(ProtocolException), Usual);
    }

    private static IEnumerable<FuzzTarget> Stored()
    {
        DataSet data = new(3, 2, [1, 2, 3, 4, 5, 6], [0, 1]);
        FeatureMoments moments = FeatureMoments.Of(data);
        ModelSpecification model = new(ModelSpecification.Softmax, 3, 2);
        ParameterVector parameters = new(model.Layout);
        RunPlan plan = new("run", 1, model, new(), new double[] { 1, 2, 3 }, new double[] { 1, 1, 1 }, [new("A", "A", 2), new("B", "B", 3)]);
        yield return new("plans", [plan.ToBytes()], MessagePackWords, bytes => RunPlanCodec.Read(bytes), typeof(ProtocolException), Usual);
        yield return new("moments", [moments.ToBytes()], [], bytes => FeatureMoments.TryParse(bytes, out _), Refusal: null, Usual) { BytesPerByte = ExactSums };
        yield return new("site vectors", [SiteVectors.Empty.With([new SiteVector("A", new float[4]), new SiteVector("B", new float[4])]).ToBytes()], [], bytes => SiteVectors.FromBytes(bytes, 4), typeof(ArgumentException), Usual);
        yield return new("optimizer states", [Strategy.From(new() { Name = StrategyNames.FedAdam }, 1).Optimizer.Begin(4).ToBytes()], [], bytes => OptimizerState.FromBytes(bytes, 2, 4), typeof(ArgumentException), Usual);
        CompressionPipeline[] pipelines = [.. new[] { "topk(0.2)", "topk(0.2),int4", "randomk(0.2),int8", "lowrank(1)", "int8", "int4", "float16" }.Select(text => CompressionPipeline.From(text.Split(',')))];
        ParameterLayout layout = new(new TensorShape("W", 20, 10), new TensorShape("b", 10));
        yield return new("compressed updates", [.. pipelines.Select(pipeline => pipeline.Encode([.. Enumerable.Range(0, layout.Count).Select(i => i - 9.5f)], layout, new UpdateOrigin(1, "A", 1)))], [[0xFF, 0xFF, 0xFF, 0xFF, 0x07], [0x80, 0], [0, 0, 0xC0, 0x7F], [0x80], [0x88]], bytes => Decode(bytes, pipelines, layout), Refusal: null, Usual);
        FederatedAverage sum = new(layout);
        sum.TryAdd([.. Enumerable.Range(0, layout.Count).Select(i => (i - 9.5f) / 7)], 11, out _);
        yield return new("sums of updates", [SumCodec.ToBytes(sum)], [[0xFF, 0xFF, 0xFF, 0x7F], [0, 8], [63, 1], [0, 0, 0, 0, 0, 0, 0xF8, 0x7F]], bytes => SumCodec.TryRead(bytes, layout, [11], out _, out _), Refusal: null, Usual);
        yield return new("replicated models", [GossipBodies.OfModel(3, 2, default, parameters).Bytes.ToArray()], MessagePackWords, bytes => GossipBodies.ReadModel("A", default, bytes, model.Layout), typeof(ProtocolException), Usual);
        yield return new("replicated moments", [GossipBodies.OfMoments(moments).Bytes.ToArray()], MessagePackWords, bytes => GossipBodies.ReadMoments(bytes, 3), typeof(ProtocolException), Usual) { BytesPerByte = ExactSums };
        yield return new("replicated standards", [GossipBodies.OfStandard(new(["A", "B"], default)).Bytes.ToArray(), GossipBodies.OfStandard(new(["A", "B"], default, new FeatureMoments(2, [1, 2], [3, 4]))).Bytes.ToArray()], MessagePackWords, bytes => GossipBodies.ReadStandard(bytes, 2), typeof(ProtocolException), Usual) { BytesPerByte = ExactSums };
        yield return new("replicated descriptions", [GossipBodies.OfDescription(new("10.0.0.1:5210", 3, "A", 12, new PeerProgress(false, 3, null, default))).Bytes.ToArray()], MessagePackWords, bytes => GossipBodies.ReadDescription(bytes), typeof(ProtocolException), Usual);
    }

    private IEnumerable<FuzzTarget> Files()
    {
        byte[][] words = Words("'descr'", "'<f4'", "'|O'", "'<f8'", "'>i8'", "(", ")", ",", "(999999999999,)", "(-1,)", "True", "'fortran_order'", "'shape'", "{", "}", "0x10", "\n", "(2**60,)");
        NpyArray[] arrays = [NpyArray.Of(new float[] { 1, 2, 3, 4, 5, 6 }, 2, 3), NpyArray.Of(new long[] { 0, 1 }, 2), NpyArray.Of(new float[] { 7 }, 1, 1)];
        DataLimits limits = new() { MaxArrayBytes = 1 << 16, MaxArchiveBytes = 1 << 18 };
        yield return new("npy within npz", [.. arrays.Select(array => NpzFiles.Npy(array))], words, npy => ReadAll(NpzFiles.Zip(CompressionLevel.NoCompression, ("X.npy", npy)), limits), typeof(DataFileException), Usual + (4 * limits.MaxArrayBytes));
        yield return new("npz", [NpzFiles.Npz(false, ("X", arrays[0]), ("y", arrays[1])), NpzFiles.Npz(true, ("X", arrays[0]), ("y", arrays[1]))], Words("PK\u0001\u0002", "PK\u0005\u0006", "X.npy", "../y.npy"), npz => ReadAll(npz, limits), typeof(DataFileException), Usual + (4 * limits.MaxArchiveBytes));
        DataManifest manifest = new() { Name = "d", Features = 3, Classes = 2, ClassNames = ["a", "b"], Sites = [new SiteFile("A", "A.npz", 2, new string('0', 64))] };
        manifest.Save(_folder.Path);
        yield return new("manifests", [File.ReadAllBytes(_folder[DataManifest.FileName])], JsonWords, bytes => WithFile(DataManifest.FileName, bytes, _ => DataManifest.Load(_folder.Path)), typeof(DataFileException), Usual);
        byte[] idx = [0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6];
        yield return new("idx", [idx, Gzip.Of(idx)], Words("\0\0\u0008\u0003", "\u001f"), bytes => WithFile("fuzzed-idx2", bytes, path => IdxReader.Read(path, limits)), typeof(DataFileException), Usual + (4 * limits.MaxArrayBytes));
        yield return new("csv", [.. new[] { "a,\"b, c\",kind\n1.5,-2e3,0\r\n\n 3 ,\"4\",1\n", "1,2\n3,4" }.Select(Encoding.UTF8.GetBytes)], Words(",", "\n", "\r\n", "\"", "1e999", "NaN", "-", "\uFEFF"), bytes => WithFile("fuzzed.csv", bytes, path => CsvReader.Read(path, limits)), typeof(DataFileException), Usual + (4 * limits.MaxArrayBytes));
        byte[] list = _certificates.Authority.Revoke([_certificates.Authority.Issue(["localhost"], CertificateUsages.Node, TimeSpan.FromDays(1))], former: null, TimeSpan.FromDays(1));
        PemFile.WriteRevocationList(_folder["list.crl"], list);
        X509Certificate2[] authorities = [_certificates.Authority.Certificate];
        yield return new("revocation lists", [list], [[0x30], [0x30, 0x84], [0x02, 0x01], [0x17, 0x0d], [0xff]], der => RevocationList.Read(der, authorities), typeof(CryptographicException), Usual);
        yield return new("revocation lists in PEM", [File.ReadAllBytes(_folder["list.crl"])], Words("-----BEGIN X509 CRL-----", "-----END X509 CRL-----", "=", "\n"), pem => WithFile("fuzzed.crl", pem, path => PemFile.ReadRevocationLists(path)), typeof(CryptographicException), Usual);
    }

    private static IEnumerable<FuzzTarget> Texts()
    {
        string configuration = new ConfigValues().ToJson().ToJsonString();
        string scenario = File.ReadAllText(Repository.PathOf("docs/scenarios/strategies.json"));
        yield return new("configurations", [Encoding.UTF8.GetBytes(configuration), Encoding.UTF8.GetBytes(scenario)], JsonWords, bytes => ReadSettings(bytes, ConfigVocabulary.Federation), Refusal: null, 16 * Usual);
        yield return new("scenarios", [Encoding.UTF8.GetBytes(scenario)], [.. JsonWords, .. Words("lognormal 1 2", "\"Sweep\":{", "uniform")], bytes => ReadSettings(bytes, new ScenarioVocabulary()), Refusal: null, 16 * Usual);
    }

    private static byte[][] Words(params string[] words) => [.. words.Select(Encoding.UTF8.GetBytes)];

    // The message's type leads, so that damage may also make it another's.
    private static IReadOnlyList<byte[]> Messages(MessageRegistry registry, IEnumerable<object> messages) => [.. messages.Select(message =>
    {
        registry.TryGet(message.GetType(), out MessageCodec? codec).Should().BeTrue();
        return Encode.With((ref MessagePackWriter writer) =>
        {
            writer.Write(codec!.TypeId);
            codec.Write(ref writer, message);
        });
    })];

    private static void ReadMessage(MessageRegistry registry, byte[] bytes, IActorRefResolver resolver)
    {
        MessagePackReader reader = new(bytes, null, resolver);
        if (registry.TryGet(reader.ReadInt32(), out MessageCodec? codec))
        {
            codec.Read(ref reader);
            reader.ExpectEnd();
        }
    }

    // What is read has the model's size, and what is refused is refused with words.
    private static void Decode(byte[] bytes, CompressionPipeline[] pipelines, ParameterLayout layout)
    {
        foreach (CompressionPipeline pipeline in pipelines)
        {
            bool read = pipeline.TryDecode(bytes, layout, new UpdateOrigin(1, "A", 1), out float[]? update, out string? fault);
            if (read ? update!.Length != layout.Count : string.IsNullOrEmpty(fault))
            {
                throw new InvalidOperationException("Neither an update of the model's size nor a fault with words.");
            }
        }
    }

    private static void ReadAll(byte[] npz, DataLimits limits)
    {
        using NpzReader reader = NpzReader.Open(new MemoryStream(npz), "fuzzed.npz", limits);
        foreach (string name in reader.Names)
        {
            reader.Read(name);
        }
    }

    private static void ReadSettings(byte[] bytes, ConfigVocabulary vocabulary)
    {
        List<RawValue> values = [];
        List<ConfigFault> faults = [];
        ConfigFile.Parse(bytes, "fuzzed.json", vocabulary, values, faults);
        foreach (RawValue value in values)
        {
            vocabulary.Find(value.Path)?.TryRead(value, out _);
        }

        if (faults.Exists(fault => fault.ToString().Length == 0))
        {
            throw new InvalidOperationException("A fault without words.");
        }
    }

    private void WithFile(string name, byte[] bytes, Action<string> read)
    {
        Write(name, bytes);
        read(_folder[name]);
    }

    private void Write(string name, byte[] bytes) => File.WriteAllBytes(_folder[name], bytes);

    private sealed class Resolver(ActorSystem system) : IActorRefResolver
    {
        public ActorRef Resolve(ActorPath path) => new NobodyRef(system, path);
    }
}
