using FedActors.FL.Configuration;
using FedActors.FL.Data;
using FedActors.FL.Gossip;
using FedActors.FL.Models;
using FedActors.FL.Roles;
using FedActors.FL.Strategies;
using FedActors.FL.Topologies;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Configuration;
using FedActors.Scripts.Monitoring;
using FedActors.Storage;
using FedActors.Storage.Gossip;
using FedActors.Storage.Training;
using Microsoft.Extensions.Logging;

namespace FedActors.Scripts.Runs;

/// <summary>Gossip mode with all peers in this process: <c>run</c> with Mode gossip.</summary>
internal static class LocalGossip
{
    /// <summary>A peer's models of two rounds can be had at a time.</summary>
    private const long ModelsOfEach = 2;

    /// <summary>For what stands beside the numbers, and the other entries of a peer.</summary>
    private const long RoomBesideModels = 8 * 1024;

    /// <summary>For the sums over a feature.</summary>
    private const long RoomOfAFeature = 128;

    /// <summary>Lets the peers learn until they agree, shows it, and gives their verdict. Each run begins anew; what the last one left is replaced.</summary>
    public static async Task<CommandResult> ExecuteAsync(CommandContext context, RunInputs inputs, CancellationToken stopping)
    {
        FedConfig config = inputs.Config;
        string[] sites = [.. inputs.Data.Manifest.Sites.Select(s => s.Name)];
        CheckRules(config, sites);
        CheckMemory(config, inputs.Data.Manifest, sites.Length);
        using GossipRecord record = GossipRecord.BeginHere(inputs, context.Time);
        CommandResult verdict = await LearnAsync(context, inputs, sites, record, stopping).ConfigureAwait(false);
        string? hash = verdict.Data!["parameter_hash"]?.GetValue<string>();
        return record.Add(verdict, hash is null ? RunStatus.Stopped : RunStatus.Finished, hash);
    }

    private static async Task<CommandResult> LearnAsync(CommandContext context, RunInputs inputs, string[] sites, GossipRecord record, CancellationToken stopping)
    {
        FedConfig config = inputs.Config;
        var stores = new Dictionary<string, SqliteGossipStore>(StringComparer.Ordinal);
        try
        {
            foreach (string site in sites)
            {
                stores.Add(site, GossipStores.OpenForWriting(config.Storage.RunStore(site)));
                stores[site].Forget(site);
            }

            GossipResult result = await RunAsync(context, inputs, site => stores[site], stopping).ConfigureAwait(false);
            CommandResult verdict = GossipVerdict.Of([.. result.Peers.Select(p => p.Status)], result.ParameterHash, config.Storage.RunPeers);
            return verdict.ExitCode != ExitCode.Ok && context.DeadlinePassed
                ? verdict with { ExitCode = ExitCode.Timeout, ErrorCode = "timeout", Message = $"Not done within --timeout. {verdict.Message}" }
                : verdict;
        }
        catch (Exception exception) when (exception is CommandFailure or StoreException)
        {
            record.Fail(exception.Message);
            throw;
        }
        finally
        {
            foreach (SqliteGossipStore store in stores.Values)
            {
                store.Dispose();
            }
        }
    }

    private static async Task<GossipResult> RunAsync(CommandContext context, RunInputs inputs, Func<string, IGossipStore> openStore, CancellationToken stopping)
    {
        await using RoundScreen screen = RoundScreens.For(context, GossipText.Columns);
        var display = new AllPeersDisplay(screen, inputs.Data.Manifest.Sites.Count, Options(inputs.Config).Rounds);
        display.Title(Title(inputs));
        using ILoggerFactory log = context.Log(LogLevel.Warning, screen.LogWriter);
        await using MetricsEndpoint? metrics = await MetricsEndpoint.StartAsync(inputs.Config, "run", context, stopping).ConfigureAwait(false);
        GossipResult result = await GossipRun.ExecuteAsync(
            new GossipRunSetup
            {
                Options = Options(inputs.Config),
                Data = inputs.Data,
                OpenStore = openStore,
                Topology = inputs.Config.Gossip.Topology,
                Observer = new PeerDisplayObserver(display, context.Output),
                Time = context.Time,
                LoggerFactory = log,
            },
            stopping).ConfigureAwait(false);
        display.End();
        return result;
    }

