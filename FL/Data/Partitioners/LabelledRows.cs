using FedActors.FL.Numerics;

namespace FedActors.FL.Data;

/// <summary>Row numbers by class, for partitioners.</summary>
internal sealed class LabelledRows
{
    private readonly int[][] _byClass;

    public LabelledRows(ReadOnlySpan<int> labels)
    {
        Count = labels.Length;
        SortedDictionary<int, List<int>> rows = [];
        for (int row = 0; row < labels.Length; row++)
        {
            if (!rows.TryGetValue(labels[row], out List<int>? same))
            {
                rows.Add(labels[row], same = []);
            }

            same.Add(row);
        }

        _byClass = [.. rows.Values.Select(same => same.ToArray())];
    }

    public int Count { get; }

    /// <summary>Classes that have a row.</summary>
    public int Classes => _byClass.Length;

    /// <summary>A class's rows in random order.</summary>
    public int[] Shuffled(int index, RandomStream random)
    {
        int[] rows = (int[])_byClass[index].Clone();
        random.Shuffle(rows.AsSpan());
        return rows;
    }

    /// <summary>All rows, class after class.</summary>
    public int[] InOrderOfClass() => [.. _byClass.SelectMany(rows => rows)];
}
