namespace FedActors.Scripts.Measuring;

/// <summary>Work of one shape that can be measured again and again: ours, or that of bare code beside it.</summary>
internal abstract class Workload : IAsyncDisposable
{
    /// <summary>Works for about a time.</summary>
    /// <returns>A figure for each of the comparison's quantities, in their order.</returns>
    public abstract Task<double[]> RunAsync(TimeSpan time, CancellationToken cancellationToken);

    public virtual ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
