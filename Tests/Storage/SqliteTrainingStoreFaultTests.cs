using System.Security.Cryptography;
using FedActors.Storage;
using FedActors.Storage.Sqlite;
using FedActors.Storage.Training;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.Storage;

/// <summary>Files that are not what they should be, and disks that refuse: each refused by name, and left as it was.</summary>
public sealed class SqliteTrainingStoreFaultTests : IDisposable
{
    private readonly StoreFile _file = new();

    public void Dispose() => _file.Dispose();

    [Theory]
    [InlineData(StoreAccess.Read)]
    [InlineData(StoreAccess.Request)]
    public void Open_ReaderOfNoFile_SaysSoAndCreatesNone(StoreAccess access)
    {
        StoreFile.ShouldFail(() => _file.Open(access), StoreFault.Missing).WithMessage($"*{_file.Path}*");
        Directory.Exists(_file.Folder["storage"]).Should().BeFalse();
    }

    [Fact]
    public void Open_EmptyFile_IsTakenByAWriterAndNotByAReader()
    {
        _file.Place([]);

        StoreFile.ShouldFail(() => _file.Open(StoreAccess.Read), StoreFault.Missing);
        using SqliteTrainingStore store = _file.Open();
        store.ListRuns().Should().BeEmpty();
    }

    [Fact]
    public void Open_TextFile_IsForeignAndLeftAsItIs()
    {
        byte[] text = "This is a diary, and its author would like to keep it. "u8.ToArray();
        _file.Place(text);

        StoreFile.ShouldFail(() => _file.Open(), StoreFault.Foreign).WithMessage("*is not a FedActors store*Storage:Path*");
        File.ReadAllBytes(_file.Path).Should().Equal(text);
    }

    [Fact]
    public void Open_AnotherProgramsDatabase_IsForeignAndLeftAsItIs()
    {
        _file.Place([]);
        _file.Sql("CREATE TABLE recipes(name TEXT); INSERT INTO recipes VALUES ('soup')");
        byte[] before = File.ReadAllBytes(_file.Path);

        StoreFile.ShouldFail(() => _file.Open(), StoreFault.Foreign).WithMessage("*another program*");
        StoreFile.ShouldFail(() => _file.Open(StoreAccess.Read), StoreFault.Foreign);
        File.ReadAllBytes(_file.Path).Should().Equal(before);
    }

    [Fact]
    public void Open_NewerSchema_IsRefusedNamingTheVersion()
    {
        _file.Open().Dispose();
        _file.Sql("PRAGMA user_version = 7");

        StoreFile.ShouldFail(() => _file.Open(), StoreFault.Newer).WithMessage("*schema version 7*versions up to 3*");
        StoreFile.ShouldFail(() => _file.Open(StoreAccess.Read), StoreFault.Newer);
    }

    [Fact]
    public void Open_OlderSchema_IsMigratedByAWriterWithItsRuns()
    {
        StoreSchema next = TrainingSchema.Current with { Migrations = [.. TrainingSchema.Current.Migrations, "ALTER TABLE runs ADD COLUMN note TEXT"] };
        using (SqliteTrainingStore store = _file.Open())
        {
            store.BeginRun(StoredRuns.Run());
        }

        Action readOlder = () => new SqliteTrainingStore(_file.Options(StoreAccess.Read), next).Dispose();
        StoreFile.ShouldFail(readOlder, StoreFault.Conflict).WithMessage("*schema version 3*reads version 4*");
        using (var store = new SqliteTrainingStore(_file.Options(), next))
        {
            store.FindRun("7f3a").Should().NotBeNull();
        }

        StoreFile.ShouldFail(() => _file.Open(), StoreFault.Newer).WithMessage("*schema version 4*");
    }

