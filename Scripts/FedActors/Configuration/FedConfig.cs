using System.Diagnostics;
using FedActors.Actors.Transport;
using FedActors.FL.Configuration;
using FedActors.FL.Data;

namespace FedActors.Scripts.Configuration;

/// <summary>A valid configuration, as the program uses it.</summary>
internal sealed record FedConfig
{
    /// <summary>Whether peers gossip, rather than a provider driving rounds.</summary>
    public bool IsGossip { get; init; }

    /// <summary>The rules of the run.</summary>
    public required FederationOptions Federation { get; init; }

    /// <summary>Who gossips with whom, and how.</summary>
    public required GossipConfig Gossip { get; init; }

    /// <summary>The data set: <c>landsat</c> or a folder.</summary>
    public required string DataSource { get; init; }

    /// <summary>From what size on examples are read as they are needed.</summary>
    public required OnDemandOptions OnDemand { get; init; }

    /// <summary>Addresses, ports and TLS.</summary>
    public required TransportConfig Transport { get; init; }

    /// <summary>What external trainers may do here.</summary>
    public required TrainerConfig Trainer { get; init; }

    /// <summary>The package that the provider hands out.</summary>
    public required PackageConfig Package { get; init; }

    /// <summary>What is kept on disk.</summary>
    public required StorageConfig Storage { get; init; }

    /// <summary>The port on which a process serves its instruments, or null if it does not.</summary>
    public int? MetricsPort { get; init; }

    /// <summary>How up keeps processes running.</summary>
    public required ProcessesConfig Processes { get; init; }

    /// <summary>All settings as JSON text: what a run stores of its configuration.</summary>
    public required string Json { get; init; }

    /// <summary>Takes values that have no faults.</summary>
    public static FedConfig From(ConfigValues values) => new()
    {
        IsGossip = values.Get(ConfigKeys.Mode) == "gossip",
        Gossip = GossipConfig.From(values),
        Federation = new FederationOptions
        {
            Seed = values.Get(ConfigKeys.Seed),
            Training = new TrainingOptions
            {
                Model = values.Get(ConfigKeys.Model),
                Rounds = values.Get(ConfigKeys.Rounds),
                LocalEpochs = values.Get(ConfigKeys.LocalEpochs),
                BatchSize = values.Get(ConfigKeys.BatchSize),
                LearningRate = values.Get(ConfigKeys.LearningRate),
                Mu = values.Get(ConfigKeys.Mu),
                Optimizer = values.Get(ConfigKeys.Optimizer),
                Momentum = values.Get(ConfigKeys.Momentum),
                Beta1 = values.Get(ConfigKeys.AdamBeta1),
                Beta2 = values.Get(ConfigKeys.AdamBeta2),
                Epsilon = values.Get(ConfigKeys.Epsilon),
                WeightDecay = values.Get(ConfigKeys.WeightDecay),
                Schedule = values.Get(ConfigKeys.Schedule),
                ScheduleRounds = values.Get(ConfigKeys.ScheduleRounds),
                ScheduleFactor = values.Get(ConfigKeys.ScheduleFactor),
            },
            Strategy = new StrategyOptions
            {
                Name = values.Get(ConfigKeys.Strategy),
                PreAggregation = values.Get(ConfigKeys.PreAggregation),
                ServerLearningRate = values.Get(ConfigKeys.ServerLearningRate),
                ServerMomentum = values.Get(ConfigKeys.ServerMomentum),
                Beta1 = values.Get(ConfigKeys.Beta1),
                Beta2 = values.Get(ConfigKeys.Beta2),
                Tau = values.Get(ConfigKeys.Tau),
                Trim = values.Get(ConfigKeys.Trim),
                Malicious = values.Get(ConfigKeys.Malicious),
                Keep = values.Get(ConfigKeys.Keep),
                ClipNorm = values.Get(ConfigKeys.ClipNorm),
                Iterations = values.Get(ConfigKeys.Iterations),
                Smoothing = values.Get(ConfigKeys.Smoothing),
                Q = values.Get(ConfigKeys.Q),
                Stride = values.Get(ConfigKeys.Stride),
                Mixing = values.Get(ConfigKeys.PeerMixing),
                Gamma = values.Get(ConfigKeys.Gamma),
                Kappa = values.Get(ConfigKeys.Kappa),
                OwnShare = values.Get(ConfigKeys.OwnShare),
                Nearest = values.Get(ConfigKeys.Nearest),
            },
            Compression = values.Get(ConfigKeys.Compression),
            Protocol = ProtocolOf(values),
            Termination = new TerminationOptions
            {
                TargetAccuracy = values.Get(ConfigKeys.TargetAccuracy),
                Patience = values.Get(ConfigKeys.Patience),
                WallClock = values.Get(ConfigKeys.WallClock) is { Ticks: > 0 } budget ? budget : null,
            },
            Participation = new ParticipationOptions
            {
                Workers = values.Get(ConfigKeys.Workers),
                MinWorkers = values.Get(ConfigKeys.MinWorkers),
                Fraction = values.Get(ConfigKeys.Fraction),
                Sampling = values.Get(ConfigKeys.Sampling),
                Weights = values.Get(ConfigKeys.Weights),
                Sites = values.Get(ConfigKeys.Sites),
                RoundTimeout = values.Get(ConfigKeys.RoundTimeout),
                MaxAttempts = values.Get(ConfigKeys.MaxAttempts),
                StartTimeout = values.Get(ConfigKeys.StartTimeout),
                RoleTimeout = values.Get(ConfigKeys.RoleTimeout),
            },
        },
        DataSource = values.Get(ConfigKeys.DataSource),
        OnDemand = OnDemandOf(values),
        Transport = new TransportConfig(
            values.Get(ConfigKeys.Host),
            AddressText.TryParse(values.Get(ConfigKeys.Provider), values.Get(ConfigKeys.ProviderPort), out TransportAddress? provider) ? provider : throw new UnreachableException(),
            values.Get(ConfigKeys.ProviderPort),
            values.Get(ConfigKeys.AggregatorPort),
            values.Get(ConfigKeys.EvaluatorPort),
            values.Get(ConfigKeys.WorkerPort),
            new TlsConfig(values.Get(ConfigKeys.TlsMode), values.Get(ConfigKeys.TlsCertificate), values.Get(ConfigKeys.TlsKey), values.Get(ConfigKeys.TlsAuthority), values.Get(ConfigKeys.TlsRevocations)))
        {
            CombinerPort = values.Get(ConfigKeys.CombinerPort),
            Combiners = GossipConfig.Addresses(values.Get(ConfigKeys.Combiners), values.Get(ConfigKeys.CombinerPort)),
        },
        Trainer = new TrainerConfig(values.Get(ConfigKeys.AllowPackage), values.Get(ConfigKeys.TrainerTimeout), values.Get(ConfigKeys.TrainerMemory)),
        Package = new PackageConfig(values.Get(ConfigKeys.PackageFile), values.Get(ConfigKeys.PackageChecksum)),
        Storage = new StorageConfig(values.Get(ConfigKeys.StoragePath), values.Get(ConfigKeys.KeepRounds)),
        MetricsPort = values.Get(ConfigKeys.MetricsPort),
        Processes = new ProcessesConfig(values.Get(ConfigKeys.MaxRestarts), values.Get(ConfigKeys.RestartWindow)),
        Json = values.ToJson().ToJsonString(),
    };

