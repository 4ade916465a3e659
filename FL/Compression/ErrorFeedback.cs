namespace FedActors.FL.Compression;

/// <summary>The bookkeeping of what compression leaves unsent. All of it is in float64, element by element, with one rounding for each sum.</summary>
/// <remarks>
/// Karimireddy et al. 2019, Error feedback fixes SignSGD. With x the parameters that a worker was given, y what training made of them, e
/// the residual and ŷ what the receiver reconstructs: the update is y - x + e, and the next residual e + y - ŷ. So the differences that
/// a receiver applied and the last residual sum up to the differences that training made.
/// </remarks>
internal static class ErrorFeedback
{
    /// <summary>What is to be compressed.</summary>
    /// <param name="given">x.</param>
    /// <param name="trained">y.</param>
    /// <param name="residual">e; empty for none.</param>
    public static float[] Update(ReadOnlySpan<float> given, ReadOnlySpan<float> trained, ReadOnlySpan<double> residual)
    {
        float[] update = new float[given.Length];
        for (int i = 0; i < update.Length; i++)
        {
            update[i] = (float)((double)trained[i] - given[i] + (residual.IsEmpty ? 0 : residual[i]));
        }

        return update;
    }

    /// <summary>What the receiver has: the parameters that the worker was given and the update that it read, in place of that update.</summary>
    /// <param name="given">x.</param>
    /// <param name="update">The update as read; becomes ŷ.</param>
    public static void Reconstruct(ReadOnlySpan<float> given, Span<float> update)
    {
        for (int i = 0; i < update.Length; i++)
        {
            update[i] = given[i] + update[i];
        }
    }

    /// <summary>What is left for the next update.</summary>
    /// <param name="trained">y.</param>
    /// <param name="reconstructed">ŷ.</param>
    /// <param name="residual">e; empty for none.</param>
    public static double[] Residual(ReadOnlySpan<float> trained, ReadOnlySpan<float> reconstructed, ReadOnlySpan<double> residual)
    {
        double[] next = new double[trained.Length];
        for (int i = 0; i < next.Length; i++)
        {
            next[i] = (residual.IsEmpty ? 0 : residual[i]) + ((double)trained[i] - reconstructed[i]);
        }

        return next;
    }
}
