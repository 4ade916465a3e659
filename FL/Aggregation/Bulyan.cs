using System.Numerics;

namespace FedActors.FL.Aggregation;

/// <summary>Chooses θ = n - 2f updates by Krum, and takes for each coordinate the mean of the β = θ - 2f values nearest to their median.</summary>
/// <remarks>
/// El Mhamdi et al. 2018, section 4. Withstands f attackers where n is at least 4f + 3. Default f: 0, as in Flower.
/// The paper removes the best update and scores the others anew, θ times; ranking them once is what Flower's newer server does.
/// </remarks>
public sealed class Bulyan : AggregationRule
{
    /// <summary>The rule's name.</summary>
    public const string RuleName = "bulyan";

    private readonly bool _rankedOnce;

    /// <summary>A Bulyan.</summary>
    /// <param name="attackers">f: updates that may be anything, at least 0.</param>
    /// <param name="rankedOnce">Whether updates are ranked once instead of anew after each choice.</param>
    public Bulyan(int attackers = 0, bool rankedOnce = false)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(attackers);
        Attackers = attackers;
        _rankedOnce = rankedOnce;
    }

    /// <summary>f: updates that may be anything.</summary>
    public int Attackers { get; }

    /// <inheritdoc/>
    public override string Name => RuleName;

    /// <inheritdoc/>
    public override int MinUpdates => (4 * Attackers) + 3;

    /// <inheritdoc/>
    private protected override string Requirement => $"4f + 3 for f = {Attackers} attackers: lower f, or let more workers take part";

    /// <summary>Which updates are chosen, in the order of choice.</summary>
    public int[] Select<T>(UpdateBatch<T> batch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(batch);
        PairwiseDistances distances = PairwiseDistances.Of(batch);
        int chosen = batch.Count - (2 * Attackers);
        return _rankedOnce ? KrumScores.Lowest(KrumScores.OfAll(distances, Attackers), chosen) : Iterate(distances, chosen);
    }

    private int[] Iterate(PairwiseDistances distances, int count)
    {
        List<int> left = [];
        for (int i = 0; i < distances.Count; i++)
        {
            left.Add(i);
        }

        int[] chosen = new int[count];
        for (int i = 0; i < count; i++)
        {
            int best = KrumScores.Lowest(KrumScores.Among(distances, left.ToArray(), Attackers), 1)[0];
            chosen[i] = left[best];
            left.RemoveAt(best);
        }

        return chosen;
    }

    /// <inheritdoc/>
    private protected override void Reduce<T>(UpdateBatch<T> batch, Span<T> result)
    {
        int[] chosen = Select(batch);
        Array.Sort(chosen);
        int nearest = chosen.Length - (2 * Attackers);
        new SortingNetwork(chosen.Length).Reduce(batch.Pick(chosen), result, (tile, stride, means) => MeanOfNearest(tile, stride, chosen.Length, nearest, means));
    }

    // In a sorted column the nearest values are neighbours: a window that moves up while its lowest is no nearer to the median than the next
    // above it. Where equal values make up one side, as colluding attackers' do, a tie thus takes one from the other side.
    private static void MeanOfNearest<T>(ReadOnlySpan<T> tile, int stride, int rows, int nearest, Span<T> means)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T two = T.One + T.One;
        T count = T.CreateTruncating(nearest);
        for (int i = 0; i < means.Length; i++)
        {
            T median = (tile[((rows - 1) / 2 * stride) + i] + tile[(rows / 2 * stride) + i]) / two;
            int low = 0;
            while (low + nearest < rows && median - tile[(low * stride) + i] >= tile[((low + nearest) * stride) + i] - median)
            {
                low++;
            }

            T sum = T.Zero;
            for (int row = low; row < low + nearest; row++)
            {
                sum += tile[(row * stride) + i];
            }

            means[i] = sum / count;
        }
    }

    /// <summary>For instance <c>bulyan f 2</c>.</summary>
    public override string ToString() => $"{Name} f {Attackers}";
}
