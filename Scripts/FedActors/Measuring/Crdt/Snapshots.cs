using FedActors.Storage.Gossip;

namespace FedActors.Scripts.Measuring.Crdt;

/// <summary>Saves one peer's entry again and again, as a publication does, into a store in a folder that goes with the workload.</summary>
internal sealed class Snapshots : Workload
{
    private const string Peer = "peer";
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("fedactors-bench-");
    private readonly SqliteGossipStore _store;
    private readonly StatePart[] _parts;
    private readonly Durability _durability;
    private readonly TimeProvider _time;
    private int _next;

    public Snapshots(int bodyBytes, Durability durability, TimeProvider time)
    {
        _durability = durability;
        _time = time;

        // Two in turns: SQLite does not write a row again that is as it was.
        byte[] other = new byte[bodyBytes];
        other.AsSpan().Fill(1);
        _parts = [new StatePart("entry:model/peer", new byte[64], new byte[bodyBytes]), new StatePart("entry:model/peer", new byte[64], other)];
        _store = new SqliteGossipStore(new GossipStoreOptions { Path = Path.Combine(_folder.FullName, GossipStoreOptions.FileName) });
        _store.BeginLife(Peer, 1, time.GetUtcNow());
        _store.BeginIncarnation(Peer, 1);
    }

    public override async Task<double[]> RunAsync(TimeSpan time, CancellationToken cancellationToken)
    {
        await Task.Yield();
        double rate = await RateOf.BatchesAsync(Save, 1, time, _time, cancellationToken).ConfigureAwait(false);
        return [RepeatedWork.Microseconds(rate)];
    }

    public override ValueTask DisposeAsync()
    {
        _store.Dispose();
        _folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    private Task Save()
    {
        _store.Save(Peer, new StateChange { Parts = [_parts[_next++ & 1]] }, _durability);
        return Task.CompletedTask;
    }
}
