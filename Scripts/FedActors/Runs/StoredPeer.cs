using System.Globalization;
using System.Text.Json.Nodes;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Configuration;
using FedActors.Storage.Gossip;

namespace FedActors.Scripts.Runs;

/// <summary>What a store says of a peer that need not run.</summary>
/// <param name="Record">Who it is.</param>
/// <param name="Last">Its last round, or null.</param>
/// <param name="Parts">How many parts its state has.</param>
/// <param name="DatabaseId">Which store this is.</param>
/// <param name="IsRunning">Whether a process writes to the store now.</param>
/// <param name="Path">The store's file.</param>
internal sealed record StoredPeer(PeerRecord Record, PeerMetrics? Last, int Parts, string DatabaseId, bool IsRunning, string Path)
{
    /// <summary>Reads all peers' stores of a storage folder: those of processes, and those of the last run in one process.</summary>
    public static IReadOnlyList<StoredPeer> ReadAll(StorageConfig storage) => [.. ReadFolder(storage.Peers), .. ReadFolder(storage.RunPeers)];

    public JsonObject Json() => new()
    {
        ["peer"] = Record.Peer,
        ["incarnation"] = Record.Incarnation,
        ["last_sequence"] = Record.LastSequence,
        ["starts"] = Record.Starts,
        ["started_at"] = RunJson.Time(Record.StartedAt),
        ["copy"] = Record.IsCopy,
        ["running"] = IsRunning,
        ["round"] = Last?.Round ?? 0,
        ["accuracy"] = RunJson.Number(Last?.EvaluationAccuracy),
        ["loss"] = RunJson.Number(Last?.EvaluationLoss),
        ["parameter_hash"] = Last?.ParameterHash,
        ["parts"] = Parts,
        ["database_id"] = DatabaseId,
        ["store"] = Path,
    };

    public static void Write(TextWriter output, IReadOnlyList<StoredPeer> peers)
    {
        var table = new TextTable("peer", "process", ">round", ">accuracy", "mean", ">incarnation", ">starts", "last start", "store");
        foreach (StoredPeer peer in peers)
        {
            table.Add(
                peer.Record.Peer,
                peer.IsRunning ? "running" : "none",
                Number(peer.Last?.Round ?? 0),
                RoundText.Number(peer.Last?.EvaluationAccuracy, "0.0000"),
                GossipText.Short(peer.Last?.ParameterHash),
                peer.Record.IsCopy ? $"{Number((long)peer.Record.Incarnation)}, a copy" : Number((long)peer.Record.Incarnation),
                Number(peer.Record.Starts),
                peer.Record.StartedAt.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) + "Z",
                peer.Path);
        }

        table.Write(output);
    }

    private static IEnumerable<StoredPeer> ReadFolder(string folder) => Directory.Exists(folder)
        ? Directory.GetDirectories(folder).Select(peer => System.IO.Path.Combine(peer, GossipStoreOptions.FileName)).Where(File.Exists).Order(StringComparer.Ordinal).SelectMany(Read)
        : [];

    private static IEnumerable<StoredPeer> Read(string path)
    {
        using SqliteGossipStore store = GossipStores.OpenForReading(path);
        bool isRunning = SqliteGossipStore.HasWriter(path);
        return [.. store.ListPeers().Select(p => new StoredPeer(p, store.ListMetrics(p.Peer).LastOrDefault(), store.LoadHeads(p.Peer).Count, store.DatabaseId, isRunning, path))];
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
