using FedActors.FL.Compression;
using FedActors.FL.Configuration;
using FedActors.FL.Models;
using FedActors.FL.Rounds;
using FedActors.FL.Strategies;
using FedActors.FL.Topologies;
using FedActors.FL.Training;
using static FedActors.Scripts.Configuration.ConfigKinds;

namespace FedActors.Scripts.Configuration;

/// <summary>Every setting. Binding, validation, the JSON schema, <c>config show</c> and docs/configuration.md are made from this table.</summary>
internal static class ConfigKeys
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(7);
    private static readonly FederationOptions Defaults = new();
    private static readonly GossipOptions Talk = new();

    public static readonly ConfigKey<string> Mode = new("Mode", "coordinated", "How sites work together: in coordinated mode a provider drives rounds; in gossip mode peers train and agree with nobody in charge.", Choice("coordinated", "gossip"));
    public static readonly ConfigKey<ulong> Seed = new("Seed", Defaults.Seed, "The run's one seed; initial parameters and the order of examples follow from it.", Unsigned());

    public static readonly ConfigKey<string> DataSource = new("Data:Source", "landsat", "The data set: \"landsat\" is built in; anything else is a folder with a manifest, as data prepare makes it.", Text("\"landsat\" or the path of a folder with a manifest.json"));
    public static readonly ConfigKey<int> DataMemory = new("Data:Memory", 1024, "Megabytes of one site's examples, as float32, that are held in memory; larger ones are read from their file batch by batch. See docs/data.md.", Integer(0, 1024));
    public static readonly ConfigKey<string> DataSplit = new("Data:Split:Kind", "groups", "How examples are divided among sites: groups are the sites that the data set itself names.", Choice("groups"));

    public static readonly ConfigKey<string> Model = new("Training:Model", Defaults.Training.Model, "The model: softmax is multinomial logistic regression; mlp is a perceptron with hidden layers of the sizes named; cnn is a small convolutional network for pictures. See docs/models.md.", Text("softmax, mlp or mlp:SIZE,SIZE,..., cnn or cnn:HEIGHTxWIDTHxCHANNELS", ModelSpecification.IsKind));
    public static readonly ConfigKey<int> Rounds = new("Training:Rounds", Defaults.Training.Rounds, "Rounds to commit before the run ends; in gossip mode the rounds after which a peer stops training, unless it has converged before.", Integer(1, 1_000_000));
    public static readonly ConfigKey<int> LocalEpochs = new("Training:LocalEpochs", Defaults.Training.LocalEpochs, "Passes over a site's own data in one round.", Integer(1, 10_000));
    public static readonly ConfigKey<int> BatchSize = new("Training:BatchSize", Defaults.Training.BatchSize, "Examples in a mini-batch.", Integer(1, 1_000_000));
    public static readonly ConfigKey<float> LearningRate = new("Training:LearningRate", Defaults.Training.LearningRate, "Step size of a site's optimizer.", Number(0f, 100f, over: true));
    public static readonly ConfigKey<float> Mu = new("Training:Mu", Defaults.Training.Mu, "FedProx's proximal term, which keeps sites near the global model; 0 is plain federated averaging.", Number(0f, 1_000f));

    public static readonly ConfigKey<string> Optimizer = new("Training:Optimizer", Defaults.Training.Optimizer, "How a site steps down its gradient: sgd plainly, momentum by a decaying sum of slopes, adam with a step size for each parameter. It begins anew in every round.", Choice([.. LocalOptimizers.All]));
    public static readonly ConfigKey<float> Momentum = new("Training:Momentum", Defaults.Training.Momentum, "What the optimizer momentum keeps of its direction.", Number(0f, 0.9999f));
    public static readonly ConfigKey<float> AdamBeta1 = new("Training:Beta1", Defaults.Training.Beta1, "The optimizer adam's decay of the first moment.", Number(0f, 0.9999f));
    public static readonly ConfigKey<float> AdamBeta2 = new("Training:Beta2", Defaults.Training.Beta2, "The optimizer adam's decay of the second moment.", Number(0f, 0.999999f));
    public static readonly ConfigKey<float> Epsilon = new("Training:Epsilon", Defaults.Training.Epsilon, "What the optimizer adam adds to the root of the second moment.", Number(0f, 1f, over: true));
    public static readonly ConfigKey<float> WeightDecay = new("Training:WeightDecay", Defaults.Training.WeightDecay, "Share of each parameter that is added to its gradient.", Number(0f, 10f));
    public static readonly ConfigKey<string> Schedule = new("Training:Schedule", Defaults.Training.Schedule, "How the learning rate changes from round to round: constant; step multiplies it every Training:ScheduleRounds by Training:ScheduleFactor; cosine falls to nearly 0 in the last round; inverse halves it after Training:ScheduleRounds, as 1/t.", Choice([.. LearningRates.All]));
    public static readonly ConfigKey<int> ScheduleRounds = new("Training:ScheduleRounds", Defaults.Training.ScheduleRounds, "The rounds of the schedules step and inverse.", Integer(1, 1_000_000));
    public static readonly ConfigKey<float> ScheduleFactor = new("Training:ScheduleFactor", Defaults.Training.ScheduleFactor, "The factor of the schedule step.", Number(0f, 1f, over: true));

    public static readonly ConfigKey<string> Strategy = new("Strategy:Name", "fedavg", "How updates become the next model; see docs/strategies.md.", Choice([.. StrategyNames.All, .. StrategyNames.Neighbours]));
    public static readonly ConfigKey<string> PreAggregation = new("Strategy:PreAggregation", Defaults.Strategy.PreAggregation, "What is done with a round's updates before the rule: none; nnm replaces each by the mean of its n - Strategy:Malicious nearest (Allouah et al. 2023).", Choice([.. PreAggregations.All]));
    public static readonly ConfigKey<double?> ServerLearningRate = new("Strategy:ServerLearningRate", null, "Step size of a server optimizer; where nobody sets it, 1 for fedavgm and scaffold, 0.1 for fedadagrad and fedadam, 0.01 for fedyogi.", Optional(Number(0.0, 100.0, over: true)));
    public static readonly ConfigKey<double> ServerMomentum = new("Strategy:ServerMomentum", Defaults.Strategy.ServerMomentum, "Momentum of fedavgm.", Number(0.0, 0.9999));
    public static readonly ConfigKey<double?> Beta1 = new("Strategy:Beta1", null, "Decay of the first moment; where nobody sets it, 0 for fedadagrad and 0.9 for fedadam and fedyogi.", Optional(Number(0.0, 0.9999)));
    public static readonly ConfigKey<double> Beta2 = new("Strategy:Beta2", Defaults.Strategy.Beta2, "Decay of the second moment of fedadam and fedyogi.", Number(0.0, 0.999999));
    public static readonly ConfigKey<double> Tau = new("Strategy:Tau", Defaults.Strategy.Tau, "How little adaptive fedadagrad, fedadam and fedyogi are.", Number(0.0, 100.0, over: true));
    public static readonly ConfigKey<double> Trim = new("Strategy:Trim", Defaults.Strategy.Trim, "Share of the updates that fedtrimmedavg leaves out on each side.", Number(0.0, 0.49));
    public static readonly ConfigKey<int> Malicious = new("Strategy:Malicious", Defaults.Strategy.Malicious, "Updates that may be anything, for krum, multikrum and bulyan, and for what is done before a rule.", Integer(0, 100_000));
    public static readonly ConfigKey<int> Keep = new("Strategy:Keep", Defaults.Strategy.Keep, "Updates that multikrum averages; 0 for all but the malicious.", Integer(0, 100_000));
    public static readonly ConfigKey<double> ClipNorm = new("Strategy:ClipNorm", Defaults.Strategy.ClipNorm, "The longest difference from the global model that counts whole, for normclipping and centeredclipping.", Number(0.0, 1e6, over: true));
    public static readonly ConfigKey<int> Iterations = new("Strategy:Iterations", Defaults.Strategy.Iterations, "Steps of rfa and centeredclipping.", Integer(1, 10_000));
    public static readonly ConfigKey<double> Smoothing = new("Strategy:Smoothing", Defaults.Strategy.Smoothing, "Distances below it count as it, for rfa.", Number(0.0, 1.0, over: true));
    public static readonly ConfigKey<double> Q = new("Strategy:Q", Defaults.Strategy.Q, "How much more sites with a larger loss count, for qfedavg.", Number(0.0, 100.0));
    public static readonly ConfigKey<double> PeerMixing = new("Strategy:Mixing", Defaults.Strategy.Mixing, "What the neighbours' average counts for in gossipavg; the rest is what a peer had.", Number(0.0, 1.0));
    public static readonly ConfigKey<double> Gamma = new("Strategy:Gamma", Defaults.Strategy.Gamma, "How far from a peer's own model, in lengths of it, balance takes a neighbour's at first.", Number(0.0, 1e6, over: true));
    public static readonly ConfigKey<double> Kappa = new("Strategy:Kappa", Defaults.Strategy.Kappa, "How fast that distance of balance shrinks.", Number(0.0, 1e6));
    public static readonly ConfigKey<double> OwnShare = new("Strategy:OwnShare", Defaults.Strategy.OwnShare, "What a peer's own model counts for in balance and ubar.", Number(0.0, 1.0));
    public static readonly ConfigKey<double> Nearest = new("Strategy:Nearest", Defaults.Strategy.Nearest, "Share of the neighbours, the nearest ones, that ubar tries on a peer's own data.", Number(0.0, 1.0, over: true));

    public static readonly ConfigKey<int> Stride = new("Strategy:Stride", Defaults.Strategy.Stride, "Updates that fedstride takes in at a time.", Integer(1, 100_000));

    public static readonly ConfigKey<IReadOnlyList<string>> Compression = new("Compression", [], "How workers write their updates, stage after stage: one that chooses what is sent, one that says how numbers are written, or both in this order; none for parameters as they are. See docs/compression.md.", List($"stages: {CompressionPipeline.Allowed}", CompressionPipeline.FindFault));

    public static readonly ConfigKey<string> Protocol = new("Protocol:Kind", Defaults.Protocol.Kind, "Whom a round waits for: synchronous waits for all that it asked; in semi-synchronous all train for the same time; in asynchronous nobody waits.", Choice([.. Protocols.All]));
    public static readonly ConfigKey<string> Late = new("Protocol:Late", Defaults.Protocol.Late, "What becomes of an update that comes after its round: drop refuses it; keep counts it in the round in progress, and does not ask its worker before; weigh does the same for less, by Protocol:Staleness.", Choice([.. LateUpdates.All]));
    public static readonly ConfigKey<double> OverSelection = new("Protocol:OverSelection", Defaults.Protocol.OverSelection, "Share of a round's workers asked beyond Participation:Fraction; the round closes when as many as that fraction have answered.", Number(0.0, 10.0));
    public static readonly ConfigKey<double> Lambda = new("Protocol:Lambda", Defaults.Protocol.Lambda, "A semi-synchronous round's time, in passes of the slowest worker over its data.", Number(0.0, 1_000.0, over: true));
    public static readonly ConfigKey<bool> Recompute = new("Protocol:Recompute", Defaults.Protocol.Recompute, "Whether the semi-synchronous protocol measures workers in every round, or keeps what it measured of each first.", Switch());
    public static readonly ConfigKey<int?> Buffer = new("Protocol:Buffer", null, "Updates that make a version of the asynchronous protocol; where nobody sets it, 10 for fedbuff and 1 for others. It closes with fewer when nobody is left to wait for.", Optional(Integer(1, 100_000)));
    public static readonly ConfigKey<int> MaxStaleness = new("Protocol:MaxStaleness", Defaults.Protocol.MaxStaleness, "An update made from a model so many versions old still counts.", Integer(0, 100_000));
    public static readonly ConfigKey<string> Staleness = new("Protocol:Staleness", Defaults.Protocol.Staleness, "How less a stale update counts: constant, not at all; hinge, from Protocol:StalenessB on; polynomial, by a power.", Choice([.. StalenessWeight.All]));
    public static readonly ConfigKey<double?> StalenessA = new("Protocol:StalenessA", null, "How fast the staleness weight falls; where nobody sets it, 0.5 for polynomial and 10 for hinge.", Optional(Number(0.0, 1_000.0, over: true)));
    public static readonly ConfigKey<int> StalenessB = new("Protocol:StalenessB", Defaults.Protocol.StalenessB, "Staleness up to which an update counts whole under hinge.", Integer(0, 100_000));
    public static readonly ConfigKey<double> Mixing = new("Protocol:Mixing", Defaults.Protocol.Mixing, "How far one fresh update moves the model under fedasync.", Number(0.0, 1.0, over: true));

    public static readonly ConfigKey<double?> TargetAccuracy = new("Termination:TargetAccuracy", null, "The run ends after the first round evaluated at this accuracy or above.", Optional(Number(0.0, 1.0, over: true)));
    public static readonly ConfigKey<int> Patience = new("Termination:Patience", Defaults.Termination.Patience, "The run ends when so many evaluated rounds in a row were no better than the best before them; 0 for never.", Integer(0, 1_000_000));
    public static readonly ConfigKey<TimeSpan> WallClock = new("Termination:WallClock", TimeSpan.Zero, "The run ends after the first round that is committed this long after it began; 0s for no limit.", Duration(TimeSpan.Zero, LongestWait));

    public static readonly ConfigKey<int> Workers = new("Participation:Workers", Defaults.Participation.Workers, "Workers that a run waits for before its first round.", Integer(1, 100_000));
    public static readonly ConfigKey<int> MinWorkers = new("Participation:MinWorkers", Defaults.Participation.MinWorkers, "Fewest accepted updates with which a round may close: its quorum. Where nobody sets it, it is at most Participation:Workers.", Integer(1, 100_000));
    public static readonly ConfigKey<double> Fraction = new("Participation:Fraction", Defaults.Participation.Fraction, "Share of the registered workers asked in each round.", Number(0.0, 1.0, over: true));
    public static readonly ConfigKey<string> Sampling = new("Participation:Sampling", Defaults.Participation.Sampling, "How the share is drawn: uniform; size, where workers with more examples are likelier; poisson, by a coin for each; round-robin, one after another; speed, where faster workers are likelier; loss, the largest training losses among twice as many candidates (Power-of-Choice).", Choice([.. Sampler.All]));
    public static readonly ConfigKey<IReadOnlyList<string>> Sites = new("Participation:Sites", [], "The workers that rounds may ask, by name; all where there are none.", List("names of workers", name => name.Length > 0));
    public static readonly ConfigKey<string> Weights = new("Participation:Weights", Defaults.Participation.Weights, "What an update counts for: its examples (samples), its optimizer steps (batches), or all alike (equal); auto is what the strategy's paper has, samples for most.", Choice([.. UpdateWeights.All]));
    public static readonly ConfigKey<TimeSpan> RoundTimeout = new("Participation:RoundTimeout", Defaults.Participation.RoundTimeout, "A round closes at this age with what it has, if that is a quorum.", Duration(TimeSpan.FromMilliseconds(100), LongestWait));
    public static readonly ConfigKey<int> MaxAttempts = new("Participation:MaxAttempts", Defaults.Participation.MaxAttempts, "How often a round that missed its quorum is asked again before the run ends below its participation policy.", Integer(1, 1_000_000));
    public static readonly ConfigKey<TimeSpan> StartTimeout = new("Participation:StartTimeout", Defaults.Participation.StartTimeout, "A run that has waited this long for all workers starts with a quorum, or ends below its participation policy.", Duration(TimeSpan.FromMilliseconds(100), LongestWait));
    public static readonly ConfigKey<TimeSpan> RoleTimeout = new("Participation:RoleTimeout", Defaults.Participation.RoleTimeout, "How long a round waits for an evaluator or an aggregator that is missing, and for workers whose combiner was lost until they come by another way.", Duration(TimeSpan.FromMilliseconds(100), LongestWait));

    public static readonly ConfigKey<int> Peers = new("Gossip:Peers", Talk.Peers, "Peers that each peer waits for before its first round, itself among them; up and run start so many, one for each site.", Integer(1, 10_000));
    public static readonly ConfigKey<int> MinPeers = new("Gossip:MinPeers", Talk.MinPeers, "With how many peers training begins once Gossip:StartTimeout is over. Where nobody sets it, it is at most Gossip:Peers.", Integer(1, 10_000));
    public static readonly ConfigKey<TimeSpan> PeersTimeout = new("Gossip:StartTimeout", Talk.StartTimeout, "How long a peer waits for all Gossip:Peers.", Duration(TimeSpan.FromMilliseconds(100), LongestWait));
    public static readonly ConfigKey<string> TopologyKind = new("Gossip:Topology", Topology.Complete.Name, "Who gossips with whom. One that leaves peers without a way to each other is refused.", Choice([.. Topology.Kinds]));
    public static readonly ConfigKey<int> Degree = new("Gossip:Degree", 3, "Neighbours of each peer in the topologies random-regular and small-world.", Integer(1, 10_000));
    public static readonly ConfigKey<IReadOnlyList<string>> Edges = new("Gossip:Edges", [], "Pairs of neighbours for the topology custom.", List("pairs of peers, such as A:B", e => e.Split(':') is [{ Length: > 0 }, { Length: > 0 }]));
    public static readonly ConfigKey<double> EdgeProbability = new("Gossip:EdgeProbability", 0.3, "Probability of an edge in the topology erdos-renyi, and that an edge is led elsewhere in small-world.", Number(0.0, 1.0, over: true));
    public static readonly ConfigKey<string> AverageWith = new("Gossip:AverageWith", "all", "Whose models a peer averages: all that it knows, or its neighbours' in the topology. Strategies for neighbours use these always.", Choice("all", "neighbours"));
    public static readonly ConfigKey<int> MixingRounds = new("Gossip:MixingRounds", Talk.MixingRounds, "Rounds after the last training in which peers only average, so that neighbours come to one.", Integer(0, 1_000_000));
    public static readonly ConfigKey<int> Fanout = new("Gossip:Fanout", Talk.Fanout, "Neighbours that a peer tells of news at once; they tell others.", Integer(1, 1_000));
    public static readonly ConfigKey<TimeSpan> ExchangePeriod = new("Gossip:Interval", Talk.ExchangePeriod, "How often a peer compares its state with a neighbour's, beside the exchanges that news bring about.", Duration(TimeSpan.FromMilliseconds(10), LongestWait));
    public static readonly ConfigKey<TimeSpan> PublicationInterval = new("Gossip:PublicationInterval", Talk.PublicationInterval, "The longest that a peer waits for the others' models of its round before it trains on with those that it has.", Duration(TimeSpan.FromMilliseconds(10), LongestWait));
    public static readonly ConfigKey<int> EntryAgeLimit = new("Gossip:EntryAgeLimit", Talk.AgeLimit, "After how many publication intervals without a sign of life a peer's model leaves the others' means.", Integer(1, 1_000_000));
    public static readonly ConfigKey<double> ConvergenceEps = new("Gossip:ConvergenceEps", Talk.ConvergenceEps, "Change of the mean, as Euclidean norm, under which a round counts towards convergence; 0 is never.", Number(0.0, 1_000_000.0));
    public static readonly ConfigKey<int> ConvergencePatience = new("Gossip:ConvergencePatience", Talk.ConvergencePatience, "Rounds in a row under Gossip:ConvergenceEps after which a peer stops training.", Integer(1, 1_000_000));
    public static readonly ConfigKey<int> MaxBytesPerSecond = new("Gossip:MaxBytesPerSecond", 0, "Bytes a second that a peer may have to receive for models; publications come as seldom as that takes, and the log says how seldom. 0 is no bound.", Integer(0, int.MaxValue));
    public static readonly ConfigKey<int> GossipMemory = new("Gossip:Memory", 1024, "Megabytes of models and all else that peers tell each other which a peer holds; two models of each peer must fit. Reading and averaging them takes as much again and more.", Integer(1, 1 << 20));
    public static readonly ConfigKey<IReadOnlyList<string>> Seeds = new("Gossip:Seeds", [], "Peers to dial at the start; knowing one that lives is enough. With Transport:PeerPort where they name no port.", Addresses());
    public static readonly ConfigKey<IReadOnlyList<string>> Reporters = new("Gossip:Reporters", [], "Reporters to tell what a peer is at; none is needed. With Transport:ReporterPort where they name no port.", Addresses());
    public static readonly ConfigKey<TimeSpan> ReportInterval = new("Gossip:ReportInterval", TimeSpan.FromSeconds(5), "How often a reporter prints its report.", Duration(TimeSpan.FromMilliseconds(100), LongestWait));

    public static readonly ConfigKey<string?> PackageFile = new("Package:File", null, "A compute package, a tar.gz with a manifest, which the provider hands out and workers and the evaluator run if they allow it; see docs/external-trainer.md.", OptionalPath());
    public static readonly ConfigKey<string?> PackageChecksum = new("Package:Checksum", null, "The SHA-256 that the provider's package must have; it does not start with another one.", OptionalText("a SHA-256 as 64 lower-case hex digits", PackageOffer.IsChecksum));
    public static readonly ConfigKey<string> AllowPackage = new("Trainer:AllowPackage", TrainerConfig.None, "Which package that a provider hands out this process may run: none; the one with this SHA-256; or any, which trusts the provider with this machine's account.", Text("none, any, or a SHA-256 as 64 lower-case hex digits", text => text is TrainerConfig.None or TrainerConfig.Any || PackageOffer.IsChecksum(text)));
    public static readonly ConfigKey<TimeSpan> TrainerTimeout = new("Trainer:Timeout", TimeSpan.FromMinutes(10), "How long an external trainer may take for a round before it is killed.", Duration(TimeSpan.FromMilliseconds(100), LongestWait));
    public static readonly ConfigKey<int> TrainerMemory = new("Trainer:Memory", 0, "Megabytes of memory above which an external trainer is killed, with the processes that it started; 0 for no limit.", Integer(0, 1 << 20));

    public static readonly ConfigKey<string> Host = new("Transport:Host", "127.0.0.1", "The address that roles listen on. Loopback unless you open it; 0.0.0.0 is every interface.", Text("a host name or an address"));
    public static readonly ConfigKey<string> Provider = new("Transport:Provider", "127.0.0.1", "Where the other roles find the provider; with Transport:ProviderPort where it names no port.", Address());
    public static readonly ConfigKey<int> ProviderPort = new("Transport:ProviderPort", 5001, "The provider's port.", Port());
    public static readonly ConfigKey<int> AggregatorPort = new("Transport:AggregatorPort", 5000, "The aggregator's port, opened only with --listen.", Port());
    public static readonly ConfigKey<int> EvaluatorPort = new("Transport:EvaluatorPort", 5010, "The evaluator's port, opened only with --listen.", Port());
    public static readonly ConfigKey<int> WorkerPort = new("Transport:WorkerPort", 5002, "The worker's port, opened only with --listen.", Port());
    public static readonly ConfigKey<int> CombinerPort = new("Transport:CombinerPort", 5020, "The port of a combiner; up coordinated gives its combiners this one and those that follow.", Port());
    public static readonly ConfigKey<IReadOnlyList<string>> Combiners = new("Transport:Combiners", [], "Combiners at which workers, and combiners below them, register in place of the provider: the first of these that answers, and the provider itself after all of them. With Transport:CombinerPort where they name no port.", Addresses());
    public static readonly ConfigKey<int> PeerPort = new("Transport:PeerPort", 5210, "The port of a peer; up gossip gives its peers this one and those that follow.", Port());
    public static readonly ConfigKey<int> ReporterPort = new("Transport:ReporterPort", 5200, "The port of a reporter; up gossip gives its reporters this one and every second that follows.", Port());
    public static readonly ConfigKey<int> ReporterHttpPort = new("Transport:ReporterHttpPort", 5201, "The port on which a reporter serves its report as JSON, on loopback only.", Port());

    public static readonly ConfigKey<string> TlsMode = new("Transport:Tls:Mode", "off", "off is plain TCP; server proves the listening side's identity; mutual proves both.", Choice("off", "server", "mutual"));
    public static readonly ConfigKey<string?> TlsCertificate = new("Transport:Tls:Certificate", null, "This process's certificate with its chain, PEM.", OptionalPath());
    public static readonly ConfigKey<string?> TlsKey = new("Transport:Tls:Key", null, "The certificate's private key, PEM.", OptionalPath());
    public static readonly ConfigKey<string?> TlsAuthority = new("Transport:Tls:Authority", null, "The certificates that others' certificates must chain to, PEM.", OptionalPath());
    public static readonly ConfigKey<string?> TlsRevocations = new("Transport:Tls:Revocations", null, "The authorities' revocation lists, PEM: certificates in them are refused. cert revoke writes one.", OptionalPath());

    public static readonly ConfigKey<string> StoragePath = new("Storage:Path", "storage", "The folder for training.db, for the peers' gossip.db, and for what up records.", Text("the path of a folder"));
    public static readonly ConfigKey<int> KeepRounds = new("Storage:KeepRounds", 5, "Rounds of each run whose parameters are kept, counted from the last; the best and the final one are kept besides.", Integer(1, 1_000_000));

    public static readonly ConfigKey<int?> MetricsPort = new("Metrics:Port", null, "The port on which a process serves its instruments in Prometheus's text format, on loopback only; where nobody sets it, it does not. up gives its processes this one and those that follow. See docs/observability.md.", Optional(Port()));

    public static readonly ConfigKey<int> MaxRestarts = new("Processes:MaxRestarts", 10, "How often up starts a process that dies again within Processes:RestartWindow, each time after a longer wait, before it gives it up.", Integer(0, 1_000_000));
    public static readonly ConfigKey<TimeSpan> RestartWindow = new("Processes:RestartWindow", TimeSpan.FromMinutes(10), "The window of Processes:MaxRestarts.", Duration(TimeSpan.FromSeconds(1), LongestWait));

    /// <summary>In the order in which they are shown.</summary>
    public static IReadOnlyList<ConfigKey> All { get; } =
    [
        Mode, Seed, DataSource, DataMemory, DataSplit,
        Model, Rounds, LocalEpochs, BatchSize, LearningRate, Mu, Optimizer, Momentum, AdamBeta1, AdamBeta2, Epsilon, WeightDecay, Schedule, ScheduleRounds, ScheduleFactor,
        Strategy, PreAggregation, ServerLearningRate, ServerMomentum, Beta1, Beta2, Tau, Trim, Malicious, Keep, ClipNorm, Iterations, Smoothing, Q, Stride, PeerMixing, Gamma, Kappa, OwnShare, Nearest,
        Compression,
        Protocol, Late, OverSelection, Lambda, Recompute, Buffer, MaxStaleness, Staleness, StalenessA, StalenessB, Mixing,
        TargetAccuracy, Patience, WallClock,
        Workers, MinWorkers, Fraction, Sampling, Sites, Weights, RoundTimeout, MaxAttempts, StartTimeout, RoleTimeout,
        Peers, MinPeers, PeersTimeout, TopologyKind, Degree, Edges, EdgeProbability, AverageWith, MixingRounds, Fanout, ExchangePeriod, PublicationInterval, EntryAgeLimit, ConvergenceEps, ConvergencePatience,
        MaxBytesPerSecond, GossipMemory, Seeds, Reporters, ReportInterval,
        PackageFile, PackageChecksum, AllowPackage, TrainerTimeout, TrainerMemory,
        Host, Provider, ProviderPort, AggregatorPort, EvaluatorPort, WorkerPort, CombinerPort, Combiners, PeerPort, ReporterPort, ReporterHttpPort, TlsMode, TlsCertificate, TlsKey, TlsAuthority, TlsRevocations,
        StoragePath, KeepRounds, MetricsPort, MaxRestarts, RestartWindow,
    ];

    /// <summary>The key with a path, whatever the case of its letters, or null.</summary>
    public static ConfigKey? Find(string path) => All.FirstOrDefault(k => string.Equals(k.Path, path, StringComparison.OrdinalIgnoreCase));

    private static ConfigKind<string?> OptionalPath() => Nullable(Text("the path of a file"));

    private static ConfigKind<string?> OptionalText(string allowed, Func<string, bool> isAllowed) => Nullable(Text(allowed, isAllowed));

    private static ConfigKind<string?> Nullable(ConfigKind<string> text) =>
        new ConfigKind<string?>(text.Allowed, (RawValue raw, out string? value) => text.TryRead(raw, out value), value => value!, text.Schema);
}
