using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Nodes;
using FedActors.FL.Attacks;
using FedActors.Scripts.Configuration;
using FedActors.Simulation.Scenarios;
using static FedActors.Scripts.Configuration.ConfigKinds;

namespace FedActors.Scripts.Scenarios;

/// <summary>What a scenario says beside the settings of a run: who its clients are, and what the world is like.</summary>
internal static class ScenarioKeys
{
    /// <summary>Examples that are made, not read.</summary>
    public const string Synthetic = "synthetic";

    /// <summary>Clients that a data set itself names.</summary>
    public const string Sites = "sites";

    /// <summary>As many as a run admits.</summary>
    public const int MaxClients = 1_000_000;

    /// <summary>As many as gossip mode can have here: what peers hold and say grows with their square.</summary>
    public const int MaxPeers = 1_000;

    private const int MaxSeeds = 1_000;
    private static readonly SyntheticExamples Examples = new();
    private static readonly NetworkConditions Network = new();
    private static readonly ClientFaults Faults = new();

    public static readonly ConfigKey<string> Name = new("Name", "scenario", "What the scenario is called, in what is shown of it.", Text("a name"));
    public static readonly ConfigKey<int> Seeds = new("Seeds", 1, "Runs of each kind, with the seeds Seed, Seed + 1 and so on; their mean and spread are shown.", Integer(1, MaxSeeds));

    public static readonly ConfigKey<int> Clients = new("Clients:Count", 100, "Virtual clients. Where they are a data set's sites, all of these unless it is set.", Integer(1, MaxClients));
    public static readonly ConfigKey<string> Data = new("Clients:Data", Synthetic, "Their examples: \"synthetic\" ones are made when a client trains; \"landsat\" is built in; else a folder with a manifest, or an npz file with X and y.", Text("\"synthetic\", \"landsat\", a folder with a manifest.json, or an .npz file"));
    public static readonly ConfigKey<string> Partition = new("Clients:Partition", Sites, "Who gets which rows: sites are those of the data set; the others deal all its rows out to Clients:Count clients. An npz file is dealt out iid where nothing else is said.", Choice(Sites, "iid", "dirichlet", "quantity", "shards", "classes"));
    public static readonly ConfigKey<double?> Alpha = new("Clients:Alpha", null, "Concentration of dirichlet and quantity, 0.5 where nobody sets it, and of the classes of synthetic clients, which are alike where nobody sets it. The smaller, the more clients differ.", Optional(Number(0.0, 1e6, over: true)));
    public static readonly ConfigKey<int> MinSize = new("Clients:MinSize", 1, "Fewest rows of a client, for dirichlet and quantity.", Integer(1, 1_000_000));
    public static readonly ConfigKey<int> Shards = new("Clients:Shards", 2, "Shards of a client, for shards.", Integer(1, 10_000));
    public static readonly ConfigKey<int> ClassesEach = new("Clients:ClassesEach", 2, "Classes of a client, for classes.", Integer(1, 4_096));
    public static readonly ConfigKey<double> HoldOut = new("Clients:HoldOut", 0.2, "Share of an npz file's rows that no client gets, for the evaluation.", Number(0.0, 0.9));
    public static readonly ConfigKey<Distribution> Samples = new("Clients:Samples", Examples.Samples, "Examples of a synthetic client.", Drawn());
    public static readonly ConfigKey<int> Features = new("Clients:Features", Examples.Features, "Numbers of a synthetic example.", Integer(1, 1 << 20));
    public static readonly ConfigKey<int> Classes = new("Clients:Classes", Examples.Classes, "Classes of synthetic examples.", Integer(2, 4_096));
    public static readonly ConfigKey<double> Separation = new("Clients:Separation", Examples.Separation, "How far apart the classes of synthetic examples are, in deviations for each number.", Number(0.0, 1_000.0));
    public static readonly ConfigKey<int> EvaluationSamples = new("Clients:EvaluationSamples", Examples.EvaluationSamples, "Synthetic examples that no client has; 0 for no evaluation.", Integer(0, 10_000_000));

