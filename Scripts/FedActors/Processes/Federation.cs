using FedActors.FL.Data;
using FedActors.FL.Roles;
using FedActors.Scripts.Commands;
using FedActors.Scripts.Configuration;

namespace FedActors.Scripts.Processes;

/// <summary>Which processes a coordinated federation on one machine consists of, and how each is started.</summary>
/// <param name="configFile">The effective configuration, written to a file: children take it and nothing else.</param>
/// <param name="transport">Addresses.</param>
/// <param name="verbose">Whether their logs tell more.</param>
internal sealed class Federation(string configFile, TransportConfig transport, bool verbose)
{
    private (string Host, int Port)? _provider;

    /// <summary>Says where the provider listens: the others dial it there, and it comes back there.</summary>
    public void ProviderListensOn(string host, int port) => _provider = (host, port);

    /// <summary>The provider.</summary>
    /// <param name="runId">The run. Its name is settled before, so that a provider that dies after the last round and is started again does not begin another.</param>
    public ChildSpecification Provider(string runId) => new(
        CoordinatedRoles.ProviderName, "provider", () => Common("provider", ["--run", runId, "--port", $"{_provider?.Port ?? transport.ProviderPort}"]));

    /// <summary>The aggregator, the evaluator if there is something to evaluate on, and a worker for each site.</summary>
    public IReadOnlyList<ChildSpecification> Members(DataManifest manifest) =>
    [
        new(CoordinatedRoles.AggregatorName, "aggregator", () => Common("aggregator", Dial())),
        .. manifest.Evaluation is null ? Array.Empty<ChildSpecification>() : [new ChildSpecification(CoordinatedRoles.EvaluatorName, "evaluator", () => Common("evaluator", Dial()))],
        .. manifest.Sites.Select(s => new ChildSpecification(StartWorkerCommand.NodeName(s.Name), "worker", () => Common("worker", ["--site", s.Name, .. Dial()]))),
    ];

    private string[] Common(string role, IEnumerable<string> more) =>
        ["start", role, .. more, "--config", configFile, "--output", "jsonl", "--with-launcher", .. verbose ? new[] { "--verbose" } : []];

    /// <summary>A provider that listens on every interface is reached by loopback, too.</summary>
    private string[] Dial()
    {
        (string host, int port) = _provider ?? throw new InvalidOperationException("Members are started when the provider listens.");
        string reachable = host switch
        {
            "0.0.0.0" => "127.0.0.1",
            "::" => "[::1]",
            _ when host.Contains(':') => $"[{host}]",
            _ => host,
        };
        return ["--provider", $"{reachable}:{port}"];
    }
}
