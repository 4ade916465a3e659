using FedActors.Storage;
using FedActors.Storage.Gossip;
using FedActors.Storage.Sqlite;
using FedActors.Tests.Contracts;
using FedActors.Tests.TestKit;
using SQLitePCL;

namespace FedActors.Tests.Storage;

/// <summary>The contract, and what a store in a file has beyond it: durability, other processes, and copies of the file.</summary>
public sealed class SqliteGossipStoreTests : GossipStoreContract
{
    private const int Large = (9 << 20) + 17;

    private readonly GossipFile _file = new();

    protected override IGossipStore Create(int keepMetrics) => new SqliteGossipStore(_file.Options() with { KeepMetrics = keepMetrics });

    public override void Dispose()
    {
        base.Dispose();
        _file.Dispose();
    }

    [Fact]
    public void Reopened_AfterDispose_HoldsWhatWasSaved()
    {
        string id;
        using (SqliteGossipStore first = _file.OpenBegun())
        {
            first.Save("A", new StateChange { Parts = [StoredGossip.Part("a", 1)], Metrics = StoredGossip.Metrics(1) }, Durability.Cached);
            id = first.DatabaseId;
        }

        using SqliteGossipStore second = _file.Open();
        second.DatabaseId.Should().Be(id);
        StoredGossip.ShouldBe(second.Load("A"), StoredGossip.Part("a", 1));
        second.ListMetrics("A").Should().Equal(StoredGossip.Metrics(1));
        second.FindPeer("A")!.IsCopy.Should().BeFalse();
    }

    [Fact]
    public void Row_ThatHoldsWhatItShouldNot_IsADamagedStore()
    {
        using (SqliteGossipStore first = _file.OpenBegun())
        {
            first.Connection.Execute("UPDATE peers SET started_at = 'never'");
        }

        using SqliteGossipStore second = _file.Open();

        FluentActions.Invoking(() => second.ListPeers()).Should().Throw<StoreException>().WithMessage("*is damaged (a row does not hold what it should:*").Which.Fault.Should().Be(StoreFault.Corrupt);
    }

    [Fact]
    public void Commit_OfEachKind_IsSyncedExactlyWhereItPromises()
    {
        using SqliteGossipStore store = _file.OpenBegun();
        var commits = new List<int>();
        int synchronous = 2;
        raw.sqlite3_trace(store.Connection.Handle, Watch, null);

        store.Save("A", new StateChange { Parts = [StoredGossip.Part("a", 1)] }, Durability.Cached);
        store.Save("A", new StateChange { Parts = [StoredGossip.Part("a", 2)] }, Durability.Promised);
        store.Save("A", new StateChange { Metrics = StoredGossip.Metrics(1) }, Durability.Cached);
        store.AllocateSequence("A");
        store.Save("A", new StateChange { Metrics = StoredGossip.Metrics(2) }, Durability.Cached);
        store.BeginIncarnation("A", 2);
        store.Save("A", new StateChange { Metrics = StoredGossip.Metrics(3) }, Durability.Cached);
        store.BeginLife("A", 3, StoredGossip.Start);
        store.Forget("A");

        const int Normal = 1;
        const int Full = 2;
        commits.Should().Equal(Normal, Full, Normal, Full, Normal, Full, Normal, Full, Full);

        void Watch(object? _, string statement)
        {
            if (statement.StartsWith("PRAGMA synchronous", StringComparison.Ordinal))
            {
                synchronous = statement[^1] - '0';
            }
            else if (statement.StartsWith("COMMIT", StringComparison.Ordinal))
            {
                commits.Add(synchronous);
            }
        }
    }

    [Fact]
    public void AllocateSequence_ManyTimes_SyncsOnceForABlock()
    {
        using SqliteGossipStore store = _file.OpenBegun();
        int commits = 0;
        raw.sqlite3_trace(store.Connection.Handle, (_, statement) => commits += statement.StartsWith("COMMIT", StringComparison.Ordinal) ? 1 : 0, null);

        for (int i = 0; i < 256; i++)
        {
            store.AllocateSequence("A");
        }

        commits.Should().Be(4);
    }

    [Theory]
    [InlineData("BEFORE INSERT ON crdt_snapshots")]
    [InlineData("BEFORE DELETE ON crdt_snapshots")]
    [InlineData("BEFORE INSERT ON peer_metrics")]
    public void Save_AnyStatementFails_LeavesNoTrace(string when)
    {
        using SqliteGossipStore store = _file.OpenBegun();
        store.Save("A", new StateChange { Parts = [StoredGossip.Part("a", 1)] }, Durability.Promised);
        _file.Sql($"CREATE TRIGGER fault {when} BEGIN SELECT RAISE(ABORT, 'killed here'); END");
        var change = new StateChange { Removed = ["a"], Parts = [StoredGossip.Part("b", 1)], Metrics = StoredGossip.Metrics(1) };

        store.Invoking(s => s.Save("A", change, Durability.Promised)).Should().Throw<StoreException>();
        StoredGossip.ShouldBe(store.Load("A"), StoredGossip.Part("a", 1));
        store.ListMetrics("A").Should().BeEmpty();

        _file.Sql("DROP TRIGGER fault");
        store.Save("A", change, Durability.Promised);
        StoredGossip.ShouldBe(store.Load("A"), StoredGossip.Part("b", 1));
    }