    /// <summary>A peer's rules.</summary>
    public static PeerOptions Options(FedConfig config) =>
        new() { Seed = config.Federation.Seed, Training = config.Federation.Training, Strategy = config.Federation.Strategy, Gossip = config.Gossip.Options };

    /// <summary>Refuses a strategy that does not work with so many peers, and a topology in which some peers could never hear of others.</summary>
    public static void CheckRules(FedConfig config, IReadOnlyCollection<string> peers)
    {
        CheckStrategy(config, peers.Count);
        CheckEdges(config, peers);
        string? fault;
        try
        {
            fault = PeerStrategy.FindFault(Options(config), config.Gossip.Topology, peers);
        }
        catch (ArgumentException exception)
        {
            fault = exception.Message;
        }

        if (fault is not null)
        {
            throw CommandContext.ConfigFailure([new ConfigFault(ConfigKeys.TopologyKind.Path, config.Gossip.Topology.Name, null, fault)]);
        }
    }

    /// <summary>Refuses edges that leave one of these peers out: it would gossip with everybody.</summary>
    public static void CheckEdges(FedConfig config, IEnumerable<string> peers)
    {
        if (config.Gossip.Topology is CustomTopology custom && peers.Except(custom.Peers, StringComparer.Ordinal).ToArray() is { Length: > 0 } left)
        {
            string pairs = string.Join(", ", custom.Peers.Take(1).Select(peer => $"{left[0]}:{peer}"));
            throw CommandContext.ConfigFailure([new ConfigFault(ConfigKeys.Edges.Path, null, null, $"leaves out {string.Join(", ", left)}: name a neighbour of each, for instance {pairs}")]);
        }
    }

    /// <summary>Refuses models that so many peers could not hold: what has no room is not taken in, and nobody would ever agree.</summary>
    public static void CheckMemory(FedConfig config, DataManifest manifest, int peers)
    {
        long model = sizeof(float) * (long)ModelChoice.Specify(manifest, config.Federation.Training.Model).Layout.Count;
        long needed = ((ModelsOfEach * peers * (model + RoomBesideModels + (RoomOfAFeature * manifest.Features))) >> 20) + 1;
        if (needed << 20 > config.Gossip.Options.MaxResidentBytes)
        {
            throw CommandContext.ConfigFailure([new ConfigFault(
                ConfigKeys.GossipMemory.Path, $"{config.Gossip.Options.MaxResidentBytes >> 20}", null, $"is too little for two models of each of {peers} peers, of {Math.Max(1, model / 1_000_000)} MB each: at least {needed}")]);
        }
    }

    /// <summary>Refuses a strategy that does not work with so many peers.</summary>
    public static void CheckStrategy(FedConfig config, int peers)
    {
        if (PeerStrategy.FindFault(config.Federation.Strategy, peers) is { } fault)
        {
            throw CommandContext.ConfigFailure([new ConfigFault(ConfigKeys.Strategy.Path, $"\"{config.Federation.Strategy.Name}\"", null, fault)]);
        }
    }

    /// <summary>What is trained, in a line.</summary>
    public static string Title(RunInputs inputs)
    {
        DataManifest manifest = inputs.Data.Manifest;
        ModelSpecification model = manifest.Specify(inputs.Config.Federation.Training.Model);
        string sites = string.Join("  ", manifest.Sites.Take(8).Select(s => s.Name));
        string more = manifest.Sites.Count > 8 ? $"  and {manifest.Sites.Count - 8} more" : string.Empty;
        string name = inputs.Config.Federation.Strategy.Name;
        string strategy = name == StrategyNames.FedAvg ? string.Empty : $"   strategy {name}";
        return string.Create(
            System.Globalization.CultureInfo.InvariantCulture,
            $"{manifest.Name}  {manifest.Classes} classes  {Counted.Of(manifest.Features, "feature")}   peers {manifest.Sites.Count} ({sites}{more})   topology {inputs.Config.Gossip.Topology.Name}{strategy}   model {model.Kind} {model.Layout.Count:N0} parameters");
    }
}