    /// <summary>Opens the data set for a process that trains on it or scores with it.</summary>
    public IFederatedData OpenData() => FederatedData.Open(DataSource, OnDemand);

    /// <summary>From what size on examples are read as they are needed.</summary>
    public static OnDemandOptions OnDemandOf(ConfigValues values) => new((long)values.Get(ConfigKeys.DataMemory) << 20, Path.Combine(values.Get(ConfigKeys.StoragePath), "data"));

    private static ProtocolOptions ProtocolOf(ConfigValues values) => new()
    {
        Kind = values.Get(ConfigKeys.Protocol),
        Late = values.Get(ConfigKeys.Late),
        OverSelection = values.Get(ConfigKeys.OverSelection),
        Lambda = values.Get(ConfigKeys.Lambda),
        Recompute = values.Get(ConfigKeys.Recompute),
        Buffer = values.Get(ConfigKeys.Buffer),
        MaxStaleness = values.Get(ConfigKeys.MaxStaleness),
        Staleness = values.Get(ConfigKeys.Staleness),
        StalenessA = values.Get(ConfigKeys.StalenessA),
        StalenessB = values.Get(ConfigKeys.StalenessB),
        Mixing = values.Get(ConfigKeys.Mixing),
    };
}

/// <summary>Addresses, ports and TLS.</summary>
internal sealed record TransportConfig(string Host, TransportAddress ProviderAddress, int ProviderPort, int AggregatorPort, int EvaluatorPort, int WorkerPort, TlsConfig Tls)
{
    /// <summary>The port of a combiner.</summary>
    public int CombinerPort { get; init; }

    /// <summary>Combiners at which workers and combiners register in place of the provider, and before it.</summary>
    public IReadOnlyList<TransportAddress> Combiners { get; init; } = [];
}

/// <summary>TLS: <paramref name="Mode"/> is off, server or mutual; the others are PEM files.</summary>
internal sealed record TlsConfig(string Mode, string? Certificate, string? Key, string? Authority, string? Revocations = null);

/// <summary>How <c>up</c> keeps processes running.</summary>
internal sealed record ProcessesConfig(int MaxRestarts, TimeSpan RestartWindow);

/// <summary>What is kept on disk.</summary>
internal sealed record StorageConfig(string Path, int KeepRounds)
{
    /// <summary>The training store's file.</summary>
    public string TrainingStore => System.IO.Path.Combine(Path, FedActors.Storage.Training.TrainingStoreOptions.FileName);

    /// <summary>The folder of packages, by their checksums.</summary>
    public string Packages => System.IO.Path.Combine(Path, "packages");

    /// <summary>The folder in which a member exchanges files with its trainer.</summary>
    public string TrainerFolder(string member) => System.IO.Path.Combine(Path, "trainers", FileNames.Of(member));

    /// <summary>Where a worker keeps what compression leaves unsent.</summary>
    public FedActors.Storage.Residuals.IResidualStore Residuals(string worker) =>
        new FedActors.Storage.Residuals.ResidualFiles(System.IO.Path.Combine(Path, "residuals", FileNames.Of(worker)));

    /// <summary>The folder with a folder for each peer.</summary>
    public string Peers => System.IO.Path.Combine(Path, "peers");

    /// <summary>A peer's gossip store. Each peer has a file of its own, so that it can be taken to another machine alone.</summary>
    public string GossipStore(string peer) => Of(Peers, peer);

    /// <summary>The folder with a folder for each peer of the last run in one process, which the next one replaces. Peers that are processes are not touched by it.</summary>
    public string RunPeers => System.IO.Path.Combine(Path, "run-peers");

    /// <summary>The gossip store of a peer in such a run.</summary>
    public string RunStore(string peer) => Of(RunPeers, peer);

    private static string Of(string folder, string peer) => System.IO.Path.Combine(folder, FileNames.Of(peer), FedActors.Storage.Gossip.GossipStoreOptions.FileName);
}