    [Fact]
    public void Save_LargeBody_NeverHoldsTheFileForAllOfIt()
    {
        using SqliteGossipStore store = _file.OpenBegun();
        var rows = new List<int>();
        int row = 0;
        raw.sqlite3_trace(store.Connection.Handle, (_, statement) => Watch(statement), null);

        store.Save("A", new StateChange { Parts = [StoredGossip.Part("a", 1, Large)] }, Durability.Promised);
        store.Save("A", new StateChange { Parts = [StoredGossip.Part("a", 2, Large)] }, Durability.Promised);

        rows.Should().OnlyContain(inserted => inserted <= 4, "others have their turn after each transaction");
        rows.Sum().Should().Be(20, "of each body are ten pieces");

        void Watch(string statement)
        {
            if (statement.StartsWith("INSERT INTO body_pieces", StringComparison.Ordinal))
            {
                row++;
            }
            else if (statement.StartsWith("COMMIT", StringComparison.Ordinal))
            {
                rows.Add(row);
                row = 0;
            }
        }
    }

    [Fact]
    public void Save_LargeBodyReplaced_LeavesNoPieces()
    {
        using SqliteGossipStore store = _file.OpenBegun();
        store.Save("A", new StateChange { Parts = [StoredGossip.Part("a", 1, Large)] }, Durability.Cached);
        store.Save("A", new StateChange { Parts = [StoredGossip.Part("a", 2, Large)] }, Durability.Cached);
        Pieces(store).Should().Be(10);

        store.Save("A", new StateChange { Parts = [StoredGossip.Part("a", 3)] }, Durability.Cached);
        store.Save("A", new StateChange { Parts = [StoredGossip.Part("b", 1, Large)] }, Durability.Cached);
        Pieces(store).Should().Be(10, "those of a body that a small one replaced go with the next large one");

        store.Forget("A");
        Pieces(store).Should().Be(0);
    }

    [Fact]
    public void Save_LargeBodyCutShort_LeavesWhatWasThereAndNoPiecesOnceReopened()
    {
        using (SqliteGossipStore store = _file.OpenBegun())
        {
            store.Save("A", new StateChange { Parts = [StoredGossip.Part("a", 1, Large)] }, Durability.Promised);
            _file.Sql("CREATE TRIGGER fault BEFORE INSERT ON body_pieces WHEN NEW.piece = 7 BEGIN SELECT RAISE(ABORT, 'killed here'); END");
            store.Invoking(s => s.Save("A", new StateChange { Parts = [StoredGossip.Part("a", 2, Large)] }, Durability.Promised)).Should().Throw<StoreException>();
            Pieces(store).Should().BeGreaterThan(10);
            StoredGossip.ShouldBe(store.Load("A"), StoredGossip.Part("a", 1, Large));
        }

        _file.Sql("DROP TRIGGER fault");
        using SqliteGossipStore reopened = _file.Open();
        Pieces(reopened).Should().Be(10);
        StoredGossip.ShouldBe(reopened.Load("A"), StoredGossip.Part("a", 1, Large));
    }

    [Fact]
    public void Log_CutAnywhere_OpensWithWholeChangesAndNoVersionTwice()
    {
        // What a kill or a power cut leaves is the file and some beginning of its log.
        using SqliteGossipStore store = _file.OpenBegun();
        for (int i = 1; i <= 4; i++)
        {
            store.Save("A", new StateChange { Parts = [StoredGossip.Part("a", i), StoredGossip.Part("b", i)], Metrics = StoredGossip.Metrics(i) }, i % 2 == 0 ? Durability.Promised : Durability.Cached);
        }

        int log = GossipFile.Bytes(_file.Path + "-wal").Length;
        int before = 0;
        for (int cut = 0; cut < log; cut += 1031)
        {
            before = AssertWhole(cut, before);
        }

        AssertWhole(log, before).Should().Be(4);
    }

    [Fact]
    public void AllocateSequence_KilledAtAnyPoint_NeverGivesOneAgain()
    {
        using SqliteGossipStore store = _file.OpenBegun();
        for (int i = 0; i < 100; i++)
        {
            ulong given = store.AllocateSequence("A");
            if (i % 9 == 0)
            {
                using var after = new TemporaryFolder();
                _file.CopyTo(after.Path);
                using var restarted = new SqliteGossipStore(_file.Options() with { Path = after["gossip.db"] });
                restarted.FindPeer("A")!.LastSequence.Should().BeGreaterThanOrEqualTo(given);
            }
        }
    }

