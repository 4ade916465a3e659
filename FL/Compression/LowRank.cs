using System.Globalization;
using FedActors.FL.Models;
using FedActors.FL.Numerics;

namespace FedActors.FL.Compression;

/// <summary>For each layer's matrix M two narrow ones, P and Q, whose product P Qᵀ is near it. Biases, and layers that would not get smaller, are sent whole.</summary>
/// <param name="Rank">Columns of P and Q.</param>
/// <remarks>
/// Vogels et al. 2019, PowerSGD: P = M Q, made orthonormal, then Q = Mᵀ P. The paper takes one such step a round from the last round's Q;
/// here sites remember no Q and take two from a random one, which comes as near. A tensor of more than two dimensions is a matrix whose
/// columns are its last dimension. Sums are taken in float64 in one order, so that both ends have the same bits.
/// </remarks>
internal sealed record LowRank(int Rank) : Reduction
{
    /// <summary>Its name in a configuration.</summary>
    public const string Name = "lowrank";

    /// <summary>Beyond it a layer is not low in rank.</summary>
    public const int MaxRank = 64;

    private const int Steps = 2;

    // What is left of a column after the others' part is taken off: below this share it is rounding, and no direction.
    private const double Negligible = 1e-9;

    /// <inheritdoc/>
    public override int Code => 3;

    /// <inheritdoc/>
    public override string Text => string.Create(CultureInfo.InvariantCulture, $"{Name}({Rank})");

    /// <inheritdoc/>
    public override string? FindMisfit(ParameterLayout layout)
    {
        if (CountOf(layout) < layout.Count)
        {
            return null;
        }

        int largest = 0;
        for (int tensor = 0; tensor < layout.Tensors.Length; tensor++)
        {
            (int rows, int columns) = ShapeOf(layout.Tensors[tensor]);
            largest = Math.Max(largest, (int)((((long)rows * columns) - 1) / (rows + columns)));
        }

        return largest == 0
            ? $"{Text} makes no layer of {layout} smaller, and no rank does; take {TopK.Name}, {RandomK.Name} or int8"
            : $"{Text} makes no layer of {layout} smaller; take a rank of at most {largest}";
    }

    /// <inheritdoc/>
    public override int CountOf(ParameterLayout layout)
    {
        int count = 0;
        foreach (TensorShape tensor in layout.Tensors)
        {
            count += CountOf(tensor);
        }

        return count;
    }

    /// <inheritdoc/>
    public override ReducedUpdate Reduce(float[] values, ParameterLayout layout, UpdateOrigin origin)
    {
        float[] kept = new float[CountOf(layout)];
        RandomStream chance = RandomStream.For(origin.Seed, "compression basis", origin.Site, origin.Round);
        Span<float> room = kept;
        for (int tensor = 0; tensor < layout.Tensors.Length; tensor++)
        {
            TensorShape shape = layout.Tensors[tensor];
            ReadOnlySpan<float> matrix = values.AsSpan(layout.OffsetOf(tensor), shape.Count);
            int size = CountOf(shape);
            if (size < shape.Count)
            {
                (int rows, int columns) = ShapeOf(shape);
                Factor(matrix, rows, columns, chance, room[..(rows * Rank)], room[(rows * Rank)..size]);
            }
            else
            {
                matrix.CopyTo(room);
            }

            room = room[size..];
        }

        return new ReducedUpdate(kept, []);
    }

    /// <inheritdoc/>
    public override void Expand(ReadOnlySpan<float> kept, ReadOnlySpan<byte> side, ParameterLayout layout, UpdateOrigin origin, Span<float> values)
    {
        for (int tensor = 0; tensor < layout.Tensors.Length; tensor++)
        {
            TensorShape shape = layout.Tensors[tensor];
            Span<float> matrix = values.Slice(layout.OffsetOf(tensor), shape.Count);
            int size = CountOf(shape);
            if (size < shape.Count)
            {
                (int rows, int columns) = ShapeOf(shape);
                Multiply(kept[..(rows * Rank)], kept[(rows * Rank)..size], rows, columns, matrix);
            }
            else
            {
                kept[..size].CopyTo(matrix);
            }

            kept = kept[size..];
        }
    }

