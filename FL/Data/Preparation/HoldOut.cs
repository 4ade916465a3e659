using System.Runtime.InteropServices;
using FedActors.FL.Numerics;

namespace FedActors.FL.Data.Preparation;

/// <summary>Chooses the rows that nobody trains on.</summary>
internal static class HoldOut
{
    /// <summary>The largest share that may be held out.</summary>
    public const double MaxFraction = 0.9;

    /// <summary>Chooses about the same share of every class at random.</summary>
    /// <param name="examples">All rows.</param>
    /// <param name="fraction">The share to hold out, 0 to <see cref="MaxFraction"/>.</param>
    /// <param name="random">The order in which rows are taken.</param>
    /// <returns>For each row, whether it is held out.</returns>
    /// <remarks>Rows with equal features stay together: one that is held out has no twin to be learnt by heart.</remarks>
    public static bool[] Choose(LabelledExamples examples, double fraction, RandomStream random)
    {
        bool[] heldOut = new bool[examples.Count];
        SortedDictionary<int, List<List<int>>> twinsByClass = GroupTwins(examples);
        foreach (List<List<int>> groups in twinsByClass.Values)
        {
            random.Shuffle(CollectionsMarshal.AsSpan(groups));
            int rows = groups.Sum(group => group.Count);
            int wanted = (int)Math.Round(rows * fraction);
            foreach (List<int> group in groups)
            {
                if (wanted <= 0)
                {
                    break;
                }

                wanted -= group.Count;
                foreach (int row in group)
                {
                    heldOut[row] = true;
                }
            }
        }

        return heldOut;
    }

    // Groups of equal rows, under the label of each group's first row, in the file's order.
    private static SortedDictionary<int, List<List<int>>> GroupTwins(LabelledExamples examples)
    {
        Dictionary<UInt128, List<int>> twins = [];
        SortedDictionary<int, List<List<int>>> byClass = [];
        for (int row = 0; row < examples.Count; row++)
        {
            UInt128 hash = RowHash.Of(examples.Row(row));
            if (twins.TryGetValue(hash, out List<int>? group))
            {
                group.Add(row);
                continue;
            }

            group = [row];
            twins.Add(hash, group);
            if (!byClass.TryGetValue(examples.Labels[row], out List<List<int>>? groups))
            {
                byClass.Add(examples.Labels[row], groups = []);
            }

            groups.Add(group);
        }

        return byClass;
    }
}
