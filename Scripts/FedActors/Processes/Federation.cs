using System.Collections.Concurrent;
using FedActors.FL.Data;
using FedActors.FL.Roles;
using FedActors.Scripts.Commands;
using FedActors.Scripts.Configuration;

namespace FedActors.Scripts.Processes;

/// <summary>Which processes a coordinated federation on one machine consists of, and how each is started.</summary>
/// <param name="configFile">The effective configuration, written to a file: children take it and nothing else.</param>
/// <param name="transport">Addresses.</param>
/// <param name="verbose">Whether their logs tell more.</param>
/// <param name="tiers">How many combiners each tier has, from the provider down.</param>
/// <param name="metricsPort">Where the provider serves its metrics, and after it the aggregator, the evaluator, combiners and workers; null if none does.</param>
internal sealed class Federation(string configFile, TransportConfig transport, bool verbose, IReadOnlyList<int> tiers, int? metricsPort = null)
{
    /// <summary>The provider, the aggregator and the evaluator.</summary>
    private const int LeadingProcesses = 3;

    private readonly ConcurrentDictionary<string, int> _combinerPorts = new(StringComparer.Ordinal);
    private int? _providerPort;

    /// <summary>Refuses a port for metrics after which there is not one for each process.</summary>
    public static void CheckMetricsPorts(FedConfig config, int sites, IReadOnlyList<int> tiers)
    {
        TransportConfig transport = config.Transport;
        IEnumerable<int> combiners = transport.ProviderPort == 0 ? [] : Enumerable.Range(transport.CombinerPort, tiers.Sum());
        MetricsPorts.Check(config.MetricsPort, LeadingProcesses + tiers.Sum() + sites, combiners.Prepend(transport.ProviderPort));
    }

    /// <summary>Says where the provider listens: it comes back there after a restart.</summary>
    public void ProviderListensOn(int port) => _providerPort = port;

    /// <summary>The same of a combiner.</summary>
    public void CombinerListensOn(string process, int port) => _combinerPorts[process] = port;

    /// <summary>The provider.</summary>
    /// <param name="runId">The run. Its name is settled before, so that a provider that dies after the last round and is started again does not begin another.</param>
    public ChildSpecification Provider(string runId) => new(
        CoordinatedRoles.ProviderName, "provider", () => Common("provider", 0, ["--run", runId, "--port", $"{_providerPort ?? transport.ProviderPort}"]));

    /// <summary>The combiners, tier by tier from the provider down. Each registers at one of the tier above, spread evenly, and at the others of that tier when its own is lost.</summary>
    /// <param name="host">The interface that the provider listens on.</param>
    /// <param name="port">Its port.</param>
    public IReadOnlyList<IReadOnlyList<ChildSpecification>> Combiners(string host, int port) =>
    [
        .. tiers.Select((count, tier) => (IReadOnlyList<ChildSpecification>)
        [
            .. Enumerable.Range(0, count).Select(i => new ChildSpecification(ProcessOf(tier, i), "combiner", () => Common(
                "combiner", LeadingProcesses + IndexOf(tier, i), ["--name", NameOf(tier, i), "--port", $"{PortOf(tier, i)}", .. Dial(host, port), .. Through(tier - 1, i, host)]))),
        ]),
    ];

    /// <summary>The aggregator, the evaluator if there is something to evaluate on, and a worker for each site.</summary>
    /// <param name="manifest">The sites.</param>
    /// <param name="host">The interface that the provider listens on.</param>
    /// <param name="port">Its port.</param>
    public IReadOnlyList<ChildSpecification> Members(DataManifest manifest, string host, int port) =>
    [
        new(CoordinatedRoles.AggregatorName, "aggregator", () => Common("aggregator", 1, Dial(host, port))),
        .. manifest.Evaluation is null ? Array.Empty<ChildSpecification>() : [new ChildSpecification(CoordinatedRoles.EvaluatorName, "evaluator", () => Common("evaluator", 2, Dial(host, port)))],
        .. manifest.Sites.Select((s, i) => new ChildSpecification(
            StartWorkerCommand.NodeName(s.Name), "worker", () => Common("worker", LeadingProcesses + tiers.Sum() + i, ["--site", s.Name, .. Dial(host, port), .. Through(tiers.Count - 1, i, host)]))),
    ];

    private string[] Common(string role, int index, IEnumerable<string> more) =>
        ["start", role, .. more, .. MetricsPorts.Of(metricsPort, index), "--config", configFile, "--output", "jsonl", "--with-launcher", .. verbose ? new[] { "--verbose" } : []];

    /// <summary>Who listens on every interface is reached by loopback, too.</summary>
    public static string Reachable(string host, int port)
    {
        string reachable = host switch
        {
            "0.0.0.0" => "127.0.0.1",
            "::" => "[::1]",
            _ when host.Contains(':') => $"[{host}]",
            _ => host,
        };
        return $"{reachable}:{port}";
    }

    private static string[] Dial(string host, int port) => ["--provider", Reachable(host, port)];

    // Its own combiner first, then those beside that one.
    private IEnumerable<string> Through(int tier, int index, string host) =>
        tier < 0 ? [] : Enumerable.Range(0, tiers[tier]).SelectMany(i => (string[])["--combiners", Reachable(host, PortOf(tier, (index + i) % tiers[tier]))]);

    private string NameOf(int tier, int index) => tiers.Count == 1 ? $"{index + 1}" : $"{tier + 1}-{index + 1}";

    private string ProcessOf(int tier, int index) => StartCombinerCommand.NodeName(NameOf(tier, index));

    // With a free port for the provider, everybody's is free.
    private int PortOf(int tier, int index) => _combinerPorts.TryGetValue(ProcessOf(tier, index), out int port) ? port
        : transport.ProviderPort == 0 ? 0 : transport.CombinerPort + IndexOf(tier, index);

    /// <summary>A combiner's place among all.</summary>
    private int IndexOf(int tier, int index) => tiers.Take(tier).Sum() + index;
}
