namespace FedActors.FL.Aggregation;

/// <summary>Krum's score of each update: the sum of its squared distances to the n - f - 2 updates nearest to it.</summary>
/// <remarks>Blanchard et al. 2017, section 4. Of equal scores the update with the lower index comes first.</remarks>
internal static class KrumScores
{
    /// <summary>The scores of all updates.</summary>
    public static double[] OfAll(PairwiseDistances distances, int attackers)
    {
        int[] everyone = new int[distances.Count];
        for (int i = 0; i < everyone.Length; i++)
        {
            everyone[i] = i;
        }

        return Among(distances, everyone, attackers);
    }

    /// <summary>The scores of some updates among themselves.</summary>
    public static double[] Among(PairwiseDistances distances, ReadOnlySpan<int> updates, int attackers)
    {
        int neighbours = Math.Clamp(updates.Length - attackers - 2, 1, Math.Max(updates.Length - 1, 1));
        double[] scores = new double[updates.Length];
        double[] others = new double[Math.Max(updates.Length - 1, 0)];
        for (int i = 0; i < scores.Length; i++)
        {
            int count = 0;
            for (int j = 0; j < updates.Length; j++)
            {
                if (j != i)
                {
                    others[count++] = distances[updates[i], updates[j]];
                }
            }

            Array.Sort(others, 0, count);
            for (int k = 0; k < Math.Min(neighbours, count); k++)
            {
                scores[i] += others[k];
            }
        }

        return scores;
    }

    /// <summary>Positions of the lowest scores, lowest first.</summary>
    public static int[] Lowest(ReadOnlySpan<double> scores, int count)
    {
        double[] keys = scores.ToArray();
        int[] order = new int[keys.Length];
        for (int i = 0; i < order.Length; i++)
        {
            order[i] = i;
        }

        Array.Sort(order, (a, b) => keys[a] != keys[b] ? keys[a].CompareTo(keys[b]) : a.CompareTo(b));
        return order[..count];
    }
}