    [Fact]
    public void Open_StoreFromBeforeOptimizerStates_KeepsItsRoundsAndTakesStatesFromThenOn()
    {
        StoreSchema first = TrainingSchema.Current with { Migrations = [TrainingSchema.Current.Migrations[0]] };
        using (var store = new SqliteTrainingStore(_file.Options(), first))
        {
            store.BeginRun(StoredRuns.Run());
        }

        string bytes = Convert.ToHexString(StoredRuns.Parameters(1));
        string digest = Convert.ToHexString(SHA256.HashData(StoredRuns.Parameters(1)));
        _file.Sql($"""
            INSERT INTO rounds VALUES (1, 1, 'hash1', 1.0, 0.25, 0.75, NULL, NULL, NULL, NULL, NULL, '["worker-a"]', 1, 50, 40, 30, 20, 10, 6, 7, '2026-03-01T12:00:01.1230000+02:00');
            INSERT INTO parameters VALUES (1, 1, X'{digest}', X'{bytes}');
            """);

        using SqliteTrainingStore migrated = _file.Open();
        migrated.LatestRound("7f3a")!.OptimizerState.Should().BeNull();
        (migrated.LatestRound("7f3a")!.UpdateBytes, migrated.LatestRound("7f3a")!.BytesSaved).Should().Be((0, 0), "nobody noted them");
        migrated.CommitRound(StoredRuns.Round(2) with { OptimizerState = new byte[] { 1, 2, 3 } });
        migrated.LatestRound("7f3a")!.OptimizerState!.Value.ToArray().Should().Equal(1, 2, 3);
    }

    [Fact]
    public void Open_MigrationFails_LeavesTheFileAtItsVersion()
    {
        StoreSchema broken = TrainingSchema.Current with { Migrations = [.. TrainingSchema.Current.Migrations, "CREATE TABLE half(x); CREATE TABLE half(x)"] };
        _file.Open().Dispose();

        Action migrate = () => new SqliteTrainingStore(_file.Options(), broken).Dispose();
        migrate.Should().Throw<StoreException>();
        using SqliteTrainingStore store = _file.Open();
        store.ListRuns().Should().BeEmpty();
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

        StoreFile.ShouldFail(() => _file.Open(), StoreFault.Corrupt).WithMessage($"*{_file.Path} is damaged*Restore it*");
    }

    [Fact]
    public void Open_OverwrittenPages_IsCorrupt()
    {
        _file.FillAndClose();
        byte[] bytes = File.ReadAllBytes(_file.Path);
        Array.Fill(bytes, (byte)0x5A, 4096, 8192);
        File.WriteAllBytes(_file.Path, bytes);

        StoreFile.ShouldFail(() => _file.Open(), StoreFault.Corrupt);
    }

    [Fact]
    public void LatestRound_ParametersChangedOnDisk_AreNotHandedOut()
    {
        _file.FillAndClose();
        _file.Sql("UPDATE parameters SET bytes = zeroblob(888) WHERE round = 5");

        using SqliteTrainingStore store = _file.Open();
        StoreFile.ShouldFail(() => { store.LatestRound("7f3a"); }, StoreFault.Corrupt).WithMessage("*round 5 of run 7f3a*checksum*");
        store.FindRound("7f3a", 4)!.Parameters.Should().NotBeNull();
    }

    [Fact]
    public void CommitRound_DiskFull_FailsByNameAndLosesNothing()
    {
        using var store = new SqliteTrainingStore(_file.Options() with { MaxFileBytes = 1 << 18 });
        store.BeginRun(StoredRuns.Run());
        store.CommitRound(StoredRuns.Round(1));

        RoundRecord large = StoredRuns.Round(2) with { Parameters = new byte[1 << 19] };
        StoreFile.ShouldFail(() => store.CommitRound(large), StoreFault.Disk).WithMessage("*is full*");

        store.ListRounds("7f3a").Should().HaveCount(1);
        store.CommitRound(StoredRuns.Round(2));
    }

    [Fact]
    public void Open_FolderCannotBeMade_FailsByName()
    {
        // A file where the folder should be refuses every user, root too, on every system.
        File.WriteAllText(_file.Folder["storage"], "in the way");

        StoreFile.ShouldFail(() => _file.Open(), StoreFault.Disk).WithMessage("*cannot be created*Storage:Path*");
    }

    [Fact]
    public void Open_FolderInsteadOfFile_FailsByName()
    {
        Directory.CreateDirectory(_file.Path);

        StoreFile.ShouldFail(() => _file.Open(), StoreFault.Disk).WithMessage("*cannot be opened*");
    }

    [Theory]
    [InlineData(0, 5000)]
    [InlineData(-1, 5000)]
    [InlineData(5, 0)]
    public void Options_OutOfRange_AreACallersMistake(int keepRounds, int busyMilliseconds)
    {
        Action open = () => new SqliteTrainingStore(_file.Options() with { KeepRounds = keepRounds, BusyTimeout = TimeSpan.FromMilliseconds(busyMilliseconds) }).Dispose();

        open.Should().Throw<ArgumentOutOfRangeException>();
    }
}
