namespace FedActors.FL.Data.Sources;

/// <summary>Labelled examples from a file of any kind that is read, and further columns of it.</summary>
/// <remarks>
/// npz with X and y; npy with the labels in another file; CSV whose label column is named, or the last; IDX, gzipped or not, with the
/// labels in a file whose name says <c>labels-idx1</c> where the examples' says <c>images-idx3</c>, or that is named.
/// </remarks>
internal sealed class ExampleSource
{
    private readonly Func<string, NpyArray> _column;

    private ExampleSource(LabelledExamples examples, Func<string, NpyArray> column) => (Examples, _column) = (examples, column);

    /// <summary>The examples.</summary>
    public LabelledExamples Examples { get; }

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="labels">The labels' file for npy and IDX, the label column for CSV; null for what is usual.</param>
    /// <param name="others">Columns of a CSV that are not features, such as groups.</param>
    /// <exception cref="DataFileException">The file is missing, damaged, too large, or its parts do not fit each other.</exception>
    public static ExampleSource Open(string path, string? labels = null, params ReadOnlySpan<string?> others)
    {
        if (path.EndsWith(".csv", StringComparison.OrdinalIgnoreCase))
        {
            return OfTable(path, labels, others);
        }

        if (path.EndsWith(".npy", StringComparison.OrdinalIgnoreCase))
        {
            return OfPair(path, NpyReader.Read(path), labels ?? throw new DataFileException(path, null, "an npy file holds examples without labels", "Name the file of their labels with --labels."));
        }

        if (IdxReader.Recognises(path))
        {
            return OfPair(path, Flat(IdxReader.Read(path)), labels ?? LabelsBeside(path));
        }

        if (labels is not null)
        {
            throw new DataFileException(path, null, "an npz file holds its labels itself, as y or labels", "Leave --labels out.");
        }

        using NpzReader reader = NpzReader.Open(path);
        return new ExampleSource(LabelledExamples.Read(reader), name =>
        {
            using NpzReader again = NpzReader.Open(path);
            return again.Read(name);
        });
    }

    /// <summary>A whole number for each example, from another array or column.</summary>
    /// <exception cref="DataFileException">There is none of this name, or it is not a whole number for each example.</exception>
    public long[] Column(string name)
    {
        NpyArray column = _column(name);
        if (column.Shape is not [int length] || length != Examples.Count)
        {
            throw new DataFileException(Examples.File, name, $"its shape is [{string.Join(", ", column.Shape)}]; there are {Examples.Count} examples", "Give one number for each example.");
        }

        return column.TryToIntegers(out long[] values, out int index)
            ? values
            : throw new DataFileException(Examples.File, name, $"element {index} is not a whole number", "Number the groups.");
    }

    private static ExampleSource OfTable(string path, string? label, ReadOnlySpan<string?> others)
    {
        CsvTable table = CsvReader.Read(path);
        string column = label ?? table.Names[^1];
        List<string> without = [column];
        foreach (string? other in others)
        {
            if (other is not null)
            {
                without.Add(other);
            }
        }

        double[] labels = table.Column(column);
        return new ExampleSource(
            LabelledExamples.Of(path, "features", table.Others(without), column, NpyArray.Of(labels, labels.Length)),
            name => NpyArray.Of(table.Column(name), table.Rows));
    }

    private static ExampleSource OfPair(string path, NpyArray examples, string labels)
    {
        NpyArray numbers = IdxReader.Recognises(labels) ? IdxReader.Read(labels) : NpyReader.Read(labels);
        return new ExampleSource(
            LabelledExamples.Of(path, "examples", examples, labels, numbers),
            name => throw new DataFileException(path, null, $"it has no column {name}", "Save the data with numpy.savez to have columns beside examples and labels."));
    }

    // A picture's rows and columns are features like others.
    private static NpyArray Flat(NpyArray array) => array.Shape is [int rows, _, .., _] && rows > 0
        ? NpyArray.Of(array.Values<byte>().ToArray(), rows, array.Count / rows)
        : array;

    private static string LabelsBeside(string path)
    {
        string name = Path.GetFileName(path);
        string beside = Path.Combine(Path.GetDirectoryName(path) ?? "", name.Replace("images", "labels", StringComparison.Ordinal).Replace("idx3", "idx1", StringComparison.Ordinal));
        return beside != path && File.Exists(beside)
            ? beside
            : throw new DataFileException(path, null, "an IDX file holds examples without labels", "Name the file of their labels with --labels.");
    }
}