    [Fact]
    public void Copy_UnderAnotherPath_MustTakeAHigherIncarnationBeforeItPublishes()
    {
        using SqliteGossipStore store = _file.OpenBegun();
        store.AllocateSequence("A");
        store.Save("A", new StateChange { Parts = [StoredGossip.Part("a", 1)] }, Durability.Promised);
        using var elsewhere = new TemporaryFolder();
        _file.CopyTo(elsewhere.Path);

        // Twice, since a clone that is killed before it has taken an incarnation must know of it again.
        for (ulong life = 5; life < 7; life++)
        {
            using SqliteGossipStore clone = new(_file.Options() with { Path = elsewhere["gossip.db"] });
            clone.BeginLife("A", life, StoredGossip.Start).IsCopy.Should().BeTrue();
            clone.Invoking(c => c.AllocateSequence("A")).Should().Throw<StoreException>().Where(e => e.Fault == StoreFault.Conflict).WithMessage("*copy*");
            StoredGossip.ShouldBe(clone.Load("A"), StoredGossip.Part("a", 1));
            clone.DatabaseId.Should().Be(store.DatabaseId);
        }

        using SqliteGossipStore settled = new(_file.Options() with { Path = elsewhere["gossip.db"] });
        settled.BeginLife("A", 7, StoredGossip.Start);
        settled.BeginIncarnation("A", 2);
        settled.AllocateSequence("A").Should().Be(1);
        settled.FindPeer("A")!.IsCopy.Should().BeFalse();
        store.AllocateSequence("A").Should().Be(2, "the original goes on as it was");
    }

    [Fact]
    public void Wiped_DiskOfTheSamePeer_ShowsByItsIdentity()
    {
        string id;
        using (SqliteGossipStore before = _file.OpenBegun())
        {
            id = before.DatabaseId;
        }

        Directory.Delete(_file.Folder["storage"], recursive: true);

        using SqliteGossipStore wiped = _file.Open();
        wiped.DatabaseId.Should().NotBe(id);
        wiped.BeginLife("A", 2, StoredGossip.Start).Incarnation.Should().Be(0);
    }

    [Fact]
    public void ThreePeersForTwentyRounds_ModelOfFiveThousandParameters_StaysUnderAMegabyte()
    {
        using SqliteGossipStore store = _file.Open();
        string[] peers = ["A", "B", "C"];
        foreach (string peer in peers)
        {
            store.BeginLife(peer, 1, StoredGossip.Start);
            store.BeginIncarnation(peer, 1);
        }

        long most = 0;
        for (int round = 1; round <= 20; round++)
        {
            foreach (string peer in peers)
            {
                store.AllocateSequence(peer);
                foreach (string model in peers)
                {
                    store.Save(peer, new StateChange { Parts = [StoredGossip.Part($"model/{model}", round, 5130 * sizeof(float))], Metrics = StoredGossip.Metrics(round) }, model == peer ? Durability.Promised : Durability.Cached);
                }

                most = Math.Max(most, _file.BytesOnDisk());
            }
        }

        most.Should().BeLessThan(1_000_000);
    }

    [Fact]
    public void Open_SecondWriter_IsRefusedNamingTheFirst()
    {
        using SqliteGossipStore first = _file.Open();

        StoreFile.ShouldFail(() => _file.Open(), StoreFault.Busy).WithMessage($"*gossip store*another process (process {Environment.ProcessId})*");
        SqliteGossipStore.HasWriter(_file.Path).Should().BeTrue();
    }

    [Fact]
    public void Open_ReaderBesideWriter_SeesEveryCommitAndChangesNothing()
    {
        using SqliteGossipStore writer = _file.OpenBegun();
        using SqliteGossipStore reader = _file.Open(StoreAccess.Read);

        writer.Save("A", new StateChange { Parts = [StoredGossip.Part("a", 1)] }, Durability.Cached);

        StoredGossip.ShouldBe(reader.Load("A"), StoredGossip.Part("a", 1));
        reader.DatabaseId.Should().Be(writer.DatabaseId);
        reader.Invoking(r => r.Forget("A")).Should().Throw<InvalidOperationException>();
        reader.Invoking(r => r.AllocateSequence("A")).Should().Throw<InvalidOperationException>();
    }

    private static long Pieces(SqliteGossipStore store) => store.Connection.Scalar<long>("SELECT count(*) FROM body_pieces");

    private int AssertWhole(int logBytes, int atLeast)
    {
        using var folder = new TemporaryFolder();
        _file.CopyTo(folder.Path, logBytes);
        using var store = new SqliteGossipStore(_file.Options() with { Path = folder["gossip.db"] });
        int changes = store.ListMetrics("A") is { Count: > 0 } metrics ? metrics[^1].Round : 0;
        changes.Should().BeGreaterThanOrEqualTo(atLeast);
        StoredGossip.ShouldBe(store.Load("A"), changes == 0 ? [] : [StoredGossip.Part("a", changes), StoredGossip.Part("b", changes)]);
        return changes;
    }
}
