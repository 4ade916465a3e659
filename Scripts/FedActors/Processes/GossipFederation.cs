using System.Collections.Concurrent;
using FedActors.FL.Data;
using FedActors.Scripts.Configuration;

namespace FedActors.Scripts.Processes;

/// <summary>Which processes gossip mode on one machine consists of, and how each is started.</summary>
/// <param name="configFile">The effective configuration, written to a file: children take it and nothing else.</param>
/// <param name="config">The same.</param>
/// <param name="reporters">How many reporters watch.</param>
/// <param name="verbose">Whether their logs tell more.</param>
internal sealed class GossipFederation(string configFile, FedConfig config, int reporters, bool verbose)
{
    private readonly ConcurrentDictionary<string, (string Host, int Port)> _addresses = new();

    /// <summary>The process of a peer.</summary>
    public static string PeerName(string peer) => $"peer-{peer}";

    /// <summary>Refuses a port for metrics after which there is not one for each process.</summary>
    public static void CheckMetricsPorts(FedConfig config, int peers, int reporters)
    {
        GossipPorts ports = config.Gossip.Ports;
        IEnumerable<int> watching = Enumerable.Range(0, reporters).SelectMany(i => new[] { Offset(ports.Reporter, 2 * i), Offset(ports.ReporterHttp, 2 * i) });
        MetricsPorts.Check(config.MetricsPort, peers + reporters, Enumerable.Range(0, peers).Select(i => Offset(ports.Peer, i)).Concat(watching));
    }

    /// <summary>Says where a process listens: it comes back there after a restart, and others dial it there.</summary>
    public void ListensOn(string process, string host, int port) => _addresses[process] = (host, port);

    /// <summary>Reporters first, then one peer, then the others, which know the first: one address is enough to find everybody.</summary>
    public IReadOnlyList<IReadOnlyList<ChildSpecification>> Stages(DataManifest manifest)
    {
        ChildSpecification[] watching = [.. Enumerable.Range(0, reporters).Select(i => Reporter(i, manifest.Sites.Count + i))];
        ChildSpecification[] peers = [.. manifest.Sites.Select((site, i) => Peer(site.Name, i))];
        return [.. new ChildSpecification[][] { watching, peers[..1], peers[1..] }.Where(stage => stage.Length > 0)];
    }

    private ChildSpecification Peer(string site, int index)
    {
        string name = PeerName(site);
        return new(name, "peer", () => Common(
            "peer",
            index,
            [
                "--site", site, "--port", $"{PortOf(name, config.Gossip.Ports.Peer, index)}",
                .. Seeds(name), .. AddressesOf("reporter").SelectMany(address => new[] { "--reporter", address }),
            ]));
    }

    /// <param name="index">Its place among reporters.</param>
    /// <param name="process">Its place among all processes, peers first.</param>
    private ChildSpecification Reporter(int index, int process)
    {
        string name = reporters == 1 ? "reporter" : $"reporter-{index + 1}";
        return new(name, "reporter", () => Common(
            "reporter",
            process,
            ["--id", name, "--port", $"{PortOf(name, config.Gossip.Ports.Reporter, 2 * index)}", "--http-port", $"{Offset(config.Gossip.Ports.ReporterHttp, 2 * index)}"]));
    }

    /// <summary>All peers that are known to listen, but itself; those that the configuration names come besides.</summary>
    private IEnumerable<string> Seeds(string name) => config.Gossip.Seeds.Select(seed => seed.ToString())
        .Concat(AddressesOf("peer-", except: name))
        .SelectMany(address => new[] { "--seed", address });

    private IEnumerable<string> AddressesOf(string prefix, string? except = null) => _addresses
        .Where(pair => pair.Key.StartsWith(prefix, StringComparison.Ordinal) && pair.Key != except)
        .OrderBy(pair => pair.Key, StringComparer.Ordinal)
        .Select(pair => Federation.Reachable(pair.Value.Host, pair.Value.Port));

    private int PortOf(string name, int first, int offset) => _addresses.TryGetValue(name, out (string Host, int Port) known) ? known.Port : Offset(first, offset);

    private static int Offset(int first, int offset) => first == 0 ? 0 : first + offset;

    private string[] Common(string role, int process, IEnumerable<string> more) =>
        ["start", role, .. more, .. MetricsPorts.Of(config.MetricsPort, process), "--config", configFile, "--output", "jsonl", "--with-launcher", .. verbose ? new[] { "--verbose" } : []];
}
