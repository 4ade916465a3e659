namespace FedActors.Scripts.Measuring.Crdt;

/// <summary>Something that takes a processor and nothing else, done again and again on a thread of its own turn.</summary>
/// <param name="batch">Does it some times.</param>
/// <param name="size">How many things one batch counts for.</param>
/// <param name="figure">Makes the figure of how many of them were done in a second.</param>
/// <param name="time">The clock, read between batches.</param>
internal sealed class RepeatedWork(Action batch, int size, Func<double, double> figure, TimeProvider time) : Workload
{
    /// <summary>A figure that is the rate itself.</summary>
    public static double Rate(double perSecond) => perSecond;

    /// <summary>A figure in microseconds for each.</summary>
    public static double Microseconds(double perSecond) => 1e6 / perSecond;

    public override async Task<double[]> RunAsync(TimeSpan duration, CancellationToken cancellationToken)
    {
        // Off the caller's thread, as it would be in a program.
        await Task.Yield();
        double rate = await RateOf.BatchesAsync(Once, size, duration, time, cancellationToken).ConfigureAwait(false);
        return [figure(rate)];
    }

    private Task Once()
    {
        batch();
        return Task.CompletedTask;
    }
}
