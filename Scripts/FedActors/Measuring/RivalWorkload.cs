namespace FedActors.Scripts.Measuring;

/// <summary>A piece of work by a Python program.</summary>
internal sealed class RivalWorkload(PythonRival rival, string name) : Workload
{
    /// <returns>Milliseconds for doing it once.</returns>
    public override async Task<double[]> RunAsync(TimeSpan time, CancellationToken cancellationToken) =>
        [await rival.MeasureAsync(name, time, cancellationToken).ConfigureAwait(false)];
}
