using System.Text.Json.Nodes;
using FedActors.Actors;
using FedActors.FL.Protocol;
using FedActors.Storage.Training;

namespace FedActors.Scripts.Runs;

/// <summary>By which rules a stored run was made, as far as they tell runs apart at a glance; its configuration says the rest.</summary>
/// <param name="Data">The data's source.</param>
/// <param name="Model">The model's kind.</param>
/// <param name="Strategy">How updates become the next model.</param>
/// <param name="Protocol">When they do; null for a run of peers.</param>
/// <param name="Topology">Who gossips with whom; null for a run with a provider.</param>
/// <param name="Compression">Its stages, none for no compression.</param>
/// <param name="Package">The checksum of the package that trained; null for this program.</param>
/// <param name="PlanFault">Why it is not known which package that was; null if it is.</param>
internal sealed record RunRules(string Data, string Model, string Strategy, string? Protocol, string? Topology, IReadOnlyList<string> Compression, string? Package, string? PlanFault)
{
    /// <summary>Reads them from a run's record.</summary>
    public static RunRules Of(RunRecord run)
    {
        JsonNode? configuration = JsonNode.Parse(run.Configuration);
        bool isGossip = RunMode.Of(run) == RunMode.Gossip;
        string Setting(string section, string name, string usual) => configuration?[section]?[name]?.GetValue<string>() ?? usual;
        (string? package, string? fault) = PackageOf(run);
        return new RunRules(
            Setting("Data", "Source", Setting("Clients", "Data", "-")),
            Setting("Training", "Model", "-"),
            Setting("Strategy", "Name", "fedavg"),
            isGossip ? null : Setting("Protocol", "Kind", "synchronous"),
            isGossip ? Setting("Gossip", "Topology", "complete") : null,
            [.. configuration?["Compression"]?.AsArray().Select(stage => stage!.GetValue<string>()) ?? []],
            package,
            fault);
    }

    /// <summary>In one line.</summary>
    public string Text => string.Join("   ", new[]
    {
        $"data {Data}", $"model {Model}", $"strategy {Strategy}",
        Protocol is null ? $"topology {Topology}" : $"protocol {Protocol}",
        Compression.Count == 0 ? null : $"compression {string.Join(',', Compression)}",
        Package is null ? null : $"package {Package}",
        PlanFault is null ? null : $"package unknown: the plan cannot be read ({PlanFault.TrimEnd('.')})",
    }.OfType<string>());

    /// <summary>For programs.</summary>
    public JsonObject Json() => new()
    {
        ["data"] = Data,
        ["model"] = Model,
        ["strategy"] = Strategy,
        ["protocol"] = Protocol,
        ["topology"] = Topology,
        ["compression"] = RunJson.List(Compression, stage => (JsonNode)stage),
        ["package"] = Package,
        ["plan_fault"] = PlanFault,
    };

    private static (string? Package, string? Fault) PackageOf(RunRecord run)
    {
        try
        {
            return (RunPlanCodec.Read(run.Plan.Span).Package?.Checksum, null);
        }
        catch (ProtocolException exception)
        {
            return (null, exception.Message);
        }
    }
}
