namespace FedActors.Scripts.Measuring.Aggregation;

/// <summary>One reduction by this project's code, inspection of the updates included.</summary>
internal sealed class Reduction(Action reduce, TimeProvider time) : Workload
{
    /// <returns>Milliseconds for one reduction.</returns>
    public override Task<double[]> RunAsync(TimeSpan duration, CancellationToken cancellationToken)
    {
        long started = time.GetTimestamp();
        int done = 0;
        do
        {
            reduce();
            done++;
            cancellationToken.ThrowIfCancellationRequested();
        }
        while (time.GetElapsedTime(started) < duration);
        return Task.FromResult<double[]>([time.GetElapsedTime(started).TotalMilliseconds / done]);
    }
}
