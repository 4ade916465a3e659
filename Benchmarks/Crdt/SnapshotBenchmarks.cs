using BenchmarkDotNet.Attributes;
using FedActors.Storage.Gossip;

namespace FedActors.Benchmarks.Crdt;

/// <summary>Saving one model into gossip.db, synced as a promise is, and left to the cache; and reading eight back, as a restart does.</summary>
[MemoryDiagnoser]
public class SnapshotBenchmarks
{
    private DirectoryInfo _folder = new(".");
    private SqliteGossipStore? _store;
    private StatePart[] _parts = [];
    private int _next;

    [Params(5_130 * sizeof(float), 1 << 20)]
    public int BodyBytes { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        _folder = Directory.CreateTempSubdirectory("fedactors-benchmark-");
        _store = new SqliteGossipStore(new GossipStoreOptions { Path = Path.Combine(_folder.FullName, GossipStoreOptions.FileName) });
        _store.BeginLife("a", 1, DateTimeOffset.UnixEpoch);
        _store.BeginIncarnation("a", 1);

        // Eight keys, each with two bodies in turns: SQLite does not write a row again that is as it was.
        _parts = [.. Enumerable.Range(0, 16).Select(i => new StatePart($"model/{i & 7}", new byte[64], Enumerable.Repeat((byte)(i >> 3), BodyBytes).ToArray()))];
        _store.Save("a", new StateChange { Parts = _parts }, Durability.Promised);
    }

    [GlobalCleanup]
    public void Clean()
    {
        _store?.Dispose();
        _folder.Delete(recursive: true);
    }

    [Benchmark]
    public void SavePromised() => _store!.Save("a", new StateChange { Parts = [_parts[_next++ & 15]] }, Durability.Promised);

    [Benchmark]
    public void SaveCached() => _store!.Save("a", new StateChange { Parts = [_parts[_next++ & 15]] }, Durability.Cached);

    [Benchmark]
    public int LoadEight() => _store!.Load("a").Count;
}
