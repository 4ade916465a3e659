using System.Text.Json.Nodes;

namespace FedActors.Tests.TestKit.Processes;

/// <summary>A peer that runs as a process, and what it has told so far in its events.</summary>
internal sealed class WatchedPeer(string name, BuiltProgram program) : WatchedProgram(name, program)
{
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private readonly HashSet<string> _lost = new(StringComparer.Ordinal);
    private JsonNode? _status;
    private int _rounds;
    private int _round;
    private int _models;
    private int _fewest = int.MaxValue;
    private bool _listens;
    private int _port;

    public bool Listens => Get(() => _listens);

    /// <summary>Where it listens; 0 before it does.</summary>
    public int Port => Get(() => _port);

    /// <summary>Other peers that it has met or heard of.</summary>
    public int Known => Get(() => _known.Count);

    /// <summary>Rounds whose mean it has told. Each stands for a model that it had published.</summary>
    public int Rounds => Get(() => _rounds);

    /// <summary>The number of the last round whose mean it has told.</summary>
    public int Round => Get(() => _round);

    /// <summary>Models that the mean of that round held.</summary>
    public int Models => Get(() => _models);

    /// <summary>The fewest models that any round's mean held.</summary>
    public int FewestModels => Get(() => _fewest);

    public bool IsDone => Get(() => _status?["phase"]?.GetValue<string>() == "done");

    /// <summary>The mean on which it has settled, or null.</summary>
    public string? Settled => Get(() => _status?["settled"]?.GetValue<bool>() == true ? _status["parameter_hash"]!.GetValue<string>() : null);

    protected override string State => $"It has {Rounds} rounds, knows {Known} and holds {string.Join(", ", Get<string[]>(() => [.. _lost]))} to be dead.\n{Get(() => _status?.ToJsonString())}";

    /// <summary>A number of its last status.</summary>
    public long Figure(string name) => Get(() => _status?[name]?.GetValue<long>() ?? 0);

    /// <summary>Whether it holds these to be dead, and nobody else.</summary>
    public bool HasLost(params IEnumerable<string> peers) => Get(() => _lost.SetEquals(peers));

    /// <summary>Awaits that something holds for all of them.</summary>
    /// <returns>How long it took.</returns>
    public static async Task<TimeSpan> AllAsync(IReadOnlyList<WatchedPeer> peers, Func<WatchedPeer, bool> condition, string because)
    {
        long started = TimeProvider.System.GetTimestamp();
        foreach (WatchedPeer peer in peers)
        {
            await peer.UntilAsync(() => condition(peer), $"{peer.Name}: {because}");
        }

        return TimeProvider.System.GetElapsedTime(started);
    }

    protected override void Take(string told, JsonNode data)
    {
        switch (told)
        {
            case "listening":
                _listens = true;
                _port = data["port"]!.GetValue<int>();
                break;
            case "member":
                Member(data["member"]!.GetValue<string>(), data["change"]!.GetValue<string>());
                break;
            case "round":
                _rounds++;
                (_round, _models) = (data["round"]!.GetValue<int>(), data["models"]!.GetValue<int>());
                _fewest = Math.Min(_fewest, _models);
                break;
            case "status":
                _status = data;
                break;
        }
    }

    private void Member(string peer, string change)
    {
        if (change is "joined" or "rejoined")
        {
            _known.Add(peer);
            _lost.Remove(peer);
        }
        else if (change == "lost")
        {
            _lost.Add(peer);
        }
    }
}
