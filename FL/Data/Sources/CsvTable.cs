namespace FedActors.FL.Data.Sources;

/// <summary>A table of numbers with named columns.</summary>
/// <param name="file">Where it came from.</param>
/// <param name="names">Each column's name, or its number from 1 where the file has no names.</param>
/// <param name="values">[rows, columns] in C order.</param>
public sealed class CsvTable(string file, IReadOnlyList<string> names, double[] values)
{
    /// <summary>Each column's name.</summary>
    public IReadOnlyList<string> Names { get; } = names;

    /// <summary>Rows.</summary>
    public int Rows => values.Length / Names.Count;

    /// <summary>A column's numbers.</summary>
    /// <param name="name">Its name, or its number from 1.</param>
    /// <exception cref="DataFileException">There is no such column.</exception>
    public double[] Column(string name)
    {
        int column = IndexOf(name);
        double[] numbers = new double[Rows];
        for (int row = 0; row < numbers.Length; row++)
        {
            numbers[row] = values[(row * Names.Count) + column];
        }

        return numbers;
    }

    /// <summary>All columns but some, as float32 [rows, columns].</summary>
    /// <param name="without">Names or numbers of those left out.</param>
    /// <exception cref="DataFileException">There is no such column, or none is left.</exception>
    public NpyArray Others(IReadOnlyCollection<string> without)
    {
        HashSet<int> left = [.. without.Select(IndexOf)];
        int[] kept = [.. Enumerable.Range(0, Names.Count).Where(column => !left.Contains(column))];
        if (kept.Length == 0)
        {
            throw new DataFileException(file, null, "no column is left for features", "Give a table with more columns.");
        }

        float[] features = new float[Rows * kept.Length];
        for (int i = 0; i < features.Length; i++)
        {
            (int row, int column) = Math.DivRem(i, kept.Length);
            features[i] = (float)values[(row * Names.Count) + kept[column]];
        }

        return NpyArray.Of(features, Rows, kept.Length);
    }

    private int IndexOf(string name)
    {
        for (int i = 0; i < Names.Count; i++)
        {
            if (Names[i] == name)
            {
                return i;
            }
        }

        return int.TryParse(name, out int number) && number >= 1 && number <= Names.Count
            ? number - 1
            : throw new DataFileException(file, null, $"there is no column {name}; there are: {string.Join(", ", Names.Take(50))}", "Name one of them, or count them from 1.");
    }
}