    public static readonly ConfigKey<Distribution> Speed = new("Devices:Speed", Distribution.Constant(0), "Examples that a device trains on in a second; 0 for devices that take no time.", Drawn());
    public static readonly ConfigKey<Distribution> Online = new("Devices:Online", Distribution.Constant(3600), "Seconds that a device is online at a time.", Drawn());
    public static readonly ConfigKey<Distribution> Offline = new("Devices:Offline", Distribution.Constant(0), "Seconds that it is then offline; 0 for devices that are always there.", Drawn());

    public static readonly ConfigKey<Distribution> Latency = new("Network:Latency", Network.Latency, "Seconds that a message is on its way.", Drawn());
    public static readonly ConfigKey<Distribution> Download = new("Network:Download", Network.Download, "Bytes a second towards a client; 0 for no bound.", Drawn());
    public static readonly ConfigKey<Distribution> Upload = new("Network:Upload", Network.Upload, "Bytes a second from a client; 0 for no bound.", Drawn());
    public static readonly ConfigKey<double> Loss = new("Network:Loss", Network.Loss, "Share of the answers whose connection breaks.", Share());
    public static readonly ConfigKey<Distribution> Reconnect = new("Network:Reconnect", Network.Reconnect, "Seconds until a client whose connection broke is back.", Drawn());
    public static readonly ConfigKey<Distribution> Whole = new("Network:Whole", NetworkSplits.Never.Whole, "In gossip mode: seconds that the network is whole at a time.", Drawn());
    public static readonly ConfigKey<Distribution> Split = new("Network:Split", NetworkSplits.Never.Split, "In gossip mode: seconds that it is then fallen in two; 0 for a network that never falls.", Drawn());

    public static readonly ConfigKey<double> Crash = new("Faults:Crash", Faults.Crash, "Share of the requests at which the client dies while it trains.", Share());
    public static readonly ConfigKey<Distribution> Restart = new("Faults:Restart", Faults.Restart, "Seconds until a client that died is back.", Drawn());
    public static readonly ConfigKey<double> Failure = new("Faults:Failure", Faults.Failure, "Share at which the client says that it cannot train.", Share());
    public static readonly ConfigKey<double> Silence = new("Faults:Silence", Faults.Silence, "Share at which the client never answers.", Share());
    public static readonly ConfigKey<double> Damage = new("Faults:Damage", Faults.Damage, "Share at which the update holds what is not a number.", Share());
    public static readonly ConfigKey<double> Duplicate = new("Faults:Duplicate", Faults.Duplicate, "Share at which the update comes twice.", Share());

    public static readonly ConfigKey<string> Attack = new("Attack:Name", "none", "What malicious clients send.", Choice(["none", .. AllAttacks.List.Select(attack => attack.Name)]));
    public static readonly ConfigKey<double> AttackShare = new("Attack:Share", 0.2, "Share of the clients that are malicious.", Share());

    /// <summary>In the order in which they are shown.</summary>
    public static IReadOnlyList<ConfigKey> All { get; } =
    [
        Name, Seeds,
        Clients, Data, Partition, Alpha, MinSize, Shards, ClassesEach, HoldOut, Samples, Features, Classes, Separation, EvaluationSamples,
        Speed, Online, Offline,
        Latency, Download, Upload, Loss, Reconnect, Whole, Split,
        Crash, Restart, Failure, Silence, Damage, Duplicate,
        Attack, AttackShare,
    ];

    private static ConfigKind<double> Share() => Number(0.0, 1.0);

    private static ConfigKind<Distribution> Drawn() => new(
        Distribution.Allowed,
        (RawValue raw, [MaybeNullWhen(false)] out Distribution value) =>
        {
            value = null;
            return raw.Kind is JsonValueKind.Number or JsonValueKind.String or JsonValueKind.Undefined && Distribution.TryParse(raw.Text, out value);
        },
        value => value.ToString(),
        () => new JsonObject { ["type"] = new JsonArray("number", "string") });
}
