using FedActors.Storage;
using FedActors.Storage.Gossip;
using FedActors.Storage.Sqlite;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.Storage;

/// <summary>Files that are not what they should be, and disks that refuse: each refused by name, and left as it was.</summary>
public sealed class SqliteGossipStoreFaultTests : IDisposable
{
    private readonly GossipFile _file = new();

    public void Dispose() => _file.Dispose();

    [Fact]
    public void Open_ReaderOfNoFile_SaysSoAndCreatesNone()
    {
        StoreFile.ShouldFail(() => _file.Open(StoreAccess.Read), StoreFault.Missing).WithMessage($"*no gossip store at {_file.Path}*");
        Directory.Exists(_file.Folder["storage"]).Should().BeFalse();
    }

    [Fact]
    public void Open_TrainingStore_IsForeignAndLeftAsItIs()
    {
        using (var training = new FedActors.Storage.Training.SqliteTrainingStore(new() { Path = _file.Path }))
        {
            training.BeginRun(StoredRuns.Run());
        }

        byte[] before = File.ReadAllBytes(_file.Path);
        StoreFile.ShouldFail(() => _file.Open(), StoreFault.Foreign).WithMessage("*application id 0x46656454*gossip store*");
        File.ReadAllBytes(_file.Path).Should().Equal(before);
    }

    [Fact]
    public void Open_NewerSchema_IsRefusedNamingTheVersion()
    {
        _file.Open().Dispose();
        _file.Sql("PRAGMA user_version = 7");

        StoreFile.ShouldFail(() => _file.Open(), StoreFault.Newer).WithMessage("*schema version 7*versions up to 2*");
    }

    [Fact]
    public void Open_OlderSchema_IsMigratedByAWriterWithItsStateAndIdentity()
    {
        StoreSchema next = GossipSchema.Current with { Migrations = [.. GossipSchema.Current.Migrations, "ALTER TABLE peers ADD COLUMN note TEXT"] };
        _file.FillAndClose();
        string id;
        using (SqliteGossipStore before = _file.Open())
        {
            id = before.DatabaseId;
        }

        using var store = new SqliteGossipStore(_file.Options(), next);
        store.DatabaseId.Should().Be(id);
        store.Load("A").Should().HaveCount(5);
    }

    [Theory]
    [InlineData(0.3)]
    [InlineData(0.6)]
    [InlineData(0.95)]
    public void Open_TruncatedFile_IsCorrupt(double part)
    {
        _file.FillAndClose();
        byte[] whole = File.ReadAllBytes(_file.Path);
        File.WriteAllBytes(_file.Path, whole[..(int)(whole.Length * part)]);

        StoreFile.ShouldFail(() => _file.Open(), StoreFault.Corrupt).WithMessage($"*{_file.Path} is damaged*");
    }

    [Theory]
    [InlineData("body = zeroblob(20000)")]
    [InlineData("head = x'00'")]
    [InlineData("body_digest = NULL")]
    public void Load_PartChangedOnDisk_IsNotHandedOut(string change)
    {
        _file.FillAndClose();
        _file.Sql($"UPDATE crdt_snapshots SET {change} WHERE key = 'model/3'");

        using SqliteGossipStore store = _file.Open();
        StoreFile.ShouldFail(() => { store.Load("A"); }, StoreFault.Corrupt).WithMessage("*model/3 of A*checksum*");
    }

    [Fact]
    public void Save_DiskFull_FailsByNameAndLosesNothing()
    {
        using var store = new SqliteGossipStore(_file.Options() with { MaxFileBytes = 1 << 18 });
        store.BeginLife("A", 1, StoredGossip.Start);
        store.BeginIncarnation("A", 1);
        store.Save("A", new StateChange { Parts = [StoredGossip.Part("a", 1)] }, Durability.Promised);

        StoreFile.ShouldFail(() => store.Save("A", new StateChange { Parts = [StoredGossip.Part("a", 2, 1 << 19)] }, Durability.Promised), StoreFault.Disk).WithMessage("*is full*");

        StoredGossip.ShouldBe(store.Load("A"), StoredGossip.Part("a", 1));
        store.Save("A", new StateChange { Parts = [StoredGossip.Part("a", 3)] }, Durability.Promised);
        StoredGossip.ShouldBe(store.Load("A"), StoredGossip.Part("a", 3));
    }

    [Fact]
    public void AllocateSequence_DiskRefuses_GivesNothingAndGoesOnLater()
    {
        using SqliteGossipStore store = _file.OpenBegun();
        _file.Sql("CREATE TRIGGER fault BEFORE UPDATE ON peers BEGIN SELECT RAISE(ABORT, 'no'); END");

        store.Invoking(s => s.AllocateSequence("A")).Should().Throw<StoreException>();
        _file.Sql("DROP TRIGGER fault");

        store.AllocateSequence("A").Should().Be(1);
    }

    [Fact]
    public void Open_FolderCannotBeMade_FailsByName()
    {
        // A file where the folder should be refuses every user, root too, on every system.
        File.WriteAllText(_file.Folder["storage"], "in the way");

        StoreFile.ShouldFail(() => _file.Open(), StoreFault.Disk).WithMessage("*cannot be created*Storage:Path*");
    }

    [Theory]
    [InlineData(0, 5000)]
    [InlineData(1, 0)]
    public void Options_OutOfRange_AreACallersMistake(int keepMetrics, int busyMilliseconds)
    {
        Action open = () => new SqliteGossipStore(_file.Options() with { KeepMetrics = keepMetrics, BusyTimeout = TimeSpan.FromMilliseconds(busyMilliseconds) }).Dispose();

        open.Should().Throw<ArgumentOutOfRangeException>();
    }
}
