using System.Globalization;
using System.Text;
using FedActors.FL.Data;
using FedActors.Scripts.Cli;

namespace FedActors.Scripts.Runs;

/// <summary>Predicted classes as a file, whose ending decides the form.</summary>
internal static class ClassFile
{
    /// <summary>The endings, for help.</summary>
    public const string Endings = ".npz (an array y), .npy or .csv (a column class)";

    /// <summary>Refuses an ending of another form before the work.</summary>
    /// <exception cref="CommandFailure">It is of another form.</exception>
    public static void MustBeKnown(string path)
    {
        if (Path.GetExtension(path).ToLowerInvariant() is not (".npz" or ".npy" or ".csv"))
        {
            throw CommandFailure.Usage($"--to {path}: the file must end in {Endings}.");
        }
    }

    /// <summary>The file's bytes.</summary>
    /// <param name="path">Where it will be.</param>
    /// <param name="classes">The class of each example, in order.</param>
    public static byte[] Of(string path, int[] classes)
    {
        using var file = new MemoryStream();
        NpyArray array = NpyArray.Of(Array.ConvertAll(classes, static label => (long)label), classes.Length);
        switch (Path.GetExtension(path).ToLowerInvariant())
        {
            case ".npz":
                NpzWriter.Write(file, [new("y", array)]);
                break;
            case ".npy":
                NpyWriter.Write(file, array);
                break;
            default:
                file.Write(Encoding.UTF8.GetBytes($"class\n{string.Concat(classes.Select(label => string.Create(CultureInfo.InvariantCulture, $"{label}\n")))}"));
                break;
        }

        return file.ToArray();
    }
}
