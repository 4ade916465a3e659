namespace FedActors.Scripts.Measuring;

/// <summary>A piece of this project's work, done again and again for a time.</summary>
/// <param name="act">The work.</param>
/// <param name="time">The clock.</param>
/// <param name="parts">How many equal parts it has, where the time of one is asked for.</param>
internal sealed class RepeatedAction(Action act, TimeProvider time, int parts = 1) : Workload
{
    /// <returns>Milliseconds for one part.</returns>
    public override Task<double[]> RunAsync(TimeSpan duration, CancellationToken cancellationToken)
    {
        long started = time.GetTimestamp();
        int done = 0;
        do
        {
            act();
            done++;
            cancellationToken.ThrowIfCancellationRequested();
        }
        while (time.GetElapsedTime(started) < duration);
        return Task.FromResult<double[]>([time.GetElapsedTime(started).TotalMilliseconds / done / parts]);
    }
}
