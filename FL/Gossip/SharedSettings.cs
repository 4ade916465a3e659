using System.Globalization;
using System.Text;
using FedActors.Crdt;
using FedActors.FL.Configuration;
using FedActors.FL.Strategies;
using FedActors.FL.Topologies;
using FedActors.FL.Training;

namespace FedActors.FL.Gossip;

/// <summary>The settings that decide what peers hold in the end. All peers of a federation have the same, or do not learn together.</summary>
/// <remarks>Names are those of the configuration, so that a person who reads of a difference knows what to change.</remarks>
public sealed class SharedSettings : IEquatable<SharedSettings>
{
    /// <summary>Settings at most; there are half as many, and later versions may add some.</summary>
    public const int MaxCount = 64;

    /// <summary>Characters of an adjacency that are written out; a longer one is told by its hash.</summary>
    private const int MaxEdgesLength = 200;

    private readonly KeyValuePair<string, string>[] _values;

    /// <summary>Takes settings as they are told.</summary>
    /// <param name="values">Names and values; of two with one name the last counts.</param>
    /// <exception cref="ArgumentException">There are more than <see cref="MaxCount"/>.</exception>
    public SharedSettings(IEnumerable<KeyValuePair<string, string>> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        _values = [.. values];
        if (!IsInOrder(_values))
        {
            SortedDictionary<string, string> sorted = new(StringComparer.Ordinal);
            foreach ((string name, string value) in _values)
            {
                sorted[name] = value;
            }

            _values = [.. sorted];
        }

        if (_values.Length > MaxCount)
        {
            throw new ArgumentException($"{_values.Length} settings are more than {MaxCount}.", nameof(values));
        }
    }

    /// <summary>None: what somebody shares who says nothing.</summary>
    public static SharedSettings None { get; } = new([]);

    /// <summary>Names and values, in ordinal order of names.</summary>
    public IReadOnlyCollection<KeyValuePair<string, string>> All => _values;

    /// <summary>What of a peer's rules all must share.</summary>
    public static SharedSettings Of(PeerOptions options, ITopology topology)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(topology);
        TrainingOptions training = options.Training;
        GossipOptions gossip = options.Gossip;
        Dictionary<string, string> values = new(StringComparer.Ordinal)
        {
            ["Seed"] = Text(options.Seed),
            ["Training:Rounds"] = Text(training.Rounds),
            ["Training:LocalEpochs"] = Text(training.LocalEpochs),
            ["Training:BatchSize"] = Text(training.BatchSize),
            ["Training:LearningRate"] = Text(training.LearningRate),
            ["Training:Mu"] = Text(training.Mu),
            ["Training:Optimizer"] = training.Optimizer,
            ["Training:WeightDecay"] = Text(training.WeightDecay),
            ["Training:Schedule"] = training.Schedule,
            ["Strategy:Name"] = options.Strategy.Name,
            ["Gossip:Topology"] = Text(topology),
            ["Gossip:PublicationInterval"] = Text(gossip.PublicationInterval),
            ["Gossip:EntryAgeLimit"] = Text(gossip.AgeLimit),
            ["Gossip:ConvergenceEps"] = Text(gossip.ConvergenceEps),
            ["Gossip:AverageWith"] = PeerStrategy.UsesNeighbours(options) ? "neighbours" : "all",
            ["Gossip:MixingRounds"] = Text(gossip.MixingRounds),
            ["Gossip:ConvergencePatience"] = Text(gossip.ConvergencePatience),
            ["Gossip:MaxBytesPerSecond"] = Text(gossip.MaxBytesPerSecond ?? 0),
        };
        foreach ((string name, string value) in Read(training))
        {
            values[$"Training:{name}"] = value;
        }

        foreach ((string name, string value) in Read(options.Strategy))
        {
            values[$"Strategy:{name}"] = value;
        }

        if (options.Strategy.PreAggregation != PreAggregations.None)
        {
            values["Strategy:PreAggregation"] = options.Strategy.PreAggregation;
            values["Strategy:Malicious"] = Text(options.Strategy.Malicious);
        }

