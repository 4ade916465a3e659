using FedActors.FL.Data;
using FedActors.FL.Numerics;

namespace FedActors.Tests.TestKit;

/// <summary>Features in the shape of those that a network's last layer gives for EuroSAT's ten classes: 512, not negative, each class around a centre of its own.</summary>
internal static class EuroSatFeatures
{
    private const int Features = 512;
    private const int Rows = 3_000;
    private const int Classes = 10;

    public static void Write(string path)
    {
        RandomStream random = new(42);
        float[] centres = [.. Enumerable.Range(0, Classes * Features).Select(_ => (float)random.NextGaussian())];
        float[] features = new float[Rows * Features];
        long[] labels = new long[Rows];
        for (int row = 0; row < Rows; row++)
        {
            labels[row] = row % Classes;
            for (int feature = 0; feature < Features; feature++)
            {
                features[(row * Features) + feature] = Math.Max(0, centres[(labels[row] * Features) + feature] + (float)random.NextGaussian());
            }
        }

        NpzWriter.Write(path, [new("features", NpyArray.Of(features, Rows, Features)), new("labels", NpyArray.Of(labels, Rows))]);
    }
}
