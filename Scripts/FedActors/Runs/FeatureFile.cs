using FedActors.FL.Data;
using FedActors.Scripts.Cli;

namespace FedActors.Scripts.Runs;

/// <summary>Examples whose classes are to be predicted: an npy array, or the array X (or x) of an npz file.</summary>
internal static class FeatureFile
{
    private static readonly string[] Names = ["X", "x", "features"];

    /// <summary>Reads them.</summary>
    /// <param name="path">The file.</param>
    /// <param name="features">What the model takes.</param>
    /// <param name="classes">What it tells apart.</param>
    /// <returns>The examples; their labels mean nothing.</returns>
    /// <exception cref="DataFileException">The file is missing or damaged.</exception>
    /// <exception cref="CommandFailure">It holds something else.</exception>
    public static DataSet Read(string path, int features, int classes)
    {
        NpyArray array = ReadArray(path);
        if (array.Shape is not [int rows, int columns] || columns != features || rows == 0)
        {
            throw new CommandFailure(ExitCode.InvalidState, "data_unfit", $"{path} holds {array}; the model takes [examples, {features}], with at least one example.");
        }

        float[] values = array.ToSingles();
        int bad = Array.FindIndex(values, value => !float.IsFinite(value));
        return bad < 0
            ? new DataSet(features, classes, values, new int[rows])
            : throw new CommandFailure(ExitCode.InvalidState, "data_unfit", $"{path} holds {values[bad]} in row {bad / features}, column {bad % features}; features are finite numbers.");
    }

    private static NpyArray ReadArray(string path)
    {
        if (path.EndsWith(".npy", StringComparison.OrdinalIgnoreCase))
        {
            return NpyReader.Read(path);
        }

        using NpzReader reader = NpzReader.Open(path);
        string name = Names.FirstOrDefault(reader.Contains)
            ?? throw new CommandFailure(ExitCode.InvalidState, "data_unfit", $"{path} has no array X; it has {string.Join(", ", reader.Names)}.");
        return reader.Read(name);
    }
}
