namespace FedActors.FL.Data.Preparation;

/// <summary>An inspection under way: parts come in one by one, and only hashes of their rows are kept.</summary>
internal sealed class Inspection(DataManifest? manifest, int classes)
{
    // A warning names this many places and counts the rest.
    private const int MaxNamed = 5;

    private readonly List<PartReport> _parts = [];
    private readonly List<InspectionWarning> _warnings = [];
    private readonly Dictionary<UInt128, string> _trainingRows = [];

    /// <summary>Looks a part over. Sites come before the evaluation.</summary>
    public void Add(string name, LabelledExamples examples, bool isEvaluation)
    {
        CheckShape(name, examples);
        int[] counts = CountLabels(name, examples, isEvaluation);
        (float? minimum, float? maximum) = CheckNumbers(name, examples);
        CheckConstants(name, examples);
        CheckTwins(name, examples, isEvaluation);
        _parts.Add(new PartReport(name, examples.Arrays, examples.Count, examples.Features, counts, minimum, maximum));
    }

    /// <summary>Notes something a person should look at.</summary>
    public void Warn(string code, string part, string text) => _warnings.Add(new InspectionWarning(code, part, text));

    /// <summary>What was found so far.</summary>
    public InspectionReport ToReport(string source) => new(source, manifest, _parts, _warnings);

    private void CheckShape(string name, LabelledExamples examples)
    {
        if (manifest is not null && examples.Features != manifest.Features)
        {
            Warn("unusable", name, $"It has {examples.Features} features; the manifest says {manifest.Features}. Create the files of all sites in one go.");
        }
    }

    private int[] CountLabels(string name, LabelledExamples examples, bool isEvaluation)
    {
        int[] counts = new int[classes];
        int outside = 0;
        foreach (int label in examples.Labels)
        {
            if (label < classes)
            {
                counts[label]++;
            }
            else
            {
                outside++;
            }
        }

        if (outside > 0)
        {
            Warn("label-range", name, $"{outside} labels are not 0 to {classes - 1}. Correct them or the manifest.");
        }

        string[] missing = [.. Enumerable.Range(0, classes).Where(label => counts[label] == 0).Select(label => manifest?.ClassNames[label] ?? $"{label}")];
        if (missing.Length > 0)
        {
            string consequence = manifest is null ? "Nothing can be learnt of them from this file."
                : isEvaluation ? "How well a model tells them is not seen."
                : "It still trains the same model as the others; its own model cannot know them.";
            Warn("missing-class", name, $"No examples of {Name(missing)}. {consequence}");
        }

        return counts;
    }

    private (float? Minimum, float? Maximum) CheckNumbers(string name, LabelledExamples examples)
    {
        (float minimum, float maximum) = (float.PositiveInfinity, float.NegativeInfinity);
        int odd = 0;
        int first = -1;
        for (int i = 0; i < examples.Values.Length; i++)
        {
            float value = examples.Values[i];
            if (float.IsFinite(value))
            {
                minimum = Math.Min(minimum, value);
                maximum = Math.Max(maximum, value);
            }
            else if (odd++ == 0)
            {
                first = i;
            }
        }

        if (odd > 0)
        {
            Warn("non-finite", name, $"{odd} numbers are NaN or infinite, the first in row {first / examples.Features}, feature {first % examples.Features}. Remove or fill such rows.");
        }

        return minimum <= maximum ? (minimum, maximum) : (null, null);
    }

    private void CheckConstants(string name, LabelledExamples examples)
    {
        bool[] varies = new bool[examples.Features];
        for (int row = 1; row < examples.Count; row++)
        {
            ReadOnlySpan<float> values = examples.Row(row);
            for (int feature = 0; feature < varies.Length; feature++)
            {
                varies[feature] |= values[feature] != examples.Values[feature];
            }
        }

        string[] constant = [.. Enumerable.Range(0, varies.Length).Where(feature => !varies[feature]).Select(feature => $"{feature}")];
        if (examples.Count > 1 && constant.Length > 0)
        {
            Warn("constant-feature", name, $"Features that never vary: {Name(constant)}. They tell nothing here; a sensor may be broken.");
        }
    }

    private void CheckTwins(string name, LabelledExamples examples, bool isEvaluation)
    {
        HashSet<UInt128> own = [];
        int twins = 0;
        SortedDictionary<string, int> elsewhere = new(StringComparer.Ordinal);
        for (int row = 0; row < examples.Count; row++)
        {
            UInt128 hash = RowHash.Of(examples.Row(row));
            twins += own.Add(hash) ? 0 : 1;
            if (_trainingRows.TryGetValue(hash, out string? site) && site != name)
            {
                elsewhere[site] = elsewhere.GetValueOrDefault(site) + 1;
            }
            else if (!isEvaluation)
            {
                _trainingRows.TryAdd(hash, name);
            }
        }

        if (twins > 0)
        {
            Warn("duplicate-rows", name, $"{twins} of {examples.Count} rows repeat an earlier one.");
        }

        if (elsewhere.Count > 0)
        {
            string where = Name([.. elsewhere.Select(pair => $"{pair.Key} ({pair.Value})")]);
            Warn(
                isEvaluation ? "leaked-rows" : "shared-rows",
                name,
                isEvaluation
                    ? $"Rows that are also trained on, in {where}: its accuracy flatters the model. Split again with a hold-out."
                    : $"Rows that other sites hold too, in {where}.");
        }
    }

    private static string Name(string[] names) =>
        names.Length <= MaxNamed ? string.Join(", ", names) : $"{string.Join(", ", names.Take(MaxNamed))} and {names.Length - MaxNamed} more";
}
