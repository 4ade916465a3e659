using FedActors.FL.Configuration;
using FedActors.FL.Strategies;
using static FedActors.Scripts.Configuration.ConfigKinds;

namespace FedActors.Scripts.Configuration;

/// <summary>Every setting. Binding, validation, the JSON schema, <c>config show</c> and docs/configuration.md are made from this table.</summary>
internal static class ConfigKeys
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(7);
    private static readonly FederationOptions Defaults = new();

    public static readonly ConfigKey<string> Mode = new("Mode", "coordinated", "How sites work together: in coordinated mode a provider drives rounds.", Choice("coordinated"));
    public static readonly ConfigKey<ulong> Seed = new("Seed", Defaults.Seed, "The run's one seed; initial parameters and the order of examples follow from it.", Unsigned());

    public static readonly ConfigKey<string> DataSource = new("Data:Source", "landsat", "The data set: \"landsat\" is built in; anything else is a folder with a manifest, as data prepare makes it.", Text("\"landsat\" or the path of a folder with a manifest.json"));
    public static readonly ConfigKey<string> DataSplit = new("Data:Split:Kind", "groups", "How examples are divided among sites: groups are the sites that the data set itself names.", Choice("groups"));

    public static readonly ConfigKey<string> Model = new("Training:Model", Defaults.Training.Model, "The model: softmax is multinomial logistic regression.", Choice("softmax"));
    public static readonly ConfigKey<int> Rounds = new("Training:Rounds", Defaults.Training.Rounds, "Rounds to commit before the run ends.", Integer(1, 1_000_000));
    public static readonly ConfigKey<int> LocalEpochs = new("Training:LocalEpochs", Defaults.Training.LocalEpochs, "Passes over a site's own data in one round.", Integer(1, 10_000));
    public static readonly ConfigKey<int> BatchSize = new("Training:BatchSize", Defaults.Training.BatchSize, "Examples in a mini-batch.", Integer(1, 1_000_000));
    public static readonly ConfigKey<float> LearningRate = new("Training:LearningRate", Defaults.Training.LearningRate, "Step size of stochastic gradient descent.", Number(0f, 100f, over: true));
    public static readonly ConfigKey<float> Mu = new("Training:Mu", Defaults.Training.Mu, "FedProx's proximal term, which keeps sites near the global model; 0 is plain federated averaging.", Number(0f, 1_000f));

    public static readonly ConfigKey<string> Strategy = new("Strategy:Name", "fedavg", "How updates become the next model; see docs/strategies.md.", Choice([.. StrategyNames.All]));
    public static readonly ConfigKey<double?> ServerLearningRate = new("Strategy:ServerLearningRate", null, "Step size of a server optimizer; where nobody sets it, 1 for fedavgm, 0.1 for fedadagrad and fedadam, 0.01 for fedyogi.", Optional(Number(0.0, 100.0, over: true)));
    public static readonly ConfigKey<double> ServerMomentum = new("Strategy:ServerMomentum", Defaults.Strategy.ServerMomentum, "Momentum of fedavgm.", Number(0.0, 0.9999));
    public static readonly ConfigKey<double?> Beta1 = new("Strategy:Beta1", null, "Decay of the first moment; where nobody sets it, 0 for fedadagrad and 0.9 for fedadam and fedyogi.", Optional(Number(0.0, 0.9999)));
    public static readonly ConfigKey<double> Beta2 = new("Strategy:Beta2", Defaults.Strategy.Beta2, "Decay of the second moment of fedadam and fedyogi.", Number(0.0, 0.999999));
    public static readonly ConfigKey<double> Tau = new("Strategy:Tau", Defaults.Strategy.Tau, "How little adaptive fedadagrad, fedadam and fedyogi are.", Number(0.0, 100.0, over: true));
    public static readonly ConfigKey<double> Trim = new("Strategy:Trim", Defaults.Strategy.Trim, "Share of the updates that fedtrimmedavg leaves out on each side.", Number(0.0, 0.49));
    public static readonly ConfigKey<int> Malicious = new("Strategy:Malicious", Defaults.Strategy.Malicious, "Updates that may be anything, for krum, multikrum and bulyan.", Integer(0, 100_000));
    public static readonly ConfigKey<int> Keep = new("Strategy:Keep", Defaults.Strategy.Keep, "Updates that multikrum averages; 0 for all but the malicious.", Integer(0, 100_000));
    public static readonly ConfigKey<double> ClipNorm = new("Strategy:ClipNorm", Defaults.Strategy.ClipNorm, "The longest difference from the global model that counts whole, for normclipping and centeredclipping.", Number(0.0, 1e6, over: true));
    public static readonly ConfigKey<int> Iterations = new("Strategy:Iterations", Defaults.Strategy.Iterations, "Steps of rfa and centeredclipping.", Integer(1, 10_000));
    public static readonly ConfigKey<double> Smoothing = new("Strategy:Smoothing", Defaults.Strategy.Smoothing, "Distances below it count as it, for rfa.", Number(0.0, 1.0, over: true));
    public static readonly ConfigKey<double> Q = new("Strategy:Q", Defaults.Strategy.Q, "How much more sites with a larger loss count, for qfedavg.", Number(0.0, 100.0));

    public static readonly ConfigKey<int> Workers = new("Participation:Workers", Defaults.Participation.Workers, "Workers that a run waits for before its first round.", Integer(1, 100_000));
    public static readonly ConfigKey<int> MinWorkers = new("Participation:MinWorkers", Defaults.Participation.MinWorkers, "Fewest accepted updates with which a round may close: its quorum. Where nobody sets it, it is at most Participation:Workers.", Integer(1, 100_000));
    public static readonly ConfigKey<double> Fraction = new("Participation:Fraction", Defaults.Participation.Fraction, "Share of the registered workers asked in each round.", Number(0.0, 1.0, over: true));
    public static readonly ConfigKey<TimeSpan> RoundTimeout = new("Participation:RoundTimeout", Defaults.Participation.RoundTimeout, "A round closes at this age with what it has, if that is a quorum.", Duration(TimeSpan.FromMilliseconds(100), LongestWait));
    public static readonly ConfigKey<int> MaxAttempts = new("Participation:MaxAttempts", Defaults.Participation.MaxAttempts, "How often a round that missed its quorum is asked again before the run ends below its participation policy.", Integer(1, 1_000_000));
    public static readonly ConfigKey<TimeSpan> StartTimeout = new("Participation:StartTimeout", Defaults.Participation.StartTimeout, "A run that has waited this long for all workers starts with a quorum, or ends below its participation policy.", Duration(TimeSpan.FromMilliseconds(100), LongestWait));
    public static readonly ConfigKey<TimeSpan> RoleTimeout = new("Participation:RoleTimeout", Defaults.Participation.RoleTimeout, "How long a round waits for an evaluator or an aggregator that is missing.", Duration(TimeSpan.FromMilliseconds(100), LongestWait));

    public static readonly ConfigKey<string> Host = new("Transport:Host", "127.0.0.1", "The address that roles listen on. Loopback unless you open it; 0.0.0.0 is every interface.", Text("a host name or an address"));
    public static readonly ConfigKey<string> Provider = new("Transport:Provider", "127.0.0.1", "Where the other roles find the provider; with Transport:ProviderPort where it names no port.", Address());
    public static readonly ConfigKey<int> ProviderPort = new("Transport:ProviderPort", 5001, "The provider's port.", Port());
    public static readonly ConfigKey<int> AggregatorPort = new("Transport:AggregatorPort", 5000, "The aggregator's port, opened only with --listen.", Port());
    public static readonly ConfigKey<int> EvaluatorPort = new("Transport:EvaluatorPort", 5010, "The evaluator's port, opened only with --listen.", Port());
    public static readonly ConfigKey<int> WorkerPort = new("Transport:WorkerPort", 5002, "The worker's port, opened only with --listen.", Port());

    public static readonly ConfigKey<string> TlsMode = new("Transport:Tls:Mode", "off", "off is plain TCP; server proves the listening side's identity; mutual proves both.", Choice("off", "server", "mutual"));
    public static readonly ConfigKey<string?> TlsCertificate = new("Transport:Tls:Certificate", null, "This process's certificate with its chain, PEM.", OptionalPath());
    public static readonly ConfigKey<string?> TlsKey = new("Transport:Tls:Key", null, "The certificate's private key, PEM.", OptionalPath());
    public static readonly ConfigKey<string?> TlsAuthority = new("Transport:Tls:Authority", null, "The certificates that others' certificates must chain to, PEM.", OptionalPath());

    public static readonly ConfigKey<string> StoragePath = new("Storage:Path", "storage", "The folder for training.db and for what up records.", Text("the path of a folder"));
    public static readonly ConfigKey<int> KeepRounds = new("Storage:KeepRounds", 5, "Rounds of each run whose parameters are kept, counted from the last; the best and the final one are kept besides.", Integer(1, 1_000_000));

    public static readonly ConfigKey<int> MaxRestarts = new("Processes:MaxRestarts", 10, "How often up starts a process that dies again within Processes:RestartWindow, each time after a longer wait, before it gives it up.", Integer(0, 1_000_000));
    public static readonly ConfigKey<TimeSpan> RestartWindow = new("Processes:RestartWindow", TimeSpan.FromMinutes(10), "The window of Processes:MaxRestarts.", Duration(TimeSpan.FromSeconds(1), LongestWait));

    /// <summary>In the order in which they are shown.</summary>
    public static IReadOnlyList<ConfigKey> All { get; } =
    [
        Mode, Seed, DataSource, DataSplit,
        Model, Rounds, LocalEpochs, BatchSize, LearningRate, Mu,
        Strategy, ServerLearningRate, ServerMomentum, Beta1, Beta2, Tau, Trim, Malicious, Keep, ClipNorm, Iterations, Smoothing, Q,
        Workers, MinWorkers, Fraction, RoundTimeout, MaxAttempts, StartTimeout, RoleTimeout,
        Host, Provider, ProviderPort, AggregatorPort, EvaluatorPort, WorkerPort, TlsMode, TlsCertificate, TlsKey, TlsAuthority,
        StoragePath, KeepRounds, MaxRestarts, RestartWindow,
    ];

    /// <summary>The key with a path, whatever the case of its letters, or null.</summary>
    public static ConfigKey? Find(string path) => All.FirstOrDefault(k => string.Equals(k.Path, path, StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether a path is a section that holds keys.</summary>
    public static bool IsSection(string path) => All.Any(k => k.Path.StartsWith(path + ":", StringComparison.OrdinalIgnoreCase));

    private static ConfigKind<string?> OptionalPath()
    {
        ConfigKind<string> text = Text("the path of a file");
        return new ConfigKind<string?>(text.Allowed, (RawValue raw, out string? value) => text.TryRead(raw, out value), value => value!, text.Schema);
    }
}
