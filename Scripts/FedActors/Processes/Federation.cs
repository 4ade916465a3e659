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
    private bool _providerStarted;
    private string? _run;

    /// <summary>Says where the provider listens: the others dial it there, and it comes back there.</summary>
    public void ProviderListensOn(string host, int port) => _provider = (host, port);

    /// <summary>Says which run the provider drives: one that is started again stays with it, also if it died just after the run had ended.</summary>
    public void ProviderDrives(string runId) => _run = runId;

    /// <summary>The provider.</summary>
    /// <param name="alwaysNew">Whether it begins a new run when it is started for the first time. When it is started again, it goes on.</param>
    public ChildSpecification Provider(bool alwaysNew) => new(CoordinatedRoles.ProviderName, "provider", () =>
    {
        bool first = !_providerStarted;
        _providerStarted = true;
        int port = _provider?.Port ?? transport.ProviderPort;
        return Common("provider", ["--port", $"{port}", .. _run is { } run ? ["--run", run] : alwaysNew && first ? new[] { "--new" } : []]);
    });

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
