using System.Diagnostics.CodeAnalysis;
using FedActors.FL.Aggregation;
using FedActors.FL.Configuration;
using FedActors.FL.Models;
using FedActors.FL.Strategies;
using FedActors.FL.Topologies;

namespace FedActors.FL.Gossip;

/// <summary>How a peer makes one model of several.</summary>
/// <remarks>
/// The result depends on the models alone, so that peers which hold the same models hold the same mean, whatever each of them held before.
/// Rules that measure from a reference therefore take the median of each coordinate for it, and not the parameters from which training began.
/// Among neighbours each peer measures from its own model instead. What peers come to in the end counts all models alike: by gossipavg that
/// is their plain mean, which mixing keeps, and by balance and ubar their median, since nobody is next to all whom it would have to judge.
/// </remarks>
public sealed class PeerStrategy
{
    private readonly StrategyOptions _options;
    private readonly Strategy _strategy;

    /// <summary>Makes one.</summary>
    /// <param name="options">Its name and parameters.</param>
    /// <param name="training">What peers do with their data.</param>
    /// <exception cref="ArgumentException">It does not work in gossip mode; the text of <c>FindFault</c>.</exception>
    public PeerStrategy(StrategyOptions options, TrainingOptions training)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(training);
        if (FindFault(options) is { } fault)
        {
            throw new ArgumentException(fault, nameof(options));
        }

        _options = options;
        _strategy = Global(options, training.LearningRate);
    }

    /// <summary>Whether peers average with their neighbours in the topology, and not with all.</summary>
    public static bool UsesNeighbours(PeerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options.Gossip.AveragesWithNeighbours || StrategyNames.Neighbours.Contains(options.Strategy.Name);
    }

    /// <summary>Says why peers cannot use a strategy, and what they can use instead; or null.</summary>
    /// <param name="options">Its name and parameters.</param>
    /// <param name="peers">How many peers there are; null if that is not known.</param>
    public static string? FindFault(StrategyOptions options, int? peers = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (!StrategyNames.Peers.Contains(options.Name))
        {
            string why = options.Name switch
            {
                StrategyNames.FedAvgM or StrategyNames.FedAdagrad or StrategyNames.FedAdam or StrategyNames.FedYogi => "its server remembers steps from round to round, and among peers nobody is it",
                StrategyNames.Scaffold => "its control variates live with a provider",
                StrategyNames.FedNova or StrategyNames.QFedAvg => "it needs what a site measured in training, which models of peers do not say",
                _ when StrategyNames.All.Contains(options.Name) => "it needs a provider that takes updates in as they come",
                _ => "nobody knows it",
            };
            return $"strategy {options.Name} does not work in gossip mode: {why}; use one of {string.Join(", ", StrategyNames.Peers)}";
        }

        return peers is { } count && Global(options, learningRate: 1).Rule?.FindFault(count) is { } fault
            ? $"with {count} peers {fault} Fewer malicious ones, or more peers; or use {StrategyNames.FedMedian} or {StrategyNames.Rfa}, which need no certain number"
            : null;
    }

    /// <summary>Says why peers cannot learn together by their rules, and what would do; or null.</summary>
    /// <param name="options">The rules.</param>
    /// <param name="topology">Who gossips with whom.</param>
    /// <param name="peers">All peers.</param>
    public static string? FindFault(PeerOptions options, ITopology topology, IReadOnlyCollection<string> peers)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(peers);
        return FindFault(options.Strategy, peers.Count)
            ?? TopologyFit.FindFault(options.Strategy.Name, UsesNeighbours(options), Global(options.Strategy, learningRate: 1).MinUpdates, topology, peers);
    }

    /// <summary>Makes one model of several.</summary>
    /// <param name="layout">Their parameters.</param>
    /// <param name="request">Which.</param>
    /// <param name="lossOf">The mean loss of parameters on the peer's own data; asked by ubar alone.</param>
    /// <param name="faults">Takes in which models do not count, and why.</param>
    /// <param name="mean">The model; unchanged are the others.</param>
    /// <param name="reason">Why there is none.</param>
    public bool TryAverage(
        ParameterLayout layout, ComputeMean request, Func<ParameterVector, double> lossOf, ICollection<string> faults,
        [NotNullWhen(true)] out ParameterVector? mean, [NotNullWhen(false)] out string? reason)
    {
        ArgumentNullException.ThrowIfNull(layout);
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(lossOf);
        ArgumentNullException.ThrowIfNull(faults);
        List<ModelEntry> sound = [];
        List<double> mixing = [];
        for (int i = 0; i < request.Entries.Count; i++)
        {
            ModelEntry entry = request.Entries[i];
            if (UpdateInspection.FindFault(layout, entry.Parameters.Values, entry.Samples, out _) is { } fault)
            {
                faults.Add($"the model of {entry.Peer}, round {entry.Round}, does not count: {fault.Text}");
            }
            else
            {
                sound.Add(entry);
                mixing.Add(request.Around?.Mixing[i] ?? 0);
            }
        }

        mean = null;
        if (sound.Count == 0)
        {
            reason = string.Join("; ", faults);
            return false;
        }

        int own = request.Around is { } around ? sound.FindIndex(entry => entry.Peer == around.Self) : -1;
        if (own >= 0 && StrategyNames.Neighbours.Contains(_options.Name))
        {
            (mean, reason) = (new ParameterVector(layout, OfNeighbours(sound, mixing, own, request.Around!.Elapsed, lossOf)), null);
            return true;
        }

        IUpdateReducer reducer = _strategy.Open(layout, !(_strategy.Rule is { NeedsReference: true }) ? default : own >= 0 ? sound[own].Parameters.Memory : MedianOf(sound));
        foreach (ModelEntry entry in sound)
        {
            if (!reducer.TryAdd(new ContributedUpdate(entry.Peer, entry.Parameters.Memory, _options.Name == StrategyNames.GossipAvg ? 1 : entry.Samples), out UpdateFault? fault))
            {
                faults.Add($"the model of {entry.Peer}, round {entry.Round}, does not count: {fault.Text}");
            }
        }

        return reducer.TryReduce(out mean, out reason);
    }

    /// <summary>What makes one model of all, where all count alike.</summary>
    private static Strategy Global(StrategyOptions options, float learningRate) => Strategy.From(
        options.Name switch
        {
            StrategyNames.GossipAvg => options with { Name = StrategyNames.FedAvg },
            StrategyNames.Balance or StrategyNames.Ubar => options with { Name = StrategyNames.FedMedian },
            _ => options,
        },
        learningRate);

    private float[] OfNeighbours(List<ModelEntry> models, List<double> mixing, int own, double elapsed, Func<ParameterVector, double> lossOf)
    {
        double[] shares = _options.Name switch
        {
            StrategyNames.Balance => NeighbourShares.Balance(models, own, elapsed, _options),
            StrategyNames.Ubar => NeighbourShares.Ubar(models, own, lossOf, _options),
            _ => NeighbourShares.GossipAvg(mixing, own, _options),
        };
        float[] result = new float[models[own].Parameters.Count];
        for (int i = 0; i < result.Length; i++)
        {
            double sum = 0;
            for (int model = 0; model < shares.Length; model++)
            {
                sum += shares[model] * models[model].Parameters.Values[i];
            }

            result[i] = (float)sum;
        }

        return result;
    }

    private static float[] MedianOf(List<ModelEntry> entries)
    {
        double[] weights = new double[entries.Count];
        Array.Fill(weights, 1);
        return new CoordinateMedian().Reduce(new UpdateBatch<float>([.. entries.Select(entry => entry.Parameters.Memory)], weights));
    }
}