        return new SharedSettings(values);
    }

    /// <summary>Names every setting that two peers have different, with both values.</summary>
    /// <param name="self">Whose these are.</param>
    /// <param name="peer">The other peer.</param>
    /// <param name="theirs">What it has.</param>
    /// <returns>For instance <c>A has Training:LearningRate 0.1, B 0.2</c>.</returns>
    public IEnumerable<string> DescribeDifferences(string self, string peer, SharedSettings theirs)
    {
        ArgumentNullException.ThrowIfNull(theirs);
        if (Equals(theirs))
        {
            yield break;
        }

        Dictionary<string, string> mine = new(_values, StringComparer.Ordinal);
        Dictionary<string, string> others = new(theirs._values, StringComparer.Ordinal);
        foreach (string name in mine.Keys.Union(others.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            string? own = mine.GetValueOrDefault(name);
            string? other = others.GetValueOrDefault(name);
            if (own != other)
            {
                yield return $"{self} has {name} {own ?? "nowhere"}, {peer} {other ?? "nowhere"}";
            }
        }
    }

    /// <inheritdoc/>
    public bool Equals(SharedSettings? other)
    {
        if (other is null || other._values.Length != _values.Length)
        {
            return false;
        }

        for (int i = 0; i < _values.Length; i++)
        {
            if (_values[i].Key != other._values[i].Key || _values[i].Value != other._values[i].Value)
            {
                return false;
            }
        }

        return true;
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as SharedSettings);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        foreach ((string name, string value) in _values)
        {
            hash.Add(name, StringComparer.Ordinal);
            hash.Add(value, StringComparer.Ordinal);
        }

        return hash.ToHashCode();
    }

    private static bool IsInOrder(KeyValuePair<string, string>[] values)
    {
        for (int i = 1; i < values.Length; i++)
        {
            if (string.CompareOrdinal(values[i - 1].Key, values[i].Key) >= 0)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>What an optimizer and a schedule read of theirs.</summary>
    private static IEnumerable<(string Name, string Value)> Read(TrainingOptions training) =>
    [
        .. training.Optimizer switch
        {
            LocalOptimizers.Momentum => [(nameof(training.Momentum), Text(training.Momentum))],
            LocalOptimizers.Adam => new[] { (nameof(training.Beta1), Text(training.Beta1)), (nameof(training.Beta2), Text(training.Beta2)), (nameof(training.Epsilon), Text(training.Epsilon)) },
            _ => [],
        },
        .. training.Schedule == LearningRates.Constant
            ? []
            : new[] { (nameof(training.ScheduleRounds), Text(training.ScheduleRounds)), (nameof(training.ScheduleFactor), Text(training.ScheduleFactor)) },
    ];

    /// <summary>What a strategy reads of its settings.</summary>
    private static IEnumerable<(string Name, string Value)> Read(StrategyOptions strategy) => strategy.Name switch
    {
        StrategyNames.FedTrimmedAvg => [("Trim", Text(strategy.Trim))],
        StrategyNames.Krum or StrategyNames.Bulyan => [("Malicious", Text(strategy.Malicious))],
        StrategyNames.MultiKrum => [("Malicious", Text(strategy.Malicious)), ("Keep", Text(strategy.Keep))],
        StrategyNames.Rfa => [("Iterations", Text(strategy.Iterations)), ("Smoothing", Text(strategy.Smoothing))],
        StrategyNames.NormClipping => [("ClipNorm", Text(strategy.ClipNorm))],
        StrategyNames.CenteredClipping => [("ClipNorm", Text(strategy.ClipNorm)), ("Iterations", Text(strategy.Iterations))],
        StrategyNames.GossipAvg => [("Mixing", Text(strategy.Mixing))],
        StrategyNames.Balance => [("Gamma", Text(strategy.Gamma)), ("Kappa", Text(strategy.Kappa)), ("OwnShare", Text(strategy.OwnShare))],
        StrategyNames.Ubar => [("OwnShare", Text(strategy.OwnShare)), ("Nearest", Text(strategy.Nearest))],
        _ => [],
    };

    private static string Text(ITopology topology)
    {
        string text = topology is CustomTopology custom ? custom.ToString() : topology.Name;
        return text.Length <= MaxEdgesLength ? text : $"{topology.Name} with edges {ContentHash.Of(Encoding.UTF8.GetBytes(text)).ToString()[..8]}";
    }

    private static string Text(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);
}
