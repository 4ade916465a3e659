namespace FedActors.Scripts.Measuring.Aggregation;

/// <summary>One reduction by NumPy.</summary>
internal sealed class NumPyReduction(NumPy numPy, string name) : Workload
{
    /// <returns>Milliseconds for one reduction.</returns>
    public override async Task<double[]> RunAsync(TimeSpan time, CancellationToken cancellationToken) =>
        [await numPy.MeasureAsync(name, time, cancellationToken).ConfigureAwait(false)];
}
