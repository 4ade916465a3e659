using FedActors.FL.Numerics;

namespace FedActors.FL.Data.Preparation;

/// <summary>Makes four regions of EuroSAT features, three of them with a sensor's fault of their own.</summary>
/// <remarks>
/// A holds forest, herbaceous vegetation, pasture and permanent crop under haze: x · 0.8 + N(0, 0.05²). B holds highway, industrial
/// and residential with a colour cast: one offset from U(-0.15, 0.15) for each feature. C holds annual crop, river and sea or lake
/// with contrast: x · 1.2. D, the control, is unshifted, holds all classes and is for evaluation only: its rows are held out before
/// the others are made, so that none of them, nor a twin, is trained on anywhere.
/// </remarks>
public static class EuroSatPreparation
{
    private const float HazeScale = 0.8f;
    private const float HazeNoise = 0.05f;
    private const float ColourRange = 0.15f;
    private const float ContrastScale = 1.2f;

    private static readonly string[] ClassNames =
    [
        "AnnualCrop", "Forest", "HerbaceousVegetation", "Highway", "Industrial", "Pasture", "PermanentCrop", "Residential", "River", "SeaLake",
    ];

    private static readonly (string Name, int[] Classes, Action<float[], int, RandomStream> Shift)[] Regions =
    [
        ("A", [1, 2, 5, 6], Haze),
        ("B", [3, 4, 7], Colour),
        ("C", [0, 8, 9], Contrast),
    ];

    /// <summary>Makes the regions.</summary>
    /// <param name="source">An npz file with <c>features</c> [examples, features] and <c>labels</c> 0 to 9 [examples].</param>
    /// <param name="folder">Where to write the manifest and the regions' files.</param>
    /// <param name="options">Seed and hold-out.</param>
    /// <returns>The manifest that was written.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The hold-out is not over 0 and at most 0.9.</exception>
    /// <exception cref="DataFileException">The source cannot be used, a region would be empty, or the folder cannot be written or holds a data set.</exception>
    public static DataManifest Prepare(string source, string folder, EuroSatOptions options)
    {
        ArgumentException.ThrowIfNullOrEmpty(source);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(options);
        if (!(options.HoldOut > 0 && options.HoldOut <= HoldOut.MaxFraction))
        {
            throw new ArgumentOutOfRangeException(nameof(options), options.HoldOut, $"The hold-out is over 0 and at most {HoldOut.MaxFraction}.");
        }

        FolderWriter.CheckFree(folder, options.Overwrite);
        using NpzReader reader = NpzReader.Open(source);
        LabelledExamples examples = LabelledExamples.Read(reader);
        DataSet all = examples.ToDataSet(examples.Features, ClassNames.Length);
        bool[] heldOut = HoldOut.Choose(examples, options.HoldOut, RandomStream.For(options.Seed, "hold-out"));
        KeyValuePair<string, DataSet>[] sites = [.. Regions.Select(region =>
        {
            DataSet rows = Choose(source, all, row => !heldOut[row] && region.Classes.Contains(all.Labels[row]), region.Name);
            float[] values = rows.Values.ToArray();
            region.Shift(values, rows.Features, RandomStream.For(options.Seed, "shift", region.Name));
            return KeyValuePair.Create(region.Name, new DataSet(rows.Features, rows.Classes, values, rows.Labels.ToArray()));
        })];
        DataManifest draft = new()
        {
            Name = "eurosat",
            Features = all.Features,
            Classes = all.Classes,
            ClassNames = ClassNames,
            Sites = [],
            Provenance = $"EuroSAT features (Helber et al. 2019) from {Path.GetFileName(source)}; regions A haze, B colour, C contrast, D held out; seed {options.Seed}, hold-out {options.HoldOut}.",
        };
        return FolderWriter.Write(folder, draft, sites, KeyValuePair.Create("D", Choose(source, all, row => heldOut[row], "D")));
    }

    private static DataSet Choose(string source, DataSet all, Func<int, bool> belongs, string region)
    {
        int[] rows = [.. Enumerable.Range(0, all.Count).Where(belongs)];
        return rows.Length > 0
            ? all.Select(rows)
            : throw new DataFileException(source, null, $"region {region} would have no rows", "Use the features of the whole EuroSAT data set.");
    }

    private static void Haze(float[] values, int features, RandomStream random)
    {
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (values[i] * HazeScale) + ((float)random.NextGaussian() * HazeNoise);
        }
    }

    private static void Colour(float[] values, int features, RandomStream random)
    {
        float[] cast = new float[features];
        for (int feature = 0; feature < features; feature++)
        {
            cast[feature] = (float)((2 * random.NextDouble()) - 1) * ColourRange;
        }

        for (int i = 0; i < values.Length; i++)
        {
            values[i] += cast[i % features];
        }
    }

    private static void Contrast(float[] values, int features, RandomStream random)
    {
        for (int i = 0; i < values.Length; i++)
        {
            values[i] *= ContrastScale;
        }
    }
}
