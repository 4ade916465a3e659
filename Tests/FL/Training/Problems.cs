using FedActors.FL.Data;
using FedActors.FL.Numerics;

namespace FedActors.Tests.FL.Training;

/// <summary>Random classification problems that a linear model can learn.</summary>
internal static class Problems
{
    public static DataSet Random(int count, int features, int classes, ulong seed = 1)
    {
        RandomStream random = new(seed);
        float[] centres = new float[classes * features];
        foreach (ref float centre in centres.AsSpan())
        {
            centre = (float)random.NextGaussian();
        }

        float[] values = new float[count * features];
        int[] labels = new int[count];
        for (int i = 0; i < count; i++)
        {
            labels[i] = random.NextInt(classes);
            for (int f = 0; f < features; f++)
            {
                values[(i * features) + f] = centres[(labels[i] * features) + f] + (float)random.NextGaussian();
            }
        }

        return new DataSet(features, classes, values, labels);
    }
}
