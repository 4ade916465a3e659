using System.Text.Json.Nodes;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Runs;

namespace FedActors.Scripts.Processes;

/// <summary>Follows peers that are processes: shows how they get on, and notices when all who are left hold one final mean. Called from several threads.</summary>
/// <param name="display">Where to show it.</param>
/// <param name="output">Told of every event, for programs.</param>
/// <param name="peers">The peers' processes.</param>
internal sealed class PeerEvents(GossipDisplay display, CommandOutput output, IEnumerable<string> peers)
{
    private readonly Lock _sync = new();
    private readonly TaskCompletionSource _agreed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SortedDictionary<string, JsonObject?> _statuses = new(peers.ToDictionary(p => p, _ => (JsonObject?)null), StringComparer.Ordinal);
    private readonly HashSet<string> _lost = new(StringComparer.Ordinal);

    /// <summary>Completes when all peers that are left hold one final mean, or none is left.</summary>
    public Task Agreed => _agreed.Task;

    /// <summary>Peers whose processes have ended for good before that.</summary>
    public IReadOnlyCollection<string> Lost
    {
        get
        {
            lock (_sync)
            {
                return [.. _lost.Order(StringComparer.Ordinal)];
            }
        }
    }

    /// <summary>What each peer said last of itself; those that never did are missing.</summary>
    public IReadOnlyList<JsonObject> Statuses
    {
        get
        {
            lock (_sync)
            {
                return [.. _statuses.Values.OfType<JsonObject>().Select(s => s.DeepClone().AsObject())];
            }
        }
    }

    public void On(ChildSpecification child, string name, JsonNode? data)
    {
        output.Event(name, () => new JsonObject { ["process"] = child.Name, ["data"] = data?.DeepClone() });
        switch (name)
        {
            case "round" when data is not null:
                display.Round(GossipJson.ReadRound(data));
                break;
            case "status" when data is JsonObject status:
                Take(child.Name, status);
                break;
            case "trouble" when data is not null:
                display.Note($"{data["peer"]}: {data["text"]}");
                break;
            case "member" when data is not null && data["change"]!.GetValue<string>() != "joined":
                display.Note(RoundText.Member($"{data["peer"]}:", $"{data["member"]}", $"{data["change"]}", $"{data["text"]}"));
                break;
        }
    }

    /// <summary>A peer's process ended for good.</summary>
    public void OnEnded(string process)
    {
        lock (_sync)
        {
            if (_statuses.ContainsKey(process) && !_agreed.Task.IsCompleted)
            {
                _lost.Add(process);
                Judge();
            }
        }
    }

    private void Take(string process, JsonObject status)
    {
        lock (_sync)
        {
            _statuses[process] = status.DeepClone().AsObject();
            Judge();
        }
    }

    /// <summary>A peer that was killed has said something else since, or its word still stands: its state is durable.</summary>
    private void Judge()
    {
        JsonObject?[] left = [.. _statuses.Where(s => !_lost.Contains(s.Key)).Select(s => s.Value)];
        bool isAgreed = left.All(s => s?["settled"]?.GetValue<bool>() == true) && left.Select(s => s!["parameter_hash"]?.GetValue<string>()).Distinct().Count() <= 1;
        if (isAgreed)
        {
            _agreed.TrySetResult();
        }
    }
}
