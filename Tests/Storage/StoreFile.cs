using FedActors.Storage;
using FedActors.Storage.Sqlite;
using FedActors.Storage.Training;
using FedActors.Tests.TestKit;
using FluentAssertions.Specialized;
using Microsoft.Data.Sqlite;

namespace FedActors.Tests.Storage;

/// <summary>A store's file in a folder of its own, and what tests do to it behind the store's back.</summary>
internal sealed class StoreFile : IDisposable
{
    public TemporaryFolder Folder { get; } = new();

    public string Path => Folder["storage/training.db"];

    public void Dispose() => Folder.Dispose();

    public TrainingStoreOptions Options(StoreAccess access = StoreAccess.Write) =>
        new() { Path = Path, Access = access, KeepRounds = 3, BusyTimeout = TimeSpan.FromSeconds(1) };

    public SqliteTrainingStore Open(StoreAccess access = StoreAccess.Write, int keepRounds = 3) =>
        new(Options(access) with { KeepRounds = keepRounds });

    public void FillAndClose()
    {
        using SqliteTrainingStore store = Open();
        store.BeginRun(StoredRuns.Run());
        for (int round = 1; round <= 5; round++)
        {
            store.CommitRound(StoredRuns.Round(round) with { Parameters = new byte[20_000] });
        }
    }

    public void Place(byte[] bytes)
    {
        Directory.CreateDirectory(Folder["storage"]);
        File.WriteAllBytes(Path, bytes);
    }

    public void Sql(string statement)
    {
        using var connection = new SqliteConnection($"Data Source={Path};Pooling=False");
        connection.Open();
        connection.Execute(statement);
    }

    public static ExceptionAssertions<StoreException> ShouldFail(Action action, StoreFault fault) =>
        action.Should().Throw<StoreException>().Where(e => e.Fault == fault);

    public static ExceptionAssertions<StoreException> ShouldFail(Func<IDisposable> open, StoreFault fault) =>
        ShouldFail(() => open().Dispose(), fault);
}
