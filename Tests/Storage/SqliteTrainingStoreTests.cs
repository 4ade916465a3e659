using FedActors.Storage;
using FedActors.Storage.Sqlite;
using FedActors.Storage.Training;
using FedActors.Tests.Contracts;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.Storage;

/// <summary>The contract, and what a store in a file has beyond it: durability, and other processes.</summary>
public sealed class SqliteTrainingStoreTests : TrainingStoreContract
{
    private readonly StoreFile _file = new();

    protected override ITrainingStore Create(int keepRounds) => _file.Open(keepRounds: keepRounds);

    public override void Dispose()
    {
        base.Dispose();
        _file.Dispose();
    }

    [Fact]
    public void Reopened_AfterDispose_HoldsWhatWasCommitted()
    {
        using (SqliteTrainingStore first = _file.Open())
        {
            first.BeginRun(StoredRuns.Run());
            first.CommitRound(StoredRuns.Round(1));
        }

        using SqliteTrainingStore second = _file.Open();
        second.LatestRound("7f3a")!.Parameters!.Value.ToArray().Should().Equal(StoredRuns.Parameters(1));
    }

    [Fact]
    public void Writer_IsDurable_ByWriteAheadLogAndFullSync()
    {
        using SqliteTrainingStore store = _file.Open();
        using SqliteFile file = SqliteFile.Open(_file.Folder["other.db"], TrainingSchema.Current, StoreAccess.Write, TimeSpan.FromSeconds(1));

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
        using SqliteTrainingStore store = _file.Open();
        store.BeginRun(StoredRuns.Run());
        store.CommitRound(StoredRuns.Round(1));
        _file.Sql($"CREATE TRIGGER fault BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, 'killed here'); END");

        store.Invoking(s => s.CommitRound(StoredRuns.Round(2))).Should().Throw<StoreException>();
        _file.Sql("DROP TRIGGER fault");

        store.ListRounds("7f3a").Should().HaveCount(1);
        store.CommitRound(StoredRuns.Round(2));
        store.ListRounds("7f3a")[1].Should().BeEquivalentTo(StoredRuns.Round(2), o => o.Excluding(r => r.Parameters));
    }

    [Fact]
    public void Log_CutAnywhere_OpensWithWholeRoundsOnly()
    {
        // What a kill or a power cut leaves is the file and some beginning of its log.
        using SqliteTrainingStore store = _file.Open();
        store.BeginRun(StoredRuns.Run());
        for (int round = 1; round <= 4; round++)
        {
            store.CommitRound(StoredRuns.Round(round, accuracy: 0.5));
        }

        byte[] database = Copy(_file.Path);
        byte[] log = Copy(_file.Path + "-wal");
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
        using SqliteTrainingStore first = _file.Open();

        StoreFile.ShouldFail(() => _file.Open(), StoreFault.Busy).WithMessage($"*another process (process {Environment.ProcessId})*");
        SqliteTrainingStore.HasWriter(_file.Path).Should().BeTrue();

        first.Dispose();
        SqliteTrainingStore.HasWriter(_file.Path).Should().BeFalse();
        using SqliteTrainingStore second = _file.Open();
    }

    [Fact]
    public void Open_ReaderBesideWriter_SeesEveryCommit()
    {
        using SqliteTrainingStore writer = _file.Open();
        writer.BeginRun(StoredRuns.Run());
        using SqliteTrainingStore reader = _file.Open(StoreAccess.Read);

        writer.CommitRound(StoredRuns.Round(1));

        reader.LatestRound("7f3a")!.Round.Should().Be(1);
        reader.Invoking(r => r.CommitRound(StoredRuns.Round(2))).Should().Throw<InvalidOperationException>();
        reader.Invoking(r => r.RequestStop("7f3a", StoredRuns.Start)).Should().Throw<InvalidOperationException>();
    }

    [Fact]
    public void Open_ForRequestsBesideWriter_CanAskForAStopOnly()
    {
        using SqliteTrainingStore writer = _file.Open();
        writer.BeginRun(StoredRuns.Run());
        using SqliteTrainingStore operatorStore = _file.Open(StoreAccess.Request);

        operatorStore.RequestStop("7f3a", StoredRuns.Start);

        writer.IsStopRequested("7f3a").Should().BeTrue();
        operatorStore.Invoking(r => r.EndRun("7f3a", RunStatus.Stopped, null, StoredRuns.Start)).Should().Throw<InvalidOperationException>();
    }

    [Fact]
    public void FindDrivenRun_WriterComesAndGoes_IsTheRunItWorksOn()
    {
        using (SqliteTrainingStore first = _file.Open())
        {
            first.BeginRun(StoredRuns.Run("a"));
            using SqliteTrainingStore reader = _file.Open(StoreAccess.Read);
            reader.FindDrivenRun().Should().Be("a");
        }

        using SqliteTrainingStore later = _file.Open(StoreAccess.Read);
        later.FindDrivenRun().Should().BeNull();
        using SqliteTrainingStore second = _file.Open();
        later.FindDrivenRun().Should().BeNull("the second writer has taken up no run yet");
        second.BeginRun(StoredRuns.Run("b"));
        second.ReopenRun("a");
        later.FindDrivenRun().Should().Be("a");
        second.CommitRound(StoredRuns.Round(1, "b"));
        later.FindDrivenRun().Should().Be("b");
    }

    private int AssertWholeRounds(byte[] database, ReadOnlySpan<byte> log, int atLeast)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["training.db"], database);
        File.WriteAllBytes(folder["training.db-wal"], log.ToArray());
        using var store = new SqliteTrainingStore(_file.Options() with { Path = folder["training.db"], KeepRounds = 100 });
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

    private static byte[] Copy(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }
}
