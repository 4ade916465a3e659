using FedActors.FL.Data.Sources;
using FedActors.FL.Numerics;

namespace FedActors.FL.Data.Preparation;

/// <summary>Spreads the rows of one file over sites: as a column of groups says, or at random.</summary>
public static class DataSplit
{
    private const string Evaluation = "evaluation";
    private const int Letters = 26;

    /// <summary>Splits a file.</summary>
    /// <param name="source">A file of any kind that <see cref="ExampleSource"/> reads.</param>
    /// <param name="folder">Where to write the manifest and the sites' files.</param>
    /// <param name="options">How.</param>
    /// <returns>The manifest that was written.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The hold-out is not 0 to 0.9, or the sites are not 1 to <see cref="DataManifest.MaxSites"/>.</exception>
    /// <exception cref="ArgumentException">The class names are not one for each class.</exception>
    /// <exception cref="DataFileException">The source cannot be used, a part would be empty, or the folder cannot be written or holds a data set.</exception>
    public static DataManifest Split(string source, string folder, SplitOptions options)
    {
        ArgumentException.ThrowIfNullOrEmpty(source);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(options);
        CheckOptions(options);
        FolderWriter.CheckFree(folder, options.Overwrite);
        ExampleSource opened = ExampleSource.Open(source, options.Labels, options.Groups, options.HoldOutArray);
        LabelledExamples examples = opened.Examples;

        // All sites' rows are here, so the labels of all of them are too: this is the one place where classes may be counted.
        int classes = options.Classes ?? examples.CountClasses();
        if (options.ClassNames is { } names && names.Count != classes)
        {
            throw new ArgumentException($"There are {names.Count} class names for {classes} classes.", nameof(options));
        }

        DataSet all = examples.ToDataSet(examples.Features, classes);
        bool[] heldOut = options.HoldOutArray is { } column
            ? Array.ConvertAll(opened.Column(column), value => value != 0)
            : HoldOut.Choose(examples, options.HoldOut, RandomStream.For(options.Seed, "hold-out"));
        SortedDictionary<long, List<int>> parts = options.Groups is { } groups
            ? ByGroup(opened.Column(groups), heldOut)
            : ByDeal(all.Labels, heldOut, options);
        if (parts.Count is 0 or > DataManifest.MaxSites)
        {
            throw new DataFileException(source, options.Groups, $"the rows that are left make {parts.Count} sites; 1 to {DataManifest.MaxSites} are allowed", "Hold out less, or group otherwise.");
        }

        int[] evaluation = [.. Enumerable.Range(0, all.Count).Where(row => heldOut[row])];
        KeyValuePair<string, DataSet>? held = evaluation.Length > 0
            ? KeyValuePair.Create(Evaluation, all.Select(evaluation))
            : options.Evaluation is { } apart ? KeyValuePair.Create(Evaluation, ExampleSource.Open(apart, options.EvaluationLabels).Examples.ToDataSet(all.Features, classes)) : null;
        if (held is null && (options.HoldOut > 0 || options.HoldOutArray is not null))
        {
            throw new DataFileException(source, options.HoldOutArray, "no row would be held out", "Hold out a larger share, or say 0 to go without an evaluation.");
        }

        DataManifest draft = new()
        {
            Name = options.Name ?? Path.GetFileNameWithoutExtension(source),
            Features = all.Features,
            Classes = classes,
            ClassNames = options.ClassNames ?? [.. Enumerable.Range(0, classes).Select(label => $"class {label}")],
            Sites = [],
            Provenance = Describe(source, options, [.. parts.Keys]),
        };
        return FolderWriter.Write(
            folder,
            draft,
            [.. parts.Values.Select((rows, index) => KeyValuePair.Create(NameOf(index, parts.Count), Shifted(all.Select([.. rows]), NameOf(index, parts.Count), options)))],
            held);
    }

    private static void CheckOptions(SplitOptions options)
    {
        if (!(options.HoldOut >= 0 && options.HoldOut <= HoldOut.MaxFraction))
        {
            throw new ArgumentOutOfRangeException(nameof(options), options.HoldOut, FormattableString.Invariant($"The share to hold out is {options.HoldOut}: it must be from 0 to {HoldOut.MaxFraction}."));
        }

        if (options.Evaluation is not null && (options.HoldOut > 0 || options.HoldOutArray is not null))
        {
            throw new ArgumentException("The evaluation's rows come from a file of their own, so that none is held out: say --hold-out 0.", nameof(options));
        }

        if (options.Sites is < 1 or > DataManifest.MaxSites)
        {
            throw new ArgumentOutOfRangeException(nameof(options), options.Sites, $"The number of sites is {options.Sites}: it must be from 1 to {DataManifest.MaxSites}.");
        }
    }

    private static SortedDictionary<long, List<int>> ByGroup(long[] groups, bool[] heldOut)
    {
        SortedDictionary<long, List<int>> parts = [];
        for (int row = 0; row < groups.Length; row++)
        {
            if (heldOut[row])
            {
                continue;
            }

            if (!parts.TryGetValue(groups[row], out List<int>? rows))
            {
                parts.Add(groups[row], rows = []);
            }

            rows.Add(row);
        }

        return parts;
    }

    private static SortedDictionary<long, List<int>> ByDeal(ReadOnlySpan<int> labels, bool[] heldOut, SplitOptions options)
    {
        int[] rows = [.. Enumerable.Range(0, heldOut.Length).Where(row => !heldOut[row])];
        if (options.Partitioner is { } partitioner)
        {
            int[] left = new int[rows.Length];
            for (int i = 0; i < left.Length; i++)
            {
                left[i] = labels[rows[i]];
            }

            SortedDictionary<long, List<int>> dealt = [];
            foreach (int[] part in partitioner.Partition(left, options.Sites, options.Seed))
            {
                dealt.Add(dealt.Count, [.. part.Select(row => rows[row])]);
            }

            return dealt;
        }

        RandomStream.For(options.Seed, "deal").Shuffle(rows.AsSpan());
        SortedDictionary<long, List<int>> parts = [];
        for (int i = 0; i < rows.Length; i++)
        {
            int site = i % options.Sites;
            if (i == site)
            {
                parts.Add(site, []);
            }

            parts[site].Add(rows[i]);
        }

        return parts;
    }

    private static DataSet Shifted(DataSet part, string site, SplitOptions options) =>
        options.Shift is { } kind ? FeatureShift.Apply(part, kind, options.Seed, site) : part;

    private static string NameOf(int index, int count) => count <= Letters ? ((char)('A' + index)).ToString() : $"S{index + 1:0000}";

    private static string Describe(string source, SplitOptions options, IReadOnlyCollection<long> groups)
    {
        string how = options.Groups is { } column
            ? $"grouped by {column} ({string.Join(", ", groups.Take(Letters).Select((group, index) => $"{NameOf(index, groups.Count)}: {group}"))}{(groups.Count > Letters ? ", ..." : "")})"
            : options.Partitioner is { } partitioner ? $"dealt out by {partitioner.Name}" : "dealt out at random";
        how += options.Shift is { } kind ? $", features shifted by {kind}" : "";
        string hold = options.HoldOutArray is { } array ? $"evaluation where {array} is not 0" : $"{options.HoldOut} of each class held out";
        return $"Split from {Path.GetFileName(source)}: {how}; {hold}; seed {options.Seed}.";
    }
}