    private static (int Rows, int Columns) ShapeOf(TensorShape shape) =>
        shape.Dimensions.Length < 2 ? (shape.Count, 1) : (shape.Count / shape.Dimensions[^1], shape.Dimensions[^1]);

    private int CountOf(TensorShape shape)
    {
        (int rows, int columns) = ShapeOf(shape);
        return (int)Math.Min(shape.Count, (long)Rank * ((long)rows + columns));
    }

    private void Factor(ReadOnlySpan<float> matrix, int rows, int columns, RandomStream chance, Span<float> left, Span<float> right)
    {
        double[] p = new double[rows * Rank];
        double[] q = new double[columns * Rank];
        for (int i = 0; i < q.Length; i++)
        {
            q[i] = chance.NextGaussian();
        }

        for (int step = 1; step <= Steps; step++)
        {
            Project(matrix, columns, q, p);
            Orthonormalise(p, rows);
            if (step == Steps)
            {
                // Q belongs to the P that is sent.
                for (int i = 0; i < p.Length; i++)
                {
                    left[i] = (float)p[i];
                    p[i] = left[i];
                }
            }

            ProjectBack(matrix, columns, p, q);
        }

        for (int i = 0; i < q.Length; i++)
        {
            right[i] = (float)q[i];
        }
    }

    // P = M Q.
    private void Project(ReadOnlySpan<float> matrix, int columns, double[] q, double[] p)
    {
        Array.Clear(p);
        for (int row = 0; row * columns < matrix.Length; row++)
        {
            Span<double> sums = p.AsSpan(row * Rank, Rank);
            for (int column = 0; column < columns; column++)
            {
                double value = matrix[(row * columns) + column];
                for (int a = 0; a < sums.Length; a++)
                {
                    sums[a] += value * q[(column * Rank) + a];
                }
            }
        }
    }

    // Q = Mᵀ P.
    private void ProjectBack(ReadOnlySpan<float> matrix, int columns, double[] p, double[] q)
    {
        Array.Clear(q);
        for (int row = 0; row * columns < matrix.Length; row++)
        {
            ReadOnlySpan<double> factors = p.AsSpan(row * Rank, Rank);
            for (int column = 0; column < columns; column++)
            {
                double value = matrix[(row * columns) + column];
                for (int a = 0; a < factors.Length; a++)
                {
                    q[(column * Rank) + a] += value * factors[a];
                }
            }
        }
    }

    // Modified Gram-Schmidt. A column that the others span becomes zero: the matrix has no further rank.
    private void Orthonormalise(double[] p, int rows)
    {
        for (int a = 0; a < Rank; a++)
        {
            double before = Math.Sqrt(Dot(p, rows, a, a));
            for (int b = 0; b < a; b++)
            {
                double along = Dot(p, rows, a, b);
                for (int row = 0; row < rows; row++)
                {
                    p[(row * Rank) + a] -= along * p[(row * Rank) + b];
                }
            }

            double length = Math.Sqrt(Dot(p, rows, a, a));
            double scale = length > Negligible * before ? 1 / length : 0;
            for (int row = 0; row < rows; row++)
            {
                p[(row * Rank) + a] *= scale;
            }
        }
    }

    private double Dot(double[] p, int rows, int a, int b)
    {
        double sum = 0;
        for (int row = 0; row < rows; row++)
        {
            sum += p[(row * Rank) + a] * p[(row * Rank) + b];
        }

        return sum;
    }

    private void Multiply(ReadOnlySpan<float> left, ReadOnlySpan<float> right, int rows, int columns, Span<float> matrix)
    {
        for (int row = 0; row < rows; row++)
        {
            ReadOnlySpan<float> factors = left.Slice(row * Rank, Rank);
            for (int column = 0; column < columns; column++)
            {
                ReadOnlySpan<float> others = right.Slice(column * Rank, Rank);
                double sum = 0;
                for (int a = 0; a < factors.Length; a++)
                {
                    sum += (double)factors[a] * others[a];
                }

                matrix[(row * columns) + column] = (float)sum;
            }
        }
    }
}
