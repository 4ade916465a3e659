using FedActors.FL.Numerics;

namespace FedActors.FL.Data.Preparation;

/// <summary>Puts examples together that are to be dealt out anew.</summary>
public static class PooledExamples
{
    /// <summary>Reads all rows of a file and holds some of them out.</summary>
    /// <param name="reader">A file with <c>X</c> and <c>y</c>, or <c>features</c> and <c>labels</c>.</param>
    /// <param name="share">Share of every class to hold out, 0 to 0.9.</param>
    /// <param name="random">Which rows are held out.</param>
    /// <returns>The rows to deal out, and those held out, or null where none are.</returns>
    /// <exception cref="DataFileException">The file cannot be used.</exception>
    public static (DataSet Pool, DataSet? HeldOut) Read(NpzReader reader, double share, RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(reader);
        ArgumentNullException.ThrowIfNull(random);
        LabelledExamples examples = LabelledExamples.Read(reader);
        DataSet all = examples.ToDataSet(examples.Features, examples.CountClasses());
        bool[] isHeldOut = HoldOut.Choose(examples, share, random);
        int[] held = [.. Enumerable.Range(0, all.Count).Where(row => isHeldOut[row])];
        return held.Length == 0 ? (all, null) : (all.Select([.. Enumerable.Range(0, all.Count).Where(row => !isHeldOut[row])]), all.Select(held));
    }

    /// <summary>The rows of several sets of one shape, one set after another.</summary>
    /// <param name="sets">At least one.</param>
    public static DataSet Join(IReadOnlyList<DataSet> sets)
    {
        ArgumentNullException.ThrowIfNull(sets);
        ArgumentOutOfRangeException.ThrowIfLessThan(sets.Count, 1, nameof(sets));
        float[] values = new float[sets.Sum(set => (long)set.Values.Length)];
        int[] labels = new int[sets.Sum(set => set.Count)];
        int row = 0;
        foreach (DataSet set in sets)
        {
            set.Values.CopyTo(values.AsSpan(row * set.Features));
            set.Labels.CopyTo(labels.AsSpan(row));
            row += set.Count;
        }

        return new DataSet(sets[0].Features, sets[0].Classes, values, labels);
    }
}
