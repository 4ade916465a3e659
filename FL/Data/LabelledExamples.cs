using FedActors.FL.Models;

namespace FedActors.FL.Data;

/// <summary>Examples and labels as a file holds them, before anything says how many classes there are.</summary>
internal sealed class LabelledExamples
{
    private LabelledExamples(string file, string arrays, float[] values, int features, int[] labels)
    {
        File = file;
        Arrays = arrays;
        Values = values;
        Features = features;
        Labels = labels;
    }

    /// <summary>The file that they came from.</summary>
    public string File { get; }

    /// <summary>The arrays they were read from, for instance <c>X &lt;f4 [6435, 36], y &lt;i8 [6435]</c>.</summary>
    public string Arrays { get; }

    /// <summary>[count, features] in C order.</summary>
    public float[] Values { get; }

    /// <summary>Numbers per example.</summary>
    public int Features { get; }

    /// <summary>One for each example, 0 or more.</summary>
    public int[] Labels { get; }

    /// <summary>Examples.</summary>
    public int Count => Labels.Length;

    /// <summary>Reads arrays <c>X</c> and <c>y</c>, or <c>features</c> and <c>labels</c>.</summary>
    /// <exception cref="DataFileException">They are missing, do not fit each other, or labels are not whole numbers from 0.</exception>
    public static LabelledExamples Read(NpzReader reader)
    {
        (string x, string y) = NamesIn(reader);
        return Of(reader.File, x, reader.Read(x), y, reader.Read(y));
    }

    /// <summary>What the arrays of examples and labels are called.</summary>
    public static (string Examples, string Labels) NamesIn(NpzReader reader) =>
        reader.Contains("features") && reader.Contains("labels") && !reader.Contains("X") ? ("features", "labels") : ("X", "y");

    /// <summary>Two arrays that belong together.</summary>
    /// <param name="file">Where they came from.</param>
    /// <param name="x">What the examples' array is called there.</param>
    /// <param name="examples">[examples, features].</param>
    /// <param name="y">What the labels' array is called.</param>
    /// <param name="labels">[examples].</param>
    /// <exception cref="DataFileException">They do not fit each other, or labels are not whole numbers from 0.</exception>
    public static LabelledExamples Of(string file, string x, NpyArray examples, string y, NpyArray labels)
    {
        if (examples.Shape is not [int rows, >= 1 and int features])
        {
            throw new DataFileException(file, x, $"its shape is [{string.Join(", ", examples.Shape)}], not [examples, features]", "Reshape it to two dimensions.");
        }

        if (labels.Shape is not [int labelled] || labelled != rows)
        {
            throw new DataFileException(file, y, $"its shape is [{string.Join(", ", labels.Shape)}]; {x} has {rows} rows", "Give one label for each row.");
        }

        return new LabelledExamples(file, $"{x} {examples}, {y} {labels}", examples.ToSingles(), features, ToLabels(file, y, labels));
    }

    /// <summary>A data set's examples, under the name of the file that they came from.</summary>
    public static LabelledExamples Of(string file, DataSet data)
    {
        NpyArray x = NpyArray.Of(data.Values.ToArray(), data.Count, data.Features);
        return new LabelledExamples(file, $"X {x}, y <i8 [{data.Count}]", x.ToSingles(), data.Features, data.Labels.ToArray());
    }

    /// <summary>One more than the largest label, and at least 2. Only where all sites' rows are together does that count the classes.</summary>
    /// <exception cref="DataFileException">There are more classes than a model can have.</exception>
    public int CountClasses()
    {
        long classes = 2;
        foreach (int label in Labels)
        {
            classes = Math.Max(classes, label + 1L);
        }

        return classes <= ModelSpecification.MaxClasses
            ? (int)classes
            : throw new DataFileException(File, null, $"the largest label is {classes - 1}; a model has at most {ModelSpecification.MaxClasses} classes", "Number the classes 0, 1, 2 and so on.");
    }

    /// <summary>One example.</summary>
    public ReadOnlySpan<float> Row(int index) => Values.AsSpan(index * Features, Features);

    /// <summary>The examples as a data set that can be trained on.</summary>
    /// <exception cref="DataFileException">They do not fit the numbers given, or a number is not finite.</exception>
    public DataSet ToDataSet(int features, int classes)
    {
        if (features != Features)
        {
            throw new DataFileException(File, null, $"it has {Features} features; {features} are expected", "Create the files of all sites in one go.");
        }

        int bad = Labels.AsSpan().IndexOfAnyExceptInRange(0, classes - 1);
        if (bad >= 0)
        {
            throw new DataFileException(File, null, $"row {bad} has label {Labels[bad]}; {classes} classes allow 0 to {classes - 1}", "Correct the label or the manifest.");
        }

        int odd = Values.AsSpan().IndexOfAnyExceptInRange(float.MinValue, float.MaxValue);
        return odd < 0
            ? new DataSet(features, classes, Values, Labels)
            : throw new DataFileException(File, null, $"row {odd / Features}, feature {odd % Features} is {Values[odd]}", "Remove or fill such rows; 'fedactors data inspect' finds them.");
    }

    /// <summary>Labels as they are trained on.</summary>
    /// <exception cref="DataFileException">They are not whole numbers from 0.</exception>
    public static int[] ToLabels(string file, string name, NpyArray array)
    {
        if (!array.TryToIntegers(out long[] labels, out int index))
        {
            throw new DataFileException(file, name, $"label {index} is not a whole number", "Labels are 0, 1, 2 and so on.");
        }

        int bad = labels.AsSpan().IndexOfAnyExceptInRange(0, int.MaxValue);
        return bad < 0
            ? Array.ConvertAll(labels, label => (int)label)
            : throw new DataFileException(file, name, $"label {bad} is {labels[bad]}", "Labels are 0, 1, 2 and so on.");
    }
}
