namespace FedActors.Scripts.Measuring;

/// <summary>How often something can be done in a second.</summary>
internal static class RateOf
{
    /// <summary>Does batches of it until a time has passed, and looks at the clock between them.</summary>
    public static async Task<double> BatchesAsync(Func<Task> batch, int size, TimeSpan duration, TimeProvider time, CancellationToken cancellationToken)
    {
        long started = time.GetTimestamp();
        long done = 0;
        do
        {
            await batch().ConfigureAwait(false);
            done += size;
            cancellationToken.ThrowIfCancellationRequested();
        }
        while (time.GetElapsedTime(started) < duration);
        return done / time.GetElapsedTime(started).TotalSeconds;
    }
}
