using FedActors.Storage;
using FedActors.Storage.Gossip;
using FedActors.Storage.Sqlite;
using FedActors.Tests.TestKit;
using Microsoft.Data.Sqlite;

namespace FedActors.Tests.Storage;

/// <summary>A gossip store's file in a folder of its own, and what tests do to it behind the store's back.</summary>
internal sealed class GossipFile : IDisposable
{
    public TemporaryFolder Folder { get; } = new();

    public string Path => Folder["storage/gossip.db"];

    public void Dispose() => Folder.Dispose();

    public GossipStoreOptions Options(StoreAccess access = StoreAccess.Write) =>
        new() { Path = Path, Access = access, KeepMetrics = 3, BusyTimeout = TimeSpan.FromSeconds(1) };

    public SqliteGossipStore Open(StoreAccess access = StoreAccess.Write) => new(Options(access));

    /// <summary>Opens the store for a peer that has begun.</summary>
    public SqliteGossipStore OpenBegun(string peer = "A")
    {
        SqliteGossipStore store = Open();
        if (store.BeginLife(peer, life: 1, StoredGossip.Start).Incarnation == 0)
        {
            store.BeginIncarnation(peer, 1);
        }

        return store;
    }

    public void FillAndClose()
    {
        using SqliteGossipStore store = OpenBegun();
        for (int i = 1; i <= 5; i++)
        {
            store.Save("A", new StateChange { Parts = [StoredGossip.Part($"model/{i}", i, 20_000)] }, Durability.Promised);
        }
    }

    /// <summary>Copies the database and its log to another folder, as a backup, a clone or the state after a kill would have them.</summary>
    public void CopyTo(string folder, int? logBytes = null)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllBytes(System.IO.Path.Combine(folder, "gossip.db"), Bytes(Path));
        if (File.Exists(Path + "-wal"))
        {
            byte[] log = Bytes(Path + "-wal");
            File.WriteAllBytes(System.IO.Path.Combine(folder, "gossip.db-wal"), log[..Math.Min(log.Length, logBytes ?? log.Length)]);
        }
    }

    /// <summary>The file, its log and the log's index.</summary>
    public long BytesOnDisk() => Directory.GetFiles(System.IO.Path.GetDirectoryName(Path)!).Sum(f => new FileInfo(f).Length);

    public void Sql(string statement)
    {
        using var connection = new SqliteConnection($"Data Source={Path};Pooling=False");
        connection.Open();
        connection.Execute(statement);
    }

    public string IntegrityCheck()
    {
        using var connection = new SqliteConnection($"Data Source={Path};Pooling=False");
        connection.Open();
        return connection.Scalar<string>("PRAGMA integrity_check")!;
    }

    public static byte[] Bytes(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }
}
