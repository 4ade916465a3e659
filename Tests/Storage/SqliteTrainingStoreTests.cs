using FedActors.Storage;
using FedActors.Storage.Sqlite;
using FedActors.Storage.Training;
using FedActors.Tests.Contracts;
using FedActors.Tests.TestKit;
using Microsoft.Data.Sqlite;

namespace FedActors.Tests.Storage;

/// <summary>The contract, and what a store in a file has beyond it: other processes, and files that are not what they should be.</summary>
public sealed class SqliteTrainingStoreTests : TrainingStoreContract
{
    private readonly TemporaryFolder _folder = new();

    private string File => _folder["storage/training.db"];

    protected override ITrainingStore Create(int keepRounds) => Open(keepRounds: keepRounds);

    public override void Dispose()
    {
        base.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Reopened_AfterDispose_HoldsWhatWasCommitted()
    {
        using (SqliteTrainingStore first = Open())
        {
            first.BeginRun(StoredRuns.Run());
            first.CommitRound(StoredRuns.Round(1));
        }

        using SqliteTrainingStore second = Open();
        second.LatestRound("7f3a")!.Parameters!.Value.ToArray().Should().Equal(StoredRuns.Parameters(1));
    }

    [Fact]
    public void Writer_IsDurable_ByWriteAheadLogAndFullSync()
    {
        using SqliteTrainingStore store = Open();
        using SqliteFile file = SqliteFile.Open(_folder["other.db"], TrainingSchema.Current, StoreAccess.Write, TimeSpan.FromSeconds(1));

        file.Connection.Scalar<string>("PRAGMA journal_mode").Should().Be("wal");
        file.Connection.Scalar<long>("PRAGMA synchronous").Should().Be(2);
    }

    [Theory]
    [InlineData("rounds")]
    [InlineData("participants")]
    [InlineData("refusals")]
    [InlineData("parameters")]
    public void CommitRound_AnyStatementFails_LeavesNoTrace(string table)
    {
        using SqliteTrainingStore store = Open();
        store.BeginRun(StoredRuns.Run());
        store.CommitRound(StoredRuns.Round(1));
        Sql($"CREATE TRIGGER fault BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, 'killed here'); END");

        store.Invoking(s => s.CommitRound(StoredRuns.Round(2))).Should().Throw<StoreException>();
        Sql("DROP TRIGGER fault");

        store.ListRounds("7f3a").Should().HaveCount(1);
        store.CommitRound(StoredRuns.Round(2));
        store.ListRounds("7f3a")[1].Should().BeEquivalentTo(StoredRuns.Round(2), o => o.Excluding(r => r.Parameters));
    }

    [Fact]
    public void Log_CutAnywhere_OpensWithWholeRoundsOnly()
    {
        // What a kill or a power cut leaves is the file and some beginning of its log.
        using SqliteTrainingStore store = Open();
        store.BeginRun(StoredRuns.Run());
        for (int round = 1; round <= 4; round++)
        {
            store.CommitRound(StoredRuns.Round(round, accuracy: 0.5));
        }

        byte[] database = Copy(File);
        byte[] log = Copy(File + "-wal");
        int committedBefore = 0;
        for (int cut = 0; cut <= log.Length; cut += 1031)
        {
            committedBefore = AssertWholeRounds(database, log.AsSpan(0, cut), committedBefore);
        }

        AssertWholeRounds(database, log, committedBefore).Should().Be(4);
    }

    [Fact]
    public void Open_SecondWriter_IsRefusedNamingTheFirst()
    {
        using SqliteTrainingStore first = Open();

        ShouldFail(() => Open(), StoreFault.Busy).WithMessage($"*another process (process {Environment.ProcessId})*");
        SqliteTrainingStore.HasWriter(File).Should().BeTrue();

        first.Dispose();
        SqliteTrainingStore.HasWriter(File).Should().BeFalse();
        using SqliteTrainingStore second = Open();
    }

    [Fact]
    public void Open_ReaderBesideWriter_SeesEveryCommit()
    {
        using SqliteTrainingStore writer = Open();
        writer.BeginRun(StoredRuns.Run());
        using SqliteTrainingStore reader = Open(StoreAccess.Read);

        writer.CommitRound(StoredRuns.Round(1));

        reader.LatestRound("7f3a")!.Round.Should().Be(1);
        reader.Invoking(r => r.CommitRound(StoredRuns.Round(2))).Should().Throw<InvalidOperationException>();
        reader.Invoking(r => r.RequestStop("7f3a", StoredRuns.Start)).Should().Throw<InvalidOperationException>();
    }

    [Fact]
    public void Open_ForRequestsBesideWriter_CanAskForAStopOnly()
    {
        using SqliteTrainingStore writer = Open();
        writer.BeginRun(StoredRuns.Run());
        using SqliteTrainingStore operatorStore = Open(StoreAccess.Request);

        operatorStore.RequestStop("7f3a", StoredRuns.Start);

        writer.IsStopRequested("7f3a").Should().BeTrue();
        operatorStore.Invoking(r => r.EndRun("7f3a", RunStatus.Stopped, null, StoredRuns.Start)).Should().Throw<InvalidOperationException>();
    }

    [Fact]
    public void FindDrivenRun_WriterComesAndGoes_IsTheRunItWorksOn()
    {
        using (SqliteTrainingStore first = Open())
        {
            first.BeginRun(StoredRuns.Run("a"));
            using SqliteTrainingStore reader = Open(StoreAccess.Read);
            reader.FindDrivenRun().Should().Be("a");
        }

        using SqliteTrainingStore later = Open(StoreAccess.Read);
        later.FindDrivenRun().Should().BeNull();
        using SqliteTrainingStore second = Open();
        later.FindDrivenRun().Should().BeNull("the second writer has taken up no run yet");
        second.BeginRun(StoredRuns.Run("b"));
        second.ReopenRun("a");
        later.FindDrivenRun().Should().Be("a");
        second.CommitRound(StoredRuns.Round(1, "b"));
        later.FindDrivenRun().Should().Be("b");
    }

    [Theory]
    [InlineData(StoreAccess.Read)]
    [InlineData(StoreAccess.Request)]
    public void Open_ReaderOfNoFile_SaysSoAndCreatesNone(StoreAccess access)
    {
        ShouldFail(() => Open(access), StoreFault.Missing).WithMessage($"*{File}*");
        Directory.Exists(_folder["storage"]).Should().BeFalse();
    }

    [Fact]
    public void Open_EmptyFile_IsTakenByAWriterAndNotByAReader()
    {
        Place([]);

        ShouldFail(() => Open(StoreAccess.Read), StoreFault.Missing);
        using SqliteTrainingStore store = Open();
        store.ListRuns().Should().BeEmpty();
    }

    [Fact]
    public void Open_TextFile_IsForeignAndLeftAsItIs()
    {
        byte[] text = "This is a diary, and its author would like to keep it. "u8.ToArray();
        Place(text);

        ShouldFail(() => Open(), StoreFault.Foreign).WithMessage("*is not a FedActors store*Storage:Path*");
        System.IO.File.ReadAllBytes(File).Should().Equal(text);
    }

    [Fact]
    public void Open_AnotherProgramsDatabase_IsForeignAndLeftAsItIs()
    {
        Place([]);
        Sql("CREATE TABLE recipes(name TEXT); INSERT INTO recipes VALUES ('soup')");
        byte[] before = System.IO.File.ReadAllBytes(File);

        ShouldFail(() => Open(), StoreFault.Foreign).WithMessage("*another program*");
        ShouldFail(() => Open(StoreAccess.Read), StoreFault.Foreign);
        System.IO.File.ReadAllBytes(File).Should().Equal(before);
    }

    [Fact]
    public void Open_NewerSchema_IsRefusedNamingTheVersion()
    {
        Open().Dispose();
        Sql("PRAGMA user_version = 7");

        ShouldFail(() => Open(), StoreFault.Newer).WithMessage("*schema version 7*versions up to 1*");
        ShouldFail(() => Open(StoreAccess.Read), StoreFault.Newer);
    }

    [Fact]
    public void Open_OlderSchema_IsMigratedByAWriterWithItsRuns()
    {
        StoreSchema next = TrainingSchema.Current with { Migrations = [.. TrainingSchema.Current.Migrations, "ALTER TABLE runs ADD COLUMN note TEXT"] };
        using (SqliteTrainingStore store = Open())
        {
            store.BeginRun(StoredRuns.Run());
        }

        Action readOlder = () => new SqliteTrainingStore(Options(StoreAccess.Read), next).Dispose();
        ShouldFail(readOlder, StoreFault.Conflict).WithMessage("*schema version 1*reads version 2*");
        using (var store = new SqliteTrainingStore(Options(), next))
        {
            store.FindRun("7f3a").Should().NotBeNull();
        }

        ShouldFail(() => Open(), StoreFault.Newer).WithMessage("*schema version 2*");
    }

    [Fact]
    public void Open_MigrationFails_LeavesTheFileAtItsVersion()
    {
        StoreSchema broken = TrainingSchema.Current with { Migrations = [.. TrainingSchema.Current.Migrations, "CREATE TABLE half(x); CREATE TABLE half(x)"] };
        Open().Dispose();

        Action migrate = () => new SqliteTrainingStore(Options(), broken).Dispose();
        migrate.Should().Throw<StoreException>();
        using SqliteTrainingStore store = Open();
        store.ListRuns().Should().BeEmpty();
    }

    [Theory]
    [InlineData(0.3)]
    [InlineData(0.6)]
    [InlineData(0.95)]
    public void Open_TruncatedFile_IsCorrupt(double part)
    {
        FillAndClose();
        byte[] whole = System.IO.File.ReadAllBytes(File);
        System.IO.File.WriteAllBytes(File, whole[..(int)(whole.Length * part)]);

        ShouldFail(() => Open(), StoreFault.Corrupt).WithMessage($"*{File} is damaged*Restore it*");
    }

    [Fact]
    public void Open_OverwrittenPages_IsCorrupt()
    {
        FillAndClose();
        byte[] bytes = System.IO.File.ReadAllBytes(File);
        Array.Fill(bytes, (byte)0x5A, 4096, 8192);
        System.IO.File.WriteAllBytes(File, bytes);

        ShouldFail(() => Open(), StoreFault.Corrupt);
    }

    [Fact]
    public void LatestRound_ParametersChangedOnDisk_AreNotHandedOut()
    {
        FillAndClose();
        Sql("UPDATE parameters SET bytes = zeroblob(888) WHERE round = 5");

        using SqliteTrainingStore store = Open();
        ShouldFail(() => store.LatestRound("7f3a"), StoreFault.Corrupt).WithMessage("*round 5 of run 7f3a*checksum*");
        store.FindRound("7f3a", 4)!.Parameters.Should().NotBeNull();
    }

    [Fact]
    public void CommitRound_DiskFull_FailsByNameAndLosesNothing()
    {
        using var store = new SqliteTrainingStore(Options() with { MaxFileBytes = 1 << 18 });
        store.BeginRun(StoredRuns.Run());
        store.CommitRound(StoredRuns.Round(1));

        RoundRecord large = StoredRuns.Round(2) with { Parameters = new byte[1 << 19] };
        ShouldFail(() => store.CommitRound(large), StoreFault.Disk).WithMessage("*is full*");

        store.ListRounds("7f3a").Should().HaveCount(1);
        store.CommitRound(StoredRuns.Round(2));
    }

    [Fact]
    public void Open_FolderCannotBeMade_FailsByName()
    {
        // A file where the folder should be refuses every user, root too, on every system.
        System.IO.File.WriteAllText(_folder["storage"], "in the way");

        ShouldFail(() => Open(), StoreFault.Disk).WithMessage("*cannot be created*Storage:Path*");
    }

    [Fact]
    public void Open_FolderInsteadOfFile_FailsByName()
    {
        Directory.CreateDirectory(File);

        ShouldFail(() => Open(), StoreFault.Disk).WithMessage("*cannot be opened*");
    }

    [Theory]
    [InlineData(0, 5000)]
    [InlineData(-1, 5000)]
    [InlineData(5, 0)]
    public void Options_OutOfRange_AreACallersMistake(int keepRounds, int busyMilliseconds)
    {
        Action open = () => new SqliteTrainingStore(Options() with { KeepRounds = keepRounds, BusyTimeout = TimeSpan.FromMilliseconds(busyMilliseconds) }).Dispose();

        open.Should().Throw<ArgumentOutOfRangeException>();
    }

    private static FluentAssertions.Specialized.ExceptionAssertions<StoreException> ShouldFail(Action action, StoreFault fault) =>
        action.Should().Throw<StoreException>().Where(e => e.Fault == fault);

    private TrainingStoreOptions Options(StoreAccess access = StoreAccess.Write) =>
        new() { Path = File, Access = access, KeepRounds = 3, BusyTimeout = TimeSpan.FromSeconds(1) };

    private SqliteTrainingStore Open(StoreAccess access = StoreAccess.Write, int keepRounds = 3) =>
        new(Options(access) with { KeepRounds = keepRounds });

    private void FillAndClose()
    {
        using SqliteTrainingStore store = Open();
        store.BeginRun(StoredRuns.Run());
        for (int round = 1; round <= 5; round++)
        {
            store.CommitRound(StoredRuns.Round(round) with { Parameters = new byte[20_000] });
        }
    }

    private int AssertWholeRounds(byte[] database, ReadOnlySpan<byte> log, int atLeast)
    {
        using var folder = new TemporaryFolder();
        System.IO.File.WriteAllBytes(folder["training.db"], database);
        System.IO.File.WriteAllBytes(folder["training.db-wal"], log.ToArray());
        using var store = new SqliteTrainingStore(Options() with { Path = folder["training.db"], KeepRounds = 100 });
        IReadOnlyList<RoundRecord> rounds = store.ListRuns().Count == 0 ? [] : store.ListRounds("7f3a");
        rounds.Count.Should().BeGreaterThanOrEqualTo(atLeast);
        for (int i = 0; i < rounds.Count; i++)
        {
            rounds[i].Should().BeEquivalentTo(StoredRuns.Round(i + 1, accuracy: 0.5), o => o.Excluding(r => r.Parameters));
        }

        if (rounds.Count > 0)
        {
            store.LatestRound("7f3a")!.Parameters!.Value.ToArray().Should().Equal(StoredRuns.Parameters(rounds.Count));
        }

        return rounds.Count;
    }

    private void Place(byte[] bytes)
    {
        Directory.CreateDirectory(_folder["storage"]);
        System.IO.File.WriteAllBytes(File, bytes);
    }

    private void Sql(string statement)
    {
        using var connection = new SqliteConnection($"Data Source={File};Pooling=False");
        connection.Open();
        connection.Execute(statement);
    }

    private static byte[] Copy(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }
}
