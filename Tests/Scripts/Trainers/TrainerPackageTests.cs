using System.Formats.Tar;
using FedActors.FL.Configuration;
using FedActors.FL.Models;
using FedActors.FL.Training;
using FedActors.Scripts.Trainers;
using FedActors.Tests.FL.Training;
using FedActors.Tests.TestKit;
using static FedActors.Tests.Scripts.Trainers.PackageFixture;

namespace FedActors.Tests.Scripts.Trainers;

public sealed class TrainerPackageTests : IDisposable
{
    private const string Manifest = """{"entry_points":{"train":["/bin/sh","code/train.sh"]}}""";
    private const string Script = "cp \"$2/parameters.npz\" \"$2/trained.npz\"; echo '{\"loss\":0.5,\"accuracy\":0.75,\"steps\":7}' > \"$2/metrics.json\"";

    private static readonly TrainerProcess Usual = new([], TimeSpan.FromMinutes(1));

    private readonly TemporaryFolder _folder = new();

    private string Archive => _folder["trainer.tar.gz"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Open_RightChecksum_TrainsInTheUnpackedFolder()
    {
        string checksum = Pack(Archive, File("./trainer.json", Manifest), File("code/train.sh", Script));

        TrainingResult result = Train(Open(checksum.ToUpperInvariant()));

        (result.Loss, result.Accuracy, result.Steps).Should().Be((0.5, 0.75, 7));
        Directory.GetDirectories(_folder["cache"]).Should().Equal(Path.Combine(_folder["cache"], checksum));
    }

    [Fact]
    public void Open_ProgramOfThePackage_IsRunFromItsFolder()
    {
        TarEntry program = File("code/train.sh", $"#!/bin/sh\n{Script}");
        program.Mode = UnixFileMode.UserRead | UnixFileMode.UserExecute;

        TrainingResult result = Train(Open(Pack(Archive, File("trainer.json", """{"entry_points":{"train":["code/train.sh"]}}"""), program)));

        result.Steps.Should().Be(7);
    }

    [Fact]
    public void Open_Again_TakesWhatIsUnpacked()
    {
        string checksum = Pack(Archive, File("trainer.json", Manifest));
        Open(checksum);
        string mark = Path.Combine(_folder["cache"], checksum, "mark");
        System.IO.File.WriteAllText(mark, "");

        Open(checksum);

        System.IO.File.Exists(mark).Should().BeTrue();
    }

    [Fact]
    public void Open_UnpackedFileChanged_IsRefusedByItsName()
    {
        string checksum = Pack(Archive, File("trainer.json", Manifest), File("code/train.sh", Script));
        Open(checksum);
        System.IO.File.AppendAllText(Path.Combine(_folder["cache"], checksum, "code/train.sh"), "\nrm -rf data");

        Refusal(checksum).Should().Contain("code/train.sh in").And.Contain("it was changed after it was unpacked").And.Contain("Delete the folder");
    }

    [Fact]
    public void Open_PartialOfAnEarlierLife_IsReplaced()
    {
        string checksum = Pack(Archive, File("trainer.json", Manifest));
        Directory.CreateDirectory(_folder[$"cache/{checksum}.A.partial"]);
        System.IO.File.WriteAllText(_folder[$"cache/{checksum}.A.partial/trainer.json"], "half of it");

        Open(checksum);

        Directory.GetDirectories(_folder["cache"]).Should().Equal(Path.Combine(_folder["cache"], checksum));
    }

    [Fact]
    public void Open_WrongChecksum_SaysBothAndUnpacksNothing()
    {
        string checksum = Pack(Archive, File("trainer.json", Manifest));
        string other = new('a', 64);

        Refusal(other).Should().Contain($"has the SHA-256 {checksum}; {other} was asked for").And.Contain("nothing of it was run");
        Directory.Exists(_folder["cache"]).Should().BeFalse();
    }

    [Fact]
    public void Open_NoManifest_SaysSo() => Refusal(Pack(Archive, File("train.py", ""))).Should().Contain("has no trainer.json at its top");

    [Theory]
    [InlineData("{}", "has no entry_points")]
    [InlineData("""{"entry_points":{}}""", "has no entry_points")]
    [InlineData("""{"entry_points":{"train":"train.py"}}""", "entry_points.train in the manifest")]
    [InlineData("""{"entry_points":{"train":[]}}""", "is no list of a program and its arguments")]
    [InlineData("""{"entry_points":{"train":["\ud800"]}}""", "is no JSON")]
    [InlineData("""{"entry_points":{"validate":[1]}}""", "entry_points.validate in the manifest")]
    [InlineData("""{"entry_points":{"Train":["sh"]}}""", "has an entry point \"Train\"; there are train, validate and predict")]
    [InlineData("""{"entry_points":{"train":["sh"],"train":["ls"]}}""", "is no JSON")]
    [InlineData("nonsense", "is no JSON")]
    public void Open_ManifestOutOfOrder_SaysWhatIsMissing(string manifest, string fault) => Refusal(Pack(Archive, File("trainer.json", manifest))).Should().Contain(fault);

    [Fact]
    public void Process_NoSuchEntryPoint_SaysWhichThereAre()
    {
        TrainerPackage package = Open(Pack(Archive, File("trainer.json", """{"entry_points":{"train":["sh"],"predict":["sh"]}}""")));

        package.EntryPoints.Should().Be(EntryPoint.Train | EntryPoint.Predict);
        FluentActions.Invoking(() => package.Process(EntryPoint.Validate, Usual)).Should().Throw<TrainerException>()
            .Which.Message.Should().Contain("has no entry point validate; its trainer.json names train and predict");
    }

    [Theory]
    [InlineData("../../escaped", "../../escaped, which leads out of its folder")]
    [InlineData("code/../../../escaped", "which leads out of its folder")]
    [InlineData("code\\..\\escaped", "a name that is not allowed")]
    [InlineData("trainer.json", "holds trainer.json twice")]
    [InlineData("./trainer.json", "holds trainer.json twice")]
    [InlineData("trainer.json/below", "cannot be unpacked")]
    public void Open_NameThatMustNotBe_IsRefusedAndLeavesNothing(string name, string fault)
    {
        Refusal(Pack(Archive, File("trainer.json", Manifest), File(name, "x"))).Should().Contain(fault);

        (Directory.Exists(_folder["cache"]) ? Directory.GetDirectories(_folder["cache"]) : []).Should().BeEmpty();
        System.IO.File.Exists(_folder["escaped"]).Should().BeFalse();
        System.IO.File.Exists(_folder["cache/escaped"]).Should().BeFalse();
    }

    [Fact]
    public void Open_AbsoluteName_IsRefused()
    {
        string target = _folder["escaped"];

        Refusal(Pack(Archive, File("trainer.json", Manifest), File(target, "x"))).Should().Contain("an absolute name");

        System.IO.File.Exists(target).Should().BeFalse();
    }

    [Theory]
    [InlineData(TarEntryType.SymbolicLink)]
    [InlineData(TarEntryType.HardLink)]
    [InlineData(TarEntryType.Fifo)]
    [InlineData(TarEntryType.CharacterDevice)]
    [InlineData(TarEntryType.BlockDevice)]
    public void Open_AnythingButFilesAndFolders_IsRefused(TarEntryType type)
    {
        PaxTarEntry entry = new(type, "special");
        if (type is TarEntryType.SymbolicLink or TarEntryType.HardLink)
        {
            entry.LinkName = "/etc/passwd";
        }

        Refusal(Pack(Archive, File("trainer.json", Manifest), entry)).Should().Contain($"holds special, a {type}; only files and folders are allowed");
    }

    [Fact]
    public void Open_TooManyEntries_IsRefused() =>
        Refusal(Pack(Archive, [.. Enumerable.Range(0, 10_001).Select(i => new PaxTarEntry(TarEntryType.Directory, $"{i}/"))])).Should().Contain("more than 10,000 entries");

    [Fact]
    public void Open_NoArchive_SaysSo()
    {
        System.IO.File.WriteAllText(Archive, "this is no archive at all");

        Refusal(new PackageArchive(Archive).Checksum()).Should().Contain("is no tar.gz");
    }

    [Fact]
    public void Open_CutShort_SaysSo()
    {
        Pack(Archive, File("trainer.json", Manifest), File("weights", new string('w', 100_000)));
        byte[] whole = System.IO.File.ReadAllBytes(Archive);
        System.IO.File.WriteAllBytes(Archive, whole[..(whole.Length / 2)]);

        Refusal(new PackageArchive(Archive).Checksum()).Should().Contain("is no tar.gz");
    }

    [Fact]
    public void Open_NoFile_SaysSo() => Refusal(new string('a', 64)).Should().Contain("cannot be read");

    private TrainerPackage Open(string checksum) => TrainerPackage.Open(Archive, checksum, _folder["cache"], "A");

    private string Refusal(string checksum) => FluentActions.Invoking(() => Open(checksum)).Should().Throw<TrainerException>().Which.Message;

    private TrainingResult Train(TrainerPackage package)
    {
        ModelSpecification model = new(ModelSpecification.Softmax, 5, 3);
        ParameterVector start = InitialParameters.Draw(model, 5);
        TrainingResult result = new ExternalTrainer(package.Process(EntryPoint.Train, Usual), new TrainerSubject(model, Problems.Random(10, 5, 3), 1, "A"), _folder["work"], TimeProvider.System)
            .Train(start, new TrainingOptions(), 1, LocalWork.AsPlanned, CancellationToken.None);
        result.Parameters.Hash().Should().Be(start.Hash());
        return result;
    }
}
