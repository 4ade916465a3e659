using FedActors.FL.Aggregation;
using FedActors.FL.Models;

namespace FedActors.FL.Strategies;

/// <summary>Brings an update that was made from an older model to where the newest one is, so that rules and optimizers see it as if it had been made from that.</summary>
/// <remarks>
/// x is the newest model, y the update, b what it was made from, s its staleness weight. FedAsync (Xie et al. 2019, algorithm 1):
/// x + αs(y - x). FedBuff (Nguyen et al. 2022, algorithm 1) and all other strategies: x + s(y - b), so that the mean of K of them is x plus
/// the buffer's mean difference. FedRec (MetisFL's recency): the mean of every site's last update, this one in place of its former.
/// </remarks>
public static class AsynchronousMix
{
    /// <summary>The update as it is handed to the rule.</summary>
    /// <param name="global">x.</param>
    /// <param name="update">y.</param>
    /// <param name="origin">b.</param>
    /// <param name="stalenessWeight">s, over 0 and at most 1.</param>
    /// <param name="mixing">α where the strategy is FedAsync, else null.</param>
    public static float[] Rebase(ReadOnlySpan<float> global, ReadOnlySpan<float> update, ReadOnlySpan<float> origin, double stalenessWeight, double? mixing)
    {
        if (update.Length != global.Length || origin.Length != global.Length)
        {
            throw new ArgumentException($"The model has {global.Length} numbers, the update {update.Length}, its origin {origin.Length}.", nameof(update));
        }

        float[] rebased = new float[global.Length];
        double factor = (mixing ?? 1) * stalenessWeight;
        ReadOnlySpan<float> from = mixing is null ? origin : global;
        for (int i = 0; i < rebased.Length; i++)
        {
            rebased[i] = (float)(global[i] + (factor * ((double)update[i] - from[i])));
        }

        return rebased;
    }

    /// <summary>The mean of every site's last update, with a new one in place of its site's former.</summary>
    /// <param name="layout">The model's parameters.</param>
    /// <param name="last">Every site's last update that a committed version holds.</param>
    /// <param name="newest">The new one.</param>
    /// <param name="mean">The mean.</param>
    /// <param name="fault">Why there is none.</param>
    /// <remarks>Taken anew from exact sums rather than by taking off and adding, so that a version depends on the updates in it alone.</remarks>
    public static bool TryMean(ParameterLayout layout, SiteVectors last, SiteVector newest, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out ParameterVector? mean, [System.Diagnostics.CodeAnalysis.NotNullWhen(false)] out UpdateFault? fault)
    {
        ArgumentNullException.ThrowIfNull(last);
        ArgumentNullException.ThrowIfNull(newest);
        SiteVector[] all = [.. last.With([newest]).All];
        FederatedAverage average = new(layout);
        mean = average.TryAddAll([.. all.Select(vector => vector.Values)], [.. all.Select(vector => vector.Weight)], out fault) ? average.ToMean() : null;
        return mean is not null;
    }
}
