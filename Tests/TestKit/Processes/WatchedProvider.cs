using System.Text.Json.Nodes;

namespace FedActors.Tests.TestKit.Processes;

/// <summary>A provider that runs as a process, and what it has told so far of its rounds and its members.</summary>
internal sealed class WatchedProvider(BuiltProgram program) : WatchedProgram("provider", program)
{
    private readonly HashSet<string> _lost = new(StringComparer.Ordinal);
    private readonly Dictionary<int, string> _announced = [];
    private string[] _participants = [];
    private bool _listens;

    public bool Listens => Get(() => _listens);

    /// <summary>Rounds that it has announced.</summary>
    public int Rounds => Get(() => _announced.Count);

    /// <summary>Workers in the round that it announced last.</summary>
    public IReadOnlyList<string> Participants => Get(() => _participants);

    /// <summary>The rounds that it has announced, with their parameters' hashes.</summary>
    public IReadOnlyDictionary<int, string> Announced => Get(() => _announced.ToDictionary());

    protected override string State => $"It has announced {Rounds} rounds, the last with {string.Join(", ", Participants)}, and lost {string.Join(", ", Get<string[]>(() => [.. _lost]))}.";

    /// <summary>Whether it misses nobody whom it has lost.</summary>
    public bool HasAll => Get(() => _lost.Count == 0);

    /// <summary>Whether it has lost all of these, and none has come back.</summary>
    public bool HasLost(params IEnumerable<string> members) => Get(() => _lost.IsSupersetOf(members));

    protected override void Take(string told, JsonNode data)
    {
        switch (told)
        {
            case "listening":
                _listens = true;
                break;
            case "member" when data["change"]!.GetValue<string>() is "joined" or "rejoined":
                _lost.Remove(data["member"]!.GetValue<string>());
                break;
            case "member" when data["change"]!.GetValue<string>() is "lost":
                _lost.Add(data["member"]!.GetValue<string>());
                break;
            case "round":
                _announced[data["round"]!.GetValue<int>()] = data["parameter_hash"]!.GetValue<string>();
                _participants = [.. data["participants"]!.AsArray().Select(participant => participant!["worker"]!.GetValue<string>())];
                break;
        }
    }
}
