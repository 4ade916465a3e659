using FedActors.FL.Configuration;
using FedActors.FL.Models;

namespace FedActors.FL.Gossip;

/// <summary>What each model of a neighbourhood counts for, by the rules for neighbours. Shares sum to 1.</summary>
internal static class NeighbourShares
{
    /// <summary>x_i + α Σ_j w_ij (x_j - x_i), with Metropolis-Hastings weights w.</summary>
    /// <remarks>Xiao and Boyd 2004. α is Murmura's mixing parameter, default 0.5: with 1 it is one step of the matrix, with 0 nobody listens.</remarks>
    public static double[] GossipAvg(List<double> mixing, int own, StrategyOptions options)
    {
        double[] shares = [.. mixing.Select(weight => options.Mixing * weight)];
        shares[own] = 0;

        // What sound models do not count for is the peer's own.
        shares[own] = 1 - shares.Sum();
        return shares;
    }

    /// <summary>
    /// A neighbour is taken if ‖x_i - x_j‖ ≤ γ exp(-κ t/T) ‖x_i‖, and if none is, the nearest one. Those who are taken count alike for 1 - α
    /// together.
    /// </summary>
    /// <remarks>Fang et al. 2024, Byzantine-Robust Decentralized Federated Learning, equations 4 and 5. Defaults: γ 2, κ 1, α 0.5.</remarks>
    public static double[] Balance(List<ModelEntry> models, int own, double elapsed, StrategyOptions options)
    {
        double[] distances = DistancesFrom(models, own);
        ParameterVector zero = new(models[own].Parameters.Layout);
        double limit = options.Gamma * Math.Exp(-options.Kappa * elapsed) * models[own].Parameters.DistanceTo(zero);
        List<int> taken = [.. ByDistance(distances, own).Where(model => distances[model] <= limit)];
        if (taken.Count == 0)
        {
            taken.AddRange(ByDistance(distances, own).Take(1));
        }

        return Share(models.Count, own, taken, options.OwnShare);
    }

    /// <summary>
    /// Of the neighbours the share ρ that is nearest is tried on the peer's own data; those whose loss is not above its own model's are taken,
    /// and if none is, the best one. Those who are taken count alike for 1 - α together.
    /// </summary>
    /// <remarks>Guo et al. 2021, Byzantine-Resilient Decentralized Stochastic Gradient Descent, algorithm 2. Defaults: ρ 0.4, α 0.5.</remarks>
    public static double[] Ubar(List<ModelEntry> models, int own, Func<ParameterVector, double> lossOf, StrategyOptions options)
    {
        int count = Math.Max(1, (int)Math.Ceiling(options.Nearest * (models.Count - 1)));
        int[] near = [.. ByDistance(DistancesFrom(models, own), own).Take(count)];
        double[] losses = [.. near.Select(model => lossOf(models[model].Parameters))];
        double limit = lossOf(models[own].Parameters);
        List<int> taken = [.. near.Where((_, i) => losses[i] <= limit)];
        if (taken.Count == 0 && near.Length > 0)
        {
            taken.Add(near[Array.IndexOf(losses, losses.Min())]);
        }

        return Share(models.Count, own, taken, options.OwnShare);
    }

    private static double[] Share(int count, int own, List<int> taken, double ownShare)
    {
        double[] shares = new double[count];
        foreach (int model in taken)
        {
            shares[model] = (1 - ownShare) / taken.Count;
        }

        shares[own] = taken.Count == 0 ? 1 : ownShare;
        return shares;
    }

    private static double[] DistancesFrom(List<ModelEntry> models, int own) => [.. models.Select(model => model.Parameters.DistanceTo(models[own].Parameters))];

    // Models come in the order of peers' names, which breaks ties.
    private static IEnumerable<int> ByDistance(double[] distances, int own) => Enumerable.Range(0, distances.Length).Where(model => model != own).OrderBy(model => distances[model]);
}
