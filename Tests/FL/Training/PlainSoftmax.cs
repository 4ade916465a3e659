using FedActors.FL.Configuration;
using FedActors.FL.Data;
using FedActors.FL.Models;
using FedActors.FL.Numerics;

namespace FedActors.Tests.FL.Training;

/// <summary>The same training written out in float64 with plain loops: what the fast one is compared with.</summary>
internal static class PlainSoftmax
{
    public static double[] Train(ModelSpecification model, DataSet data, double[] global, TrainingOptions options, ulong seed, string site, long round, long steps = long.MaxValue, float[]? correction = null)
    {
        double[] w = (double[])global.Clone();
        int[] order = Enumerable.Range(0, data.Count).ToArray();
        RandomStream shuffles = RandomStream.For(seed, "shuffle", site, round);
        for (int epoch = 0; epoch < options.LocalEpochs; epoch++)
        {
            shuffles.Shuffle(order.AsSpan());
            foreach (int[] rows in order.Chunk(options.BatchSize))
            {
                if (steps-- == 0)
                {
                    return w;
                }

                double[] gradient = Gradient(model, data, w, rows);
                for (int i = 0; i < w.Length; i++)
                {
                    w[i] -= options.LearningRate * (gradient[i] + (options.Mu * (w[i] - global[i])) + (correction?[i] ?? 0));
                }
            }
        }

        return w;
    }

    public static double[] Gradient(ModelSpecification model, DataSet data, double[] w, int[] rows)
    {
        double[] gradient = new double[w.Length];
        foreach (int row in rows)
        {
            double[] p = Probabilities(model, data, w, row);
            for (int c = 0; c < model.Classes; c++)
            {
                double error = (p[c] - (c == data.Labels[row] ? 1 : 0)) / rows.Length;
                for (int f = 0; f < model.Features; f++)
                {
                    gradient[(f * model.Classes) + c] += data.Row(row)[f] * error;
                }

                gradient[(model.Features * model.Classes) + c] += error;
            }
        }

        return gradient;
    }

    public static double Loss(ModelSpecification model, DataSet data, double[] w, IEnumerable<int> rows) =>
        rows.Average(row => -Math.Log(Probabilities(model, data, w, row)[data.Labels[row]]));

    private static double[] Probabilities(ModelSpecification model, DataSet data, double[] w, int row)
    {
        double[] z = new double[model.Classes];
        for (int c = 0; c < model.Classes; c++)
        {
            z[c] = w[(model.Features * model.Classes) + c];
            for (int f = 0; f < model.Features; f++)
            {
                z[c] += data.Row(row)[f] * w[(f * model.Classes) + c];
            }
        }

        double max = z.Max();
        double[] exponentials = [.. z.Select(value => Math.Exp(value - max))];
        double sum = exponentials.Sum();
        return [.. exponentials.Select(value => value / sum)];
    }
}
