using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using FedActors.FL.Configuration;
using FedActors.FL.Models;
using FedActors.FL.Training;
using FedActors.Scripts.Trainers;
using FedActors.Tests.FL.Training;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.Scripts.Trainers;

public sealed class TrainerPackageTests : IDisposable
{
    private const string Manifest = """{"entry_points":{"train":["/bin/sh","code/train.sh"]}}""";
    private const string Script = "cp \"$2/parameters.npz\" \"$2/trained.npz\"; echo '{\"loss\":0.5,\"accuracy\":0.75,\"steps\":7}' > \"$2/metrics.json\"";

    private static readonly TrainerProcess Usual = new([], TimeSpan.FromMinutes(1));

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Open_RightChecksum_TrainsInTheUnpackedFolder()
    {
        string checksum = Pack(File("trainer.json", Manifest), File("code/train.sh", Script));
        ModelSpecification model = new(ModelSpecification.Softmax, 5, 3);
        ParameterVector start = InitialParameters.Draw(model, 5);

        TrainerProcess process = TrainerPackage.Open(_folder["trainer.tar.gz"], checksum.ToUpperInvariant(), _folder["cache"], Usual);
        TrainingResult result = new ExternalTrainer(process, new TrainerSubject(model, Problems.Random(10, 5, 3), 1, "A"), _folder["work"], TimeProvider.System)
            .Train(start, new TrainingOptions(), 1, LocalWork.AsPlanned, CancellationToken.None);

        (result.Loss, result.Accuracy, result.Steps).Should().Be((0.5, 0.75, 7));
        result.Parameters.Hash().Should().Be(start.Hash());
        Directory.GetDirectories(_folder["cache"]).Should().Equal(Path.Combine(_folder["cache"], checksum));
    }

    [Fact]
    public void Open_Again_TakesWhatIsUnpacked()
    {
        string checksum = Pack(File("trainer.json", Manifest));
        string unpacked = TrainerPackage.Open(_folder["trainer.tar.gz"], checksum, _folder["cache"], Usual).WorkingDirectory!;
        System.IO.File.WriteAllText(Path.Combine(unpacked, "mark"), "");

        TrainerPackage.Open(_folder["trainer.tar.gz"], checksum, _folder["cache"], Usual);

        System.IO.File.Exists(Path.Combine(unpacked, "mark")).Should().BeTrue();
    }

    [Fact]
    public void Open_WrongChecksum_SaysBothAndUnpacksNothing()
    {
        string checksum = Pack(File("trainer.json", Manifest));
        string other = new('a', 64);

        Refusal(other).Should().Contain($"has the SHA-256 {checksum}; {other} was asked for").And.Contain("nothing of it was run");
        Directory.Exists(_folder["cache"]).Should().BeFalse();
    }

    [Fact]
    public void Open_NoManifest_SaysSo() => Refusal(Pack(File("train.py", ""))).Should().Contain("has no trainer.json at its top");

    [Theory]
    [InlineData("{}", "has no entry_points.train")]
    [InlineData("""{"entry_points":{"train":"train.py"}}""", "has no entry_points.train")]
    [InlineData("""{"entry_points":{"train":[]}}""", "has no entry_points.train")]
    [InlineData("""{"entry_points":{"train":[1]}}""", "has no entry_points.train")]
    [InlineData("nonsense", "is no JSON")]
    public void Open_ManifestOutOfOrder_SaysWhatIsMissing(string manifest, string fault) => Refusal(Pack(File("trainer.json", manifest))).Should().Contain(fault);

    [Fact]
    public void Open_EntryThatLeadsOut_IsRefusedAndLeavesNothing()
    {
        Refusal(Pack(File("trainer.json", Manifest), File("../../escaped", "x"))).Should().Contain("../../escaped, which leads out of its folder");

        Directory.GetDirectories(_folder["cache"]).Should().BeEmpty();
        System.IO.File.Exists(_folder["escaped"]).Should().BeFalse();
    }

    [Fact]
    public void Open_Link_IsRefused() =>
        Refusal(Pack(File("trainer.json", Manifest), new PaxTarEntry(TarEntryType.SymbolicLink, "link") { LinkName = "/etc/passwd" })).Should().Contain("only files and folders are allowed");

    [Fact]
    public void Open_NoArchive_SaysSo()
    {
        System.IO.File.WriteAllText(_folder["trainer.tar.gz"], "this is no archive at all");

        Refusal(Convert.ToHexStringLower(SHA256.HashData(System.IO.File.ReadAllBytes(_folder["trainer.tar.gz"])))).Should().Contain("is no tar.gz");
    }

    [Fact]
    public void Open_NoFile_SaysSo() => Refusal(new string('a', 64)).Should().Contain("cannot be read");

    private string Refusal(string checksum) =>
        FluentActions.Invoking(() => TrainerPackage.Open(_folder["trainer.tar.gz"], checksum, _folder["cache"], Usual)).Should().Throw<TrainerException>().Which.Message;

    private static PaxTarEntry File(string name, string text) => new(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)) };

    private string Pack(params TarEntry[] entries)
    {
        using (FileStream stream = System.IO.File.Create(_folder["trainer.tar.gz"]))
        using (GZipStream zipped = new(stream, CompressionLevel.Fastest))
        using (TarWriter writer = new(zipped))
        {
            foreach (TarEntry entry in entries)
            {
                writer.WriteEntry(entry);
            }
        }

        return Convert.ToHexStringLower(SHA256.HashData(System.IO.File.ReadAllBytes(_folder["trainer.tar.gz"])));
    }
}
