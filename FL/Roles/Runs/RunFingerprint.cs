using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using FedActors.FL.Compression;
using FedActors.FL.Configuration;
using FedActors.FL.Rounds;
using FedActors.FL.Strategies;
using FedActors.FL.Training;

namespace FedActors.FL.Roles;

/// <summary>Tells whether two runs would do the same: a run that was interrupted is taken up only under the configuration that it began with.</summary>
public static class RunFingerprint
{
    /// <summary>The fingerprint of a run's rules. Waiting times are left out: they decide when, not what.</summary>
    /// <param name="options">The rules.</param>
    /// <param name="data">What the sites' data set is called.</param>
    /// <param name="package">The checksum of the package by which it trains, or null.</param>
    /// <returns>Lower-case hex SHA-256.</returns>
    public static string Of(FederationOptions options, string data, string? package = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(data);
        TrainingOptions training = options.Training;
        ParticipationOptions participation = options.Participation;
        string text = string.Create(
            CultureInfo.InvariantCulture,
            $"fedactors coordinated 1\nseed {options.Seed}\ndata {data}\nmodel {training.Model}\nrounds {training.Rounds}\nepochs {training.LocalEpochs}\nbatch {training.BatchSize}\nrate {training.LearningRate:R}\nmu {training.Mu:R}\nworkers {participation.Workers}\nmin {participation.MinWorkers}\nfraction {participation.Fraction:R}");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text + LocalSteps(training) + Strategy(options.Strategy) + PreAggregation(options.Strategy) + Compression(options.Compression) + Protocol(options.Protocol) + Sampling(participation) + Goals(options.Termination) + (package is null ? "" : $"\npackage {package}"))));
    }

    // Nothing for plain descent at one rate, so that runs from before there was anything else keep their fingerprints.
    private static string LocalSteps(TrainingOptions training)
    {
        TrainingOptions plain = new();
        string optimizer = training.Optimizer switch
        {
            LocalOptimizers.Momentum => string.Create(CultureInfo.InvariantCulture, $"\noptimizer momentum {training.Momentum:R}"),
            LocalOptimizers.Adam => string.Create(CultureInfo.InvariantCulture, $"\noptimizer adam {training.Beta1:R} {training.Beta2:R} {training.Epsilon:R}"),
            _ => "",
        };
        string decay = training.WeightDecay == plain.WeightDecay ? "" : string.Create(CultureInfo.InvariantCulture, $"\ndecay {training.WeightDecay:R}");
        string schedule = training.Schedule == plain.Schedule ? "" : string.Create(CultureInfo.InvariantCulture, $"\nschedule {training.Schedule} {training.ScheduleRounds} {training.ScheduleFactor:R}");
        return optimizer + decay + schedule;
    }

    /// <summary>The fingerprint of a run of peers.</summary>
    /// <param name="options">The rules; what of them is the provider's alone does not count.</param>
    /// <param name="data">What the sites' data set is called.</param>
    /// <param name="topology">Who gossips with whom.</param>
    /// <param name="isOneProcess">Whether all peers are of one process, which begins anew each time: nobody goes on with its run.</param>
    /// <returns>Lower-case hex SHA-256.</returns>
    public static string OfGossip(FederationOptions options, string data, string topology, bool isOneProcess = false)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(data);
        TrainingOptions training = options.Training;
        string text = string.Create(
            CultureInfo.InvariantCulture,
            $"fedactors gossip 1\nseed {options.Seed}\ndata {data}\nmodel {training.Model}\nrounds {training.Rounds}\nepochs {training.LocalEpochs}\nbatch {training.BatchSize}\nrate {training.LearningRate:R}\nmu {training.Mu:R}\ntopology {topology}");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text + Strategy(options.Strategy) + PreAggregation(options.Strategy) + (isOneProcess ? "\none process" : ""))));
    }

    // Nothing for the mean, so that runs from before there were other strategies keep their fingerprints.
    private static string Strategy(StrategyOptions strategy) => strategy.Name == StrategyNames.FedAvg ? "" : string.Create(
        CultureInfo.InvariantCulture,
        $"\nstrategy {strategy.Name} {strategy.ServerLearningRate:R} {strategy.ServerMomentum:R} {strategy.Beta1:R} {strategy.Beta2:R} {strategy.Tau:R} {strategy.Trim:R} {strategy.Malicious} {strategy.Keep} {strategy.ClipNorm:R} {strategy.Iterations} {strategy.Smoothing:R} {strategy.Q:R}") + (strategy.Name == StrategyNames.FedStride ? $" {strategy.Stride}" : "");

    // Nothing where nothing is done, as above.
    private static string PreAggregation(StrategyOptions strategy) =>
        strategy.PreAggregation == PreAggregations.None ? "" : string.Create(CultureInfo.InvariantCulture, $"\nbefore {strategy.PreAggregation} {strategy.Malicious}");

    private static string Compression(IReadOnlyList<string> stages) => stages.Count == 0 ? "" : $"\ncompression {CompressionPipeline.From(stages).Text}";

    private static string Protocol(ProtocolOptions protocol) => protocol == new ProtocolOptions() ? "" : string.Create(
        CultureInfo.InvariantCulture,
        $"\nprotocol {protocol.Kind} {protocol.Late} {protocol.OverSelection:R} {protocol.Lambda:R} {protocol.Recompute} {protocol.Buffer} {protocol.MaxStaleness} {protocol.Staleness} {protocol.StalenessA:R} {protocol.StalenessB} {protocol.Mixing:R}");

    private static string Sampling(ParticipationOptions participation) =>
        (participation.Sampling == Sampler.Uniform ? "" : $"\nsampling {participation.Sampling}")
        + (participation.Weights == UpdateWeights.Auto ? "" : $"\nweights {participation.Weights}")
        + (participation.Sites.Count == 0 ? "" : $"\nsites {string.Join(' ', participation.Sites.Order(StringComparer.Ordinal))}");

    // A budget of time decides when, not what; the others decide which round is the last.
    private static string Goals(TerminationOptions goals) => goals with { WallClock = null } == new TerminationOptions()
        ? ""
        : string.Create(CultureInfo.InvariantCulture, $"\nuntil {goals.TargetAccuracy:R} patience {goals.Patience}");

    /// <summary>An id for a new run: short, and different for each instant.</summary>
    /// <param name="fingerprint">The run's fingerprint.</param>
    /// <param name="now">The instant.</param>
    /// <param name="salt">Another one gives another id.</param>
    public static string NewRunId(string fingerprint, DateTimeOffset now, int salt = 0)
    {
        ArgumentException.ThrowIfNullOrEmpty(fingerprint);
        string text = string.Create(CultureInfo.InvariantCulture, $"{fingerprint} {now.UtcTicks} {salt}");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 4));
    }
}
