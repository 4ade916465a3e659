using FedActors.FL.Data;
using FedActors.FL.Models;

namespace FedActors.Tests.FL.Training;

/// <summary>The loss of any model written out in float64 with plain loops: what the fast kernels' gradients are compared with.</summary>
internal static class PlainNetwork
{
    /// <summary>Mean cross-entropy over all examples.</summary>
    public static double Loss(ModelSpecification model, DataSet data, double[] parameters) => Enumerable.Range(0, data.Count).Average(row =>
    {
        double[] logits = Logits(model, [.. data.Row(row).ToArray().Select(x => (double)x)], parameters);
        double max = logits.Max();
        return Math.Log(logits.Sum(z => Math.Exp(z - max))) - (logits[data.Labels[row]] - max);
    });

    private static double[] Logits(ModelSpecification model, double[] values, double[] parameters)
    {
        for (int i = 0; i < model.Architecture.Layers.Length; i++)
        {
            int offset = model.Layout.OffsetOf(2 * i);
            values = model.Architecture.Layers[i] is ConvolutionShape convolution
                ? Pool(convolution, Convolve(convolution, values, parameters, offset))
                : Sums((DenseShape)model.Architecture.Layers[i], values, parameters, offset);
        }

        return values;
    }

    private static double[] Sums(DenseShape shape, double[] x, double[] parameters, int offset)
    {
        double[] y = new double[shape.Columns];
        for (int column = 0; column < y.Length; column++)
        {
            double sum = parameters[offset + (shape.FanIn * shape.Columns) + column];
            for (int i = 0; i < shape.FanIn; i++)
            {
                sum += x[i] * parameters[offset + (i * shape.Columns) + column];
            }

            y[column] = shape.Rectified ? Math.Max(sum, 0) : sum;
        }

        return y;
    }

    private static double[] Convolve(ConvolutionShape shape, double[] x, double[] parameters, int offset)
    {
        const int Side = ConvolutionShape.Kernel;
        double[] map = new double[shape.MapHeight * shape.MapWidth * shape.Filters];
        for (int at = 0; at < map.Length; at++)
        {
            (int place, int filter) = Math.DivRem(at, shape.Filters);
            (int row, int column) = Math.DivRem(place, shape.MapWidth);
            double sum = parameters[offset + (shape.FanIn * shape.Filters) + filter];
            for (int tap = 0; tap < shape.FanIn; tap++)
            {
                (int window, int channel) = Math.DivRem(tap, shape.Channels);
                (int dy, int dx) = Math.DivRem(window, Side);
                sum += x[((((row + dy) * shape.Width) + column + dx) * shape.Channels) + channel] * parameters[offset + (tap * shape.Filters) + filter];
            }

            map[at] = Math.Max(sum, 0);
        }

        return map;
    }

    private static double[] Pool(ConvolutionShape shape, double[] map)
    {
        double[] pooled = new double[shape.Outputs];
        for (int at = 0; at < pooled.Length; at++)
        {
            (int place, int filter) = Math.DivRem(at, shape.Filters);
            (int row, int column) = Math.DivRem(place, shape.PooledWidth);
            pooled[at] = Enumerable.Range(0, 4).Max(corner => map[((((2 * row) + (corner / 2)) * shape.MapWidth) + (2 * column) + (corner % 2)) * shape.Filters + filter]);
        }

        return pooled;
    }
}
